//! What the agent says of itself: how many jobs it can run, and why not more.

use std::time::Duration;

use spool_shared::{backoff::Backoff, class::Class, protocol::FromAgent};

use super::{AgentState, Mode};
use crate::gpu::Reading;

/// Failures of the node in a row after which it trusts itself no more.
const FAULTS: u32 = 3;
/// The first pause lasts about so long, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

/// What the API is told in `slots`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// How many slots can run jobs; none while it takes nothing new.
    pub healthy: u32,
    /// The classes whose models are loaded.
    pub warm: Vec<Class>,
    pub draining: bool,
    /// Why it takes nothing new by its own choice.
    pub pause: Option<String>,
}

impl Health {
    /// The message for it.
    #[must_use]
    pub fn statement(self) -> FromAgent {
        let Self { healthy, warm, draining, pause } = self;
        FromAgent::Slots { healthy, warm, draining, pause }
    }
}

impl AgentState {
    /// How ready the agent is at this moment.
    #[must_use]
    pub fn health(&self) -> Health {
        let draining = self.mode != Mode::Serving;
        let lost = self.slots.iter().filter(|slot| slot.gpu == Some(Reading::Lost)).map(|slot| slot.index);
        let lost: Vec<String> = lost.map(|slot| slot.to_string()).collect();
        let healthy = self.slots.iter().filter(|slot| slot.is_healthy()).count();
        let pause = match self.pause.reason() {
            Some(reason) => Some(reason.to_owned()),
            None if lost.is_empty() || healthy > 0 => None,
            None => Some(format!("The GPU of slot {} does not answer any more.", lost.join(", "))),
        };
        let healthy = if draining || pause.is_some() { 0 } else { healthy };
        let mut warm: Vec<Class> = self.slots.iter().flat_map(|slot| slot.warm.iter().copied()).collect();
        warm.sort_unstable();
        warm.dedup();
        Health { healthy: u32::try_from(healthy).unwrap_or(u32::MAX), warm, draining, pause }
    }
}

/// Whether the agent trusts itself: after some failures in a row that are the node's own fault it takes nothing new,
/// tests itself, and tries again. Each further pause is longer; a success ends the row.
#[derive(Debug)]
pub struct Pause {
    faults: u32,
    /// Why it pauses, if it does.
    reason: Option<String>,
    test: Test,
    backoff: Backoff,
}

/// What a test of the node has shown so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Test {
    /// Its temporary folder can be written.
    disk: bool,
    /// A worker has said hello, or ended a job well.
    worker: bool,
}

impl Default for Pause {
    fn default() -> Self {
        let backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        Self { faults: 0, reason: None, test: Test::default(), backoff }
    }
}

impl Pause {
    /// Why the agent takes nothing new, if that is so.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// The node failed; `why` is a sentence. If that begins a pause, how long it lasts before the node is tested.
    #[must_use]
    pub fn fault(&mut self, why: &str, chance: f64) -> Option<Duration> {
        self.faults += 1;
        if self.faults < FAULTS || self.reason.is_some() {
            return None;
        }
        self.reason = Some(why.to_owned());
        Some(self.delay(chance))
    }

    /// A job went well; true if that ends the pause.
    #[must_use]
    pub fn success(&mut self) -> bool {
        if self.reason.is_some() {
            return self.worker_is_ready();
        }
        self.faults = 0;
        self.backoff.reset();
        false
    }

    /// A test begins; false if the agent does not pause.
    #[must_use]
    pub fn begin_test(&mut self) -> bool {
        self.test = Test::default();
        self.reason.is_some()
    }

    /// A worker has said hello; true if that ends the pause.
    #[must_use]
    pub fn worker_is_ready(&mut self) -> bool {
        self.test.worker = true;
        self.end()
    }

    /// The temporary folder can be written; true if that ends the pause.
    #[must_use]
    pub fn disk_is_writable(&mut self) -> bool {
        self.test.disk = true;
        self.end()
    }

    /// The test failed for this reason: how long to wait before the next one.
    #[must_use]
    pub fn failed(&mut self, why: &str, chance: f64) -> Duration {
        self.reason = Some(why.to_owned());
        self.delay(chance)
    }

    fn end(&mut self) -> bool {
        let ends = self.reason.is_some() && self.test == Test { disk: true, worker: true };
        if ends {
            self.reason = None;
            // On trial: one more failure is enough.
            self.faults = FAULTS - 1;
        }
        ends
    }

    /// Between half and the whole of a window that doubles.
    fn delay(&mut self, chance: f64) -> Duration {
        self.backoff.next_delay(0.5 + chance / 2.0)
    }
}
