//! How often the private redis-server may crash.

use std::time::{Duration, Instant};

/// Crashes in a row after which something is wrong that a restart does not heal.
pub const MAX_CRASHES: u32 = 5;
/// A server that ran for so long was healthy: what happens to it then is no part of the row.
const HEALTHY: Duration = Duration::from_mins(1);

/// The crashes in a row.
#[derive(Debug, Default)]
pub struct Crashes {
    last: Option<Instant>,
    row: u32,
}

impl Crashes {
    /// One more, at `now`; which one of its row it is.
    pub fn another(&mut self, now: Instant) -> u32 {
        let near = self.last.is_some_and(|last| now.saturating_duration_since(last) < HEALTHY);
        self.row = if near { self.row + 1 } else { 1 };
        self.last = Some(now);
        self.row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_of_health_ends_a_row_of_crashes() {
        let (mut crashes, start) = (Crashes::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        let row: Vec<u32> = [0, 1, 60, 120, 121, 180].map(|seconds| crashes.another(after(seconds))).into();
        assert_eq!(row, [1, 2, 3, 1, 2, 3]);
    }
}
