//! How much an agent may say: a bucket that leaks.

use std::time::{Duration, Instant};

/// Messages a second, for each slot. An honest agent says a few in a job's life, and reports that are merged.
const PER_SLOT: f64 = 100.0;
/// How long it may go on at twice that rate, or say at once what would fill the time.
const BURST: Duration = Duration::from_secs(10);

/// Counts the messages of one connection.
#[derive(Debug)]
pub(super) struct Flood {
    per_second: f64,
    level: f64,
    at: Instant,
}

impl Flood {
    pub(super) fn new(slots: u32, now: Instant) -> Self {
        Self { per_second: PER_SLOT * f64::from(slots.max(1)), level: 0.0, at: now }
    }

    /// Counts one message; false where it is one too many.
    pub(super) fn admits(&mut self, now: Instant) -> bool {
        let leaked = now.saturating_duration_since(self.at).as_secs_f64() * self.per_second;
        self.level = (self.level - leaked).max(0.0) + 1.0;
        self.at = now;
        self.level <= self.per_second * BURST.as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_admitted_a_flood_is_not_and_time_makes_room() {
        let start = Instant::now();
        let mut flood = Flood::new(1, start);
        assert_eq!((0..2_000).take_while(|_| flood.admits(start)).count(), 1_000);
        assert!(!flood.admits(start + Duration::from_millis(1)));
        let mut later =
            (0..1_000).map(|step| start + Duration::from_secs(1) + Duration::from_millis(10 * step));
        assert!(later.all(|now| flood.admits(now)), "a hundred a second, as long as it likes");
    }

    #[test]
    fn more_slots_may_say_more() {
        let start = Instant::now();
        let mut flood = Flood::new(50, start);
        assert!((0..50_000).all(|_| flood.admits(start)));
        assert!(!flood.admits(start));
    }
}
