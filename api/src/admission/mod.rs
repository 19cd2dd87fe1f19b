//! How much is let in: requests a minute, open sockets, agents that dial at once, logins that failed.
//!
//! Every replica counts for itself: a limit guards this process, and the queue's own limits guard what all share.

mod logins;
mod rate;
mod sockets;

use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

pub use logins::FailedLogins;
pub use rate::{Later, Rate};
pub use sockets::{NoRoom, Seat, Sockets};

/// Agents that one replica takes on a second: after an outage all of them dial at once.
const AGENTS_A_SECOND: NonZeroU32 = NonZeroU32::new(50).expect("not zero");

/// The counters of this replica.
pub struct Admission {
    /// Submits and uploads of each key, or of each address where there are no keys.
    pub writes: Option<Rate>,
    pub logins: FailedLogins,
    /// Sockets and event streams of people and programs.
    pub sockets: Sockets,
    /// Sockets of agents.
    pub agents: Sockets,
    dials: DefaultDirectRateLimiter,
}

/// The numbers that these counters go up to.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// Submits and uploads a minute; no limit where absent.
    pub writes_per_minute: Option<NonZeroU32>,
    /// Open connections of each side.
    pub sockets: usize,
    /// Of these, how many of one key; no limit where absent.
    pub sockets_per_key: Option<usize>,
    /// The same of one token.
    pub sockets_per_token: Option<usize>,
}

impl Admission {
    #[must_use]
    pub fn new(caps: Caps) -> Self {
        Self {
            writes: caps.writes_per_minute.map(Rate::per_minute),
            logins: FailedLogins::default(),
            sockets: Sockets::new(caps.sockets, caps.sockets_per_key),
            agents: Sockets::new(caps.sockets, caps.sockets_per_token),
            dials: RateLimiter::direct(Quota::per_second(AGENTS_A_SECOND)),
        }
    }

    /// Whether one more agent may connect now.
    #[must_use]
    pub fn agent_may_dial(&self) -> bool {
        self.dials.check().is_ok()
    }
}
