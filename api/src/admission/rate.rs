//! So many a minute for each of many.

use std::{num::NonZeroU32, time::Duration};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};

/// From how many entries on those are dropped that have their whole allowance again.
const TIDY_ABOVE: usize = 10_000;

/// Lets each go on at a steady rate, and begin with a minute's worth at once.
pub struct Rate {
    limiter: DefaultKeyedRateLimiter<String>,
    per_minute: NonZeroU32,
}

/// Come again after this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Later {
    pub wait: Duration,
}

impl Rate {
    #[must_use]
    pub fn per_minute(per_minute: NonZeroU32) -> Self {
        Self { limiter: RateLimiter::keyed(Quota::per_minute(per_minute)), per_minute }
    }

    /// How many a minute.
    #[must_use]
    pub const fn limit(&self) -> u32 {
        self.per_minute.get()
    }

    /// Counts one more of `who`.
    pub fn take(&self, who: &str) -> Result<(), Later> {
        if self.limiter.len() > TIDY_ABOVE {
            self.limiter.retain_recent();
        }
        self.limiter
            .check_key(&who.to_owned())
            .map_err(|until| Later { wait: until.wait_time_from(self.limiter.clock().now()) })
    }
}

impl Later {
    /// For `Retry-After`, never too short.
    #[must_use]
    pub fn seconds(self) -> u32 {
        u32::try_from(self.wait.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_minutes_worth_and_then_hears_when_the_next_is_due() {
        let rate = Rate::per_minute(NonZeroU32::new(3).unwrap());
        for _ in 0..3 {
            assert_eq!(rate.take("alice"), Ok(()));
        }
        let later = rate.take("alice").unwrap_err();
        assert!((15..=20).contains(&later.seconds()), "{later:?}");
        assert_eq!(rate.take("bob"), Ok(()));
    }

    #[test]
    fn a_wait_is_rounded_up() {
        let seconds = |ms| Later { wait: Duration::from_millis(ms) }.seconds();
        assert_eq!([seconds(0), seconds(1), seconds(1_000), seconds(1_001)], [1, 1, 1, 2]);
    }
}
