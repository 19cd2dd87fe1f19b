//! What is done for one lease.

use std::{fmt, time::Instant};

use serde_json::{Map, Value};
use spool_shared::{
    class::Class,
    ids::{JobId, Token},
    job::{FailureCode, Phase},
    protocol::{FromAgent, InputRef, Output, ReleaseReason, Timings},
    workflow::Workflow,
};

use crate::worker::protocol::{Input, OutputFile, WorkerTimings};

/// This process's own number for a lease. A lease's token may change when the API was away; this does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkId(u64);

impl WorkId {
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for WorkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Counts the runs at storing one work's result; what an earlier run says is ignored.
pub type StoreRun = u32;

/// A lease and how far its work is.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    pub id: WorkId,
    pub job: JobId,
    pub token: Token,
    pub assignment: Assignment,
    pub stage: Stage,
    /// The inputs on this disk, once they are here.
    pub inputs: Vec<Input>,
    /// Where it ran last; 0 before.
    pub slot: u32,
    /// Of the last progress.
    pub seq: u64,
    pub phase: Option<Phase>,
    /// 0–1 of the whole job; never goes back.
    pub fraction: f64,
    pub store_run: StoreRun,
    /// How often the API could not take what was said of this lease.
    pub unavailable: u32,
    /// Where it stands was said again because the API took its outcome for out of place.
    pub explained: bool,
}

/// What the API handed out.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    pub attempt: u32,
    pub workflow: Workflow,
    pub class: Class,
    pub params: Map<String, Value>,
    pub inputs: Vec<InputRef>,
    pub staged: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// The inputs are on their way.
    Fetching,
    /// They are here; a worker is awaited.
    Waiting,
    /// A worker has it; `started` once the worker said so.
    Running { slot: u32, started: bool },
    /// The worker is to stop it.
    Stopping { slot: u32, reason: ReleaseReason },
    /// The worker is done; the result is on its way to the API. `paused`: the API did not know the lease while the
    /// link was down; the next welcome decides.
    Storing { made: Made, paused: bool },
    /// The API was told, the last time at `said`, and has not answered yet.
    Finished { outcome: Outcome, said: Instant },
}

/// What a worker made.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    pub files: Vec<OutputFile>,
    pub timings: WorkerTimings,
}

/// How a work ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Succeeded { made: Made, outputs: Vec<Output>, timings: Timings },
    Failed(Failure),
}

/// Why a work failed, for the job's owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub code: FailureCode,
    pub message: String,
    pub hint: Option<String>,
    pub retryable: bool,
}

impl Work {
    pub(super) fn new(id: WorkId, job: JobId, token: Token, assignment: Assignment) -> Self {
        Self {
            id,
            job,
            token,
            assignment,
            stage: Stage::Fetching,
            inputs: Vec::new(),
            slot: 0,
            seq: 0,
            phase: None,
            fraction: 0.0,
            store_run: 0,
            unavailable: 0,
            explained: false,
        }
    }

    /// Whether it has a slot or needs one.
    #[must_use]
    pub const fn wants_slot(&self) -> bool {
        matches!(self.stage, Stage::Fetching | Stage::Waiting | Stage::Running { .. })
    }

    /// Everything that the API must know of where it stands, in order. All of it may be said again.
    #[must_use]
    pub fn statements(&self) -> Vec<FromAgent> {
        let (job, token) = (self.job, self.token);
        let started = FromAgent::Started { job, token, slot: self.slot };
        match &self.stage {
            Stage::Fetching | Stage::Waiting | Stage::Running { started: false, .. } => {
                vec![FromAgent::Accepted { job, token }]
            }
            Stage::Running { started: true, .. } | Stage::Storing { .. } => vec![started],
            Stage::Stopping { .. } => vec![],
            Stage::Finished { outcome, .. } => vec![started, outcome.statement(job, token)],
        }
    }
}

impl Outcome {
    pub(crate) fn statement(&self, job: JobId, token: Token) -> FromAgent {
        match self.clone() {
            Self::Succeeded { outputs, timings, .. } => FromAgent::Succeeded { job, token, outputs, timings },
            Self::Failed(Failure { code, message, hint, retryable }) => {
                FromAgent::Failed { job, token, code, message, hint, retryable }
            }
        }
    }
}
