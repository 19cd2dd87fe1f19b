//! When to dial again.

use std::time::Duration;

use spool_shared::backoff::Backoff;

use super::dial::DialError;

/// An agent that holds leases is back before the API's grace for a closed socket is over.
const WITH_LEASES: Duration = Duration::from_secs(2);
/// Its first window after a goodbye.
const FIRST_WINDOW_WITH_LEASES: Duration = Duration::from_millis(100);
/// The first window without leases, and the largest.
const FIRST_WINDOW: Duration = Duration::from_secs(1);
const LARGEST_WINDOW: Duration = Duration::from_secs(30);
/// After a refusal that only a person can mend.
const NEEDS_A_PERSON: Duration = Duration::from_secs(30);
/// However soon the API wants an agent without leases back.
const AT_LEAST: Duration = Duration::from_millis(50);
/// A connection that has lasted so long was a success.
const SETTLED: Duration = Duration::from_mins(1);

/// How a connection ended.
#[derive(Debug)]
pub(super) enum Ended {
    NotOpened(DialError),
    /// The API closed it on purpose.
    Goodbye {
        retry_after: Duration,
        code: String,
        message: String,
        lasted: Duration,
        /// Whether the API had welcomed the agent: then both speak the same protocol, and whatever was no message of it
        /// was an accident.
        welcomed: bool,
    },
    Lost {
        why: String,
        lasted: Duration,
    },
    /// The agent closed it on purpose.
    Left,
}

/// Delays from one connection to the next.
#[derive(Debug)]
pub(super) struct Redial {
    backoff: Backoff,
    /// After goodbyes while leases are at stake.
    urgent: Backoff,
}

impl Redial {
    pub(super) fn new() -> Self {
        Self {
            backoff: Backoff::new(FIRST_WINDOW, LARGEST_WINDOW),
            urgent: Backoff::new(FIRST_WINDOW_WITH_LEASES, WITH_LEASES),
        }
    }

    /// `holding`: leases are at stake. `chance` is uniform in 0–1.
    pub(super) fn delay(&mut self, ended: &Ended, holding: bool, chance: f64) -> Duration {
        if matches!(ended, Ended::Lost { lasted, .. } | Ended::Goodbye { lasted, .. } if *lasted >= SETTLED) {
            self.backoff.reset();
            self.urgent.reset();
        }
        // Never the lower half: what goes on failing must become rare.
        let upper_half = 0.5 + chance / 2.0;
        match ended {
            Ended::Goodbye { code, welcomed, .. } if needs_a_person(code, *welcomed) => {
                NEEDS_A_PERSON.mul_f64(0.9 + 0.2 * chance)
            }
            Ended::NotOpened(DialError::Refused { status: 401 | 403, .. }) => {
                NEEDS_A_PERSON.mul_f64(0.9 + 0.2 * chance)
            }
            // However long the API asks it to wait: by then its leases could be over.
            Ended::Goodbye { retry_after, .. } if holding => {
                let delay = *retry_after + self.urgent.next_delay(upper_half);
                delay.min(WITH_LEASES.mul_f64(upper_half))
            }
            // Anywhere in a window after that, which grows if it goes on like this.
            Ended::Goodbye { retry_after, .. } => {
                *retry_after + self.backoff.next_delay(chance).max(AT_LEAST)
            }
            _ if holding => WITH_LEASES.mul_f64(chance),
            Ended::NotOpened(DialError::Refused { retry_after: Some(delay), .. }) => {
                (*delay).min(LARGEST_WINDOW) + FIRST_WINDOW.mul_f64(chance)
            }
            Ended::NotOpened(_) | Ended::Lost { .. } | Ended::Left => self.backoff.next_delay(chance),
        }
    }
}

