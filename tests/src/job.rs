//! A job as the public API shows it; the fields that tests read.

use serde::{Deserialize, Serialize};
use spool_shared::job::Status;

#[derive(Debug, Clone, Deserialize)]
pub struct Job {
    pub id: String,
    pub status: Status,
    pub version: u64,
    pub engine: Option<String>,
    pub attempts: u32,
    pub failures: u32,
    pub losses: u32,
    pub bounces: u32,
    pub drains: u32,
    pub progress: Option<Progress>,
    pub agent: Option<Seat>,
    pub error: Option<Problem>,
    #[serde(default)]
    pub outputs: Vec<Output>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Progress {
    pub step: u32,
    pub steps: u32,
    pub fraction: f64,
}

/// Where it runs or ran.
#[derive(Debug, Clone, Deserialize)]
pub struct Seat {
    pub name: String,
    pub slot: Option<u32>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Problem {
    pub code: String,
    pub message: String,
    pub retryable: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Output {
    pub content_type: String,
    pub bytes: u64,
    pub sha256: String,
    pub url: String,
}

/// What a job has spent, in one value to compare.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    pub attempts: u32,
    pub failures: u32,
    pub losses: u32,
    pub bounces: u32,
    pub drains: u32,
}

impl Job {
    #[must_use]
    pub const fn spent(&self) -> Spent {
        Spent {
            attempts: self.attempts,
            failures: self.failures,
            losses: self.losses,
            bounces: self.bounces,
            drains: self.drains,
        }
    }

    #[must_use]
    pub fn agent_name(&self) -> &str {
        &self.agent.as_ref().expect("an agent has the job").name
    }

    /// It runs and has reported at least this step.
    #[must_use]
    pub fn reached(&self, step: u32) -> bool {
        self.status == Status::Running && self.progress.as_ref().is_some_and(|progress| progress.step >= step)
    }
}
