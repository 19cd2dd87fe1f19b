//! Where a job stands. Each state carries the facts that exist only in it.

use super::{FailureCode, Progress};
use crate::{
    ids::{AgentId, Token},
    workflow::words,
};

words! {
    /// The public word for a job's state.
    Status {
        Queued = "queued",
        Assigned = "assigned",
        Running = "running",
        Succeeded = "succeeded",
        Failed = "failed",
        Canceled = "canceled",
    }
}

impl Status {
    /// No transition but deletion leaves a terminal status.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Canceled)
    }
}

/// A job as the transition table sees it. Times are milliseconds of Redis' clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Grows by one with every change.
    pub version: u64,
    pub state: State,
    pub counters: Counters,
    /// The lease that ended last, and how: answers a repeated report, and lets a lost attempt be taken up again.
    pub ended: Option<(Token, Ended)>,
    /// The hand-out that was declined or taken back last: answers a repeated message.
    pub back: Option<Token>,
    /// The agent that should not get the job again soon.
    pub avoid: Option<Avoid>,
    pub progress: Option<Progress>,
    pub created_at: u64,
    /// When the first attempt began.
    pub started_at: Option<u64>,
    pub finished_at: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Queued(Place),
    /// Handed to an agent; `accepted` once the agent said that it arrived.
    Assigned {
        lease: Lease,
        accepted: bool,
    },
    Running(Lease),
    /// The token of the attempt whose result is the job's.
    Succeeded(Token),
    Failed(FailureCode),
    Canceled,
}

/// Where a queued job waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In its lane.
    Lane,
    /// In the lane of requeued jobs, which goes before the other one of its owner.
    Again,
    /// Until a time.
    Delayed(u64),
}

/// The right of one agent to run the job until the deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    pub agent: AgentId,
    pub token: Token,
    pub deadline: u64,
}

/// What the job has cost so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Executions that really began.
    pub attempts: u32,
    /// Executions that failed.
    pub failures: u32,
    /// Nodes that were lost with the job.
    pub losses: u32,
    /// Hand-outs that never became an execution.
    pub bounces: u32,
    /// Clean returns by an agent that was stopping.
    pub drains: u32,
}

words! {
    /// How a lease ended.
    Ended {
        Failed = "failed",
        /// The node was lost while the job ran.
        Lost = "lost",
        /// The node was lost before the worker began.
        Unstarted = "unstarted",
        Drained = "drained",
        Canceled = "canceled",
    }
}

/// An agent that is passed over until a time, as long as another connected agent offers the job's class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Avoid {
    pub agent: AgentId,
    pub until: u64,
}

impl State {
    #[must_use]
    pub const fn status(&self) -> Status {
        match self {
            Self::Queued(_) => Status::Queued,
            Self::Assigned { .. } => Status::Assigned,
            Self::Running(_) => Status::Running,
            Self::Succeeded(_) => Status::Succeeded,
            Self::Failed(_) => Status::Failed,
            Self::Canceled => Status::Canceled,
        }
    }

    #[must_use]
    pub const fn lease(&self) -> Option<&Lease> {
        match self {
            Self::Assigned { lease, .. } | Self::Running(lease) => Some(lease),
            _ => None,
        }
    }
}

impl Job {
    /// A job that was just accepted (T1).
    #[must_use]
    pub fn submitted(now: u64) -> Self {
        Self {
            version: 1,
            state: State::Queued(Place::Lane),
            counters: Counters::default(),
            ended: None,
            back: None,
            avoid: None,
            progress: None,
            created_at: now,
            started_at: None,
            finished_at: None,
        }
    }
}
