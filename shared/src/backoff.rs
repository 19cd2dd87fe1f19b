//! Delays between tries. The only module that uses the `backoff` crate, which has no maintainer any more:
//! its exponential schedule is all that is taken from it, and it can be replaced here without a trace elsewhere.

use std::time::Duration;

use backoff::{ExponentialBackoff, ExponentialBackoffBuilder, backoff::Backoff as _};

/// A window that doubles with each try up to a cap; the delay is anywhere in it ("full jitter"), so that
/// peers that failed together do not come back together.
#[derive(Debug)]
pub struct Backoff {
    window: ExponentialBackoff,
}

impl Backoff {
    #[must_use]
    pub fn new(first: Duration, cap: Duration) -> Self {
        let window = ExponentialBackoffBuilder::new()
            .with_initial_interval(first)
            .with_randomization_factor(0.0)
            .with_multiplier(2.0)
            .with_max_interval(cap)
            .with_max_elapsed_time(None)
            .build();
        Self { window }
    }

    /// The delay before the next try. `chance` is uniform in 0.0–1.0 and is the caller's to draw.
    pub fn next_delay(&mut self, chance: f64) -> Duration {
        // Without a limit on the elapsed time the schedule never ends.
        let window = self.window.next_backoff().unwrap_or(self.window.max_interval);
        window.mul_f64(chance.clamp(0.0, 1.0))
    }

    /// The last try succeeded: the next window is the first one again.
    pub fn reset(&mut self) {
        self.window.reset();
    }
}

/// The delay before a declined or unanswered hand-out is tried again: 250 ms, doubled for each bounce before it.
#[must_use]
pub fn bounce_delay_ms(bounces_before: u32) -> u64 {
    250 << bounces_before.min(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_doubles_up_to_its_cap_and_starts_over_after_a_success() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(5));
        let whole: Vec<u64> = (0..5).map(|_| backoff.next_delay(1.0).as_secs()).collect();
        assert_eq!(whole, [1, 2, 4, 5, 5]);
        backoff.reset();
        assert_eq!(backoff.next_delay(0.5), Duration::from_millis(500));
    }

    #[test]
    fn a_bounce_waits_twice_as_long_as_the_one_before() {
        assert_eq!([0, 1, 2, 9].map(bounce_delay_ms), [250, 500, 1_000, 128_000]);
    }
}
