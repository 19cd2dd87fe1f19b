//! Leases that ended without an outcome.

use std::time::Instant;

use spool_shared::protocol::{DeclineReason, FromAgent, HeldLease, ReleaseReason};

/// A lease that ended without an outcome, until the API knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    pub lease: HeldLease,
    pub word: LastWord,
    /// When it was said last.
    pub said: Instant,
}

/// What is said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastWord {
    Declined(DeclineReason),
    Released(ReleaseReason),
}

impl Ending {
    /// The message for it.
    #[must_use]
    pub const fn statement(&self) -> FromAgent {
        let HeldLease { job, token } = self.lease;
        match self.word {
            LastWord::Declined(reason) => FromAgent::Declined { job, token, reason },
            LastWord::Released(reason) => FromAgent::Released { job, token, reason },
        }
    }

    /// Whether the lease is valid until the API hears that it ended. Such a lease is listed like one that is held: the
    /// API takes one that is missing in `hello` for lost, and counts that against the job; and nothing else answers
    /// `declined` than a beat that does not know the lease any more. Of other endings the API has spoken first.
    #[must_use]
    pub const fn may_be_valid(&self) -> bool {
        match self.word {
            LastWord::Declined(_) | LastWord::Released(ReleaseReason::Drained) => true,
            LastWord::Released(ReleaseReason::Canceled | ReleaseReason::Dropped | ReleaseReason::Other) => {
                false
            }
        }
    }
}
