//! Times as the API writes them.

use jiff::Timestamp;
use serde::Serialize;
use spool_shared::job::estimate::Span;
use utoipa::ToSchema;

/// RFC 3339, from milliseconds since the epoch.
pub(super) fn rfc3339(ms: u64) -> String {
    let time = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    time.unwrap_or_default().to_string()
}

/// A range of milliseconds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Span)]
pub(super) struct SpanView {
    low: u64,
    high: u64,
}

impl SpanView {
    pub(super) fn of(span: Span) -> Self {
        Self { low: span.low, high: span.high }
    }
}
