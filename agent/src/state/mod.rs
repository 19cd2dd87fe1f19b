//! What an agent knows: plain data, no I/O.

mod ending;
mod health;
mod slot;
mod work;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use spool_shared::{
    ids::{JobId, SessionId, Token},
    protocol::{AgentCard, HeldLease, Offer, SlotReport},
};

use crate::gpu::Reading;

pub use ending::{Ending, LastWord};
pub use health::{Health, Pause};
pub use slot::{Place, Slot};
pub use work::{Assignment, Failure, Made, Outcome, Stage, StoreRun, Work, WorkId};

/// The whole agent.
#[derive(Debug)]
pub struct AgentState {
    pub card: AgentCard,
    /// Where the folders of works are.
    pub jobs: PathBuf,
    /// How long running jobs may go on when the agent is told to end.
    pub drain: Duration,
    /// Known once the first worker has said hello.
    pub offers: Vec<Offer>,
    pub slots: Vec<Slot>,
    /// Every lease held, in the order in which they came.
    pub works: BTreeMap<WorkId, Work>,
    pub link: Link,
    pub session: Option<SessionId>,
    pub mode: Mode,
    /// Leases that ended without an outcome, which the API may not know yet.
    pub endings: Vec<Ending>,
    /// Whether the agent trusts itself.
    pub pause: Pause,
    /// What the API was told of the slots on this connection.
    pub told: Option<Health>,
    next_work: u64,
}

/// The control socket as the agent sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    Down,
    /// `hello` was said.
    Greeting,
    /// `welcome` was heard.
    Up,
}

/// Whether the agent takes work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Serving,
    /// The API asked it to take nothing new.
    Drained,
    /// It ends as soon as nothing is held any more.
    Leaving,
    /// Nothing is held any more. It ends once the API knows, or has had the time to.
    Parting,
    /// It is gone for all that is decided here.
    Left,
}

impl AgentState {
    #[must_use]
    pub fn new(card: AgentCard, slots: u32, jobs: PathBuf, drain: Duration) -> Self {
        Self {
            card,
            jobs,
            drain,
            offers: Vec::new(),
            slots: (0..slots).map(Slot::new).collect(),
            works: BTreeMap::new(),
            endings: Vec::new(),
            link: Link::Down,
            session: None,
            mode: Mode::Serving,
            pause: Pause::default(),
            told: None,
            next_work: 0,
        }
    }

    /// Every lease that is valid for all that is known here, also one whose outcome or end nobody has heard yet.
    #[must_use]
    pub fn leases(&self) -> Vec<HeldLease> {
        let held = self.works.values().map(|work| HeldLease { job: work.job, token: work.token });
        let ended = self.endings.iter().filter(|ending| ending.may_be_valid()).map(|ending| ending.lease);
        held.chain(ended).collect()
    }

    /// The slots for a heartbeat.
    #[must_use]
    pub fn reports(&self) -> Vec<SlotReport> {
        self.slots
            .iter()
            .map(|slot| SlotReport {
                index: slot.index,
                state: slot.place.word(),
                job: slot.place.work().and_then(|work| self.works.get(&work)).map(|work| work.job),
                gpu: slot.gpu.and_then(Reading::load),
            })
            .collect()
    }

    /// The work of a lease.
    #[must_use]
    pub fn find(&self, job: JobId, token: Token) -> Option<WorkId> {
        self.works.values().find(|work| work.job == job && work.token == token).map(|work| work.id)
    }

    /// Adds a lease.
    pub fn take(&mut self, job: JobId, token: Token, assignment: Assignment) -> WorkId {
        let id = WorkId::new(self.next_work);
        self.next_work += 1;
        self.works.insert(id, Work::new(id, job, token, assignment));
        id
    }

    #[must_use]
    pub fn slot(&mut self, index: u32) -> Option<&mut Slot> {
        self.slots.iter_mut().find(|slot| slot.index == index)
    }
}
