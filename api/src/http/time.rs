//! Times as the API writes them.

use jiff::Timestamp;

/// RFC 3339, from milliseconds since the epoch.
pub(super) fn rfc3339(ms: u64) -> String {
    let time = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    time.unwrap_or_default().to_string()
}
