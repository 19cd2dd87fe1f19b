//! Times as the API writes them.

use jiff::Timestamp;
use serde::Serialize;
use spool_shared::job::estimate::Span;
use utoipa::ToSchema;

/// RFC 3339, from milliseconds since the epoch. There are always three digits after the point, so that times stand in
/// the order of their texts.
pub(super) fn rfc3339(ms: u64) -> String {
    let time = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    format!("{:.3}", time.unwrap_or_default())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_stand_in_the_order_of_their_texts() {
        let texts = [0, 1_000, 1_500, 1_513, 1_520].map(rfc3339);
        assert_eq!(texts[2], "1970-01-01T00:00:01.500Z");
        assert!(texts.is_sorted(), "{texts:?}");
    }
}
