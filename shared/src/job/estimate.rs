//! How long something will take, told from how long the like of it took. Without measurements there is no answer.
//!
//! - *Rest of an attempt.* The history says the middle half of the last attempts of the class (lower to upper
//!   quartile) minus the time spent. The attempt's own pace says: time spent at the last report × what is left /
//!   what was done then, minus the time since that report, ± 10 %. The two are weighed by the fraction that is done,
//!   so the pace counts for more the longer it was watched. With no history the pace stands alone, and is less sure
//!   (up to ± 50 %) the less is done.
//! - *Start of a waiting job.* Places become free at a rate: the sum over the agents that offer the class of
//!   places / length of their attempts. Job number k starts after k-1 to k such moments. k is at least the job's
//!   position in its own lane; owners and classes take turns, so it is at most that times the lanes that wait.

/// A range, milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub low: u64,
    pub high: u64,
}

/// What an attempt has shown of itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// From its beginning to its last report, milliseconds.
    pub reported_after: u64,
    /// What was done then, 0–1.
    pub fraction: f64,
    /// From that report until now, milliseconds.
    pub since_report: u64,
}

/// Below this fraction a pace says nothing: loading a model is not like denoising.
const ENOUGH: f64 = 0.05;
const SURE: f64 = 0.1;
const UNSURE: f64 = 0.4;

/// Lower and upper quartile of the last attempts, in any order.
#[must_use]
pub fn usual(durations: &[u64]) -> Option<Span> {
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    let last = sorted.len().checked_sub(1)?;
    Some(Span { low: *sorted.get(last / 4)?, high: *sorted.get(last - last / 4)? })
}

/// The rest of an attempt that has run for `elapsed` milliseconds.
#[must_use]
pub fn rest(durations: &[u64], elapsed: u64, pace: Option<Pace>) -> Option<Span> {
    let left = |whole: u64| whole.saturating_sub(elapsed);
    // One that takes longer than the others did is not told by them any more.
    let history = usual(durations)
        .map(|usual| Span { low: left(usual.low), high: left(usual.high) })
        .filter(|span| span.high > 0);
    let pace = pace.filter(|pace| pace.fraction >= ENOUGH);
    match (history, pace) {
        (None, None) => None,
        (Some(history), None) => Some(history),
        (None, Some(pace)) => {
            let doubt = SURE + UNSURE * (1.0 - pace.fraction);
            Some(span(own(pace) * (1.0 - doubt), own(pace) * (1.0 + doubt)))
        }
        (Some(history), Some(pace)) => {
            let mixed = |own: f64, past: u64| own * pace.fraction + float(past) * (1.0 - pace.fraction);
            let (low, high) = (own(pace) * (1.0 - SURE), own(pace) * (1.0 + SURE));
            Some(span(mixed(low, history.low), mixed(high, history.high)))
        }
    }
}

/// What an attempt that goes on as it went has left, milliseconds.
fn own(pace: Pace) -> f64 {
    let left = float(pace.reported_after) * (1.0 - pace.fraction) / pace.fraction;
    (left - float(pace.since_report)).max(0.0)
}

/// When the job that is between number `first` and number `last` in line starts, with so many places becoming free
/// each millisecond.
#[must_use]
pub fn start(first: u64, last: u64, rate: f64) -> Option<Span> {
    (rate > 0.0).then(|| span(float(first.saturating_sub(1)) / rate, float(last.max(first)) / rate))
}

fn span(low: f64, high: f64) -> Span {
    Span { low: whole(low), high: whole(high.max(low)) }
}

#[expect(clippy::cast_precision_loss, reason = "an estimate in milliseconds needs no 53 bits")]
fn float(ms: u64) -> f64 {
    ms as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast stays within the range of the type, and no estimate is negative"
)]
fn whole(ms: f64) -> u64 {
    ms.max(0.0).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const HISTORY: [u64; 5] = [50_000, 40_000, 60_000, 44_000, 56_000];

    fn pace(reported_after: u64, fraction: f64) -> Pace {
        Pace { reported_after, fraction, since_report: 0 }
    }

    #[test]
    fn without_measurements_nothing_is_told() {
        assert_eq!(usual(&[]), None);
        assert_eq!(rest(&[], 5_000, None), None);
        assert_eq!(rest(&[], 5_000, Some(pace(5_000, 0.01))), None, "a first step is no pace");
        assert_eq!(start(1, 1, 0.0), None);
    }

    #[test]
    fn the_past_tells_the_rest_until_the_attempt_shows_a_pace_of_its_own() {
        assert_eq!(usual(&HISTORY), Some(Span { low: 44_000, high: 56_000 }));
        assert_eq!(rest(&HISTORY, 4_000, None), Some(Span { low: 40_000, high: 52_000 }));
        // Half way after 40 s: the pace says 40 s more, the past 4 to 16 s.
        let half = rest(&HISTORY, 40_000, Some(pace(40_000, 0.5)));
        assert_eq!(half, Some(Span { low: 20_000, high: 30_000 }));
    }

    #[test]
    fn an_attempt_that_outlasts_the_others_is_told_by_its_pace_alone() {
        assert_eq!(rest(&HISTORY, 90_000, None), None);
        let slow = rest(&HISTORY, 90_000, Some(pace(90_000, 0.75)));
        assert_eq!(slow, Some(Span { low: 24_000, high: 36_000 }));
    }

    #[test]
    fn the_rest_shrinks_between_two_reports_and_is_never_below_nothing() {
        let at = |since_report| {
            let pace = Pace { since_report, ..pace(30_000, 0.5) };
            rest(&[], 30_000 + since_report, Some(pace)).unwrap().high
        };
        assert!(at(0) > at(5_000) && at(5_000) > at(20_000));
        assert_eq!(at(31_000), 0);
    }

    #[test]
    fn a_waiting_job_starts_when_its_place_in_line_becomes_free() {
        // Two places with attempts of a minute: one becomes free every half minute.
        let rate = 2.0 / 60_000.0;
        assert_eq!(start(1, 1, rate), Some(Span { low: 0, high: 30_000 }));
        assert_eq!(start(4, 8, rate), Some(Span { low: 90_000, high: 240_000 }));
    }
}