/// Goodbyes that dialing again does not help against.
pub(super) fn needs_a_person(code: &str, welcomed: bool) -> bool {
    matches!(code, "duplicate_agent" | "agent_too_old" | "unauthorized") || (code == "protocol" && !welcomed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(lasted: u64) -> Ended {
        Ended::Lost { why: "it broke".into(), lasted: Duration::from_secs(lasted) }
    }

    fn goodbye(code: &str) -> Ended {
        goodbye_after(Duration::from_millis(70), code)
    }

    fn goodbye_after(retry_after: Duration, code: &str) -> Ended {
        let (code, message) = (code.into(), "why".into());
        Ended::Goodbye { retry_after, code, message, lasted: Duration::ZERO, welcomed: false }
    }

    #[test]
    fn an_agent_with_leases_is_back_within_two_seconds_however_often_it_fails() {
        let mut redial = Redial::new();
        assert!((0..50).all(|_| redial.delay(&lost(0), true, 1.0) <= Duration::from_secs(2)));
    }

    #[test]
    fn without_leases_the_window_grows_to_thirty_seconds_and_a_minute_up_resets_it() {
        let mut redial = Redial::new();
        let seconds: Vec<u64> = (0..7).map(|_| redial.delay(&lost(0), false, 1.0).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(redial.delay(&lost(60), false, 1.0).as_secs(), 1);
    }

    #[test]
    fn a_goodbye_says_when_to_come_back_but_an_agent_with_leases_never_waits_longer_than_two_seconds() {
        let seconds = Duration::from_secs;
        assert_eq!(Redial::new().delay(&goodbye("restarting"), true, 1.0), Duration::from_millis(170));
        assert_eq!(Redial::new().delay(&goodbye_after(seconds(9), "restarting"), true, 1.0), seconds(2));
        assert_eq!(Redial::new().delay(&goodbye_after(seconds(9), "restarting"), false, 1.0), seconds(10));
    }

    #[test]
    fn goodbyes_one_after_the_other_are_answered_more_and_more_slowly() {
        let mut redial = Redial::new();
        let at_once = goodbye_after(Duration::ZERO, "superseded");
        let seconds: Vec<u64> = (0..6).map(|_| redial.delay(&at_once, false, 1.0).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 30]);
    }

    #[test]
    fn an_agent_with_leases_that_is_sent_away_again_and_again_comes_back_more_and_more_slowly_and_not_in_step()
     {
        let at_once = goodbye_after(Duration::ZERO, "unknown");
        let delays = |chance| -> Vec<u128> {
            let mut redial = Redial::new();
            (0..7).map(|_| redial.delay(&at_once, true, chance).as_millis()).collect()
        };
        assert_eq!(delays(1.0), [100, 200, 400, 800, 1_600, 2_000, 2_000]);
        assert_eq!(delays(0.0), [50, 100, 200, 400, 800, 1_000, 1_000]);
        let mut redial = Redial::new();
        redial.delay(&at_once, true, 1.0);
        redial.delay(&lost(60), true, 1.0);
        assert_eq!(redial.delay(&at_once, true, 1.0).as_millis(), 100, "a minute up was a success");
    }

    #[test]
    fn what_only_a_person_can_mend_is_tried_every_thirty_seconds() {
        let mut redial = Redial::new();
        let refused = |status| Ended::NotOpened(DialError::Refused { status, retry_after: None });
        let goodbyes = ["duplicate_agent", "protocol", "agent_too_old", "unauthorized"].map(goodbye);
        for ended in goodbyes.into_iter().chain([refused(401), refused(403)]) {
            assert_eq!(redial.delay(&ended, true, 0.5).as_secs(), 30);
        }
    }

    #[test]
    fn a_message_that_was_spoilt_on_the_way_after_the_welcome_is_no_other_version() {
        let (code, message) = ("protocol".to_owned(), "not a message".to_owned());
        let (retry_after, lasted) = (Duration::from_secs(30), Duration::from_secs(1));
        let ended = Ended::Goodbye { retry_after, code, message, lasted, welcomed: true };
        assert!(Redial::new().delay(&ended, true, 1.0) <= Duration::from_secs(2));
    }

    #[test]
    fn a_busy_api_is_given_the_time_that_it_asks_for() {
        let busy =
            Ended::NotOpened(DialError::Refused { status: 503, retry_after: Some(Duration::from_secs(7)) });
        assert_eq!(Redial::new().delay(&busy, false, 0.0).as_secs(), 7);
    }
}
