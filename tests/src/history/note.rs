//! The things that are noted.

use serde::{Deserialize, Serialize};
use spool_shared::job::Status;

use crate::job::Spent;

/// What a client asks for besides a submit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    Cancel,
    Retry,
    Delete,
}

/// One execution, as its worker wrote it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Execution {
    pub job: String,
    pub attempt: u32,
    /// The worker's process.
    pub pid: u32,
    /// The name of its agent.
    pub agent: String,
    /// The folder of the slot in which it ran, which each agent's process makes anew.
    pub slot: String,
    /// The folder of its own: one for each lease.
    pub folder: String,
    /// By the clock that all processes of a machine share.
    pub at_us: u64,
}

/// A job as a page was sent it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    pub job: String,
    pub status: Status,
    pub version: u64,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Note {
    /// A client is about to send this request under this Idempotency-Key.
    Submits { key: String, script: String },
    /// The answer was 202.
    Accepted { key: String, job: String, replayed: bool },
    /// The answer was an error.
    Refused { key: String, status: u16, code: String },
    /// No answer came: whether the job was accepted is not known.
    Unanswered { key: String },
    /// A client is about to ask for this.
    Asks { verb: Verb, job: String },
    /// The answer; without a status none came. A retry that was accepted names the new job.
    Answered { verb: Verb, job: String, status: Option<u16>, made: Option<String> },
    /// Somebody was shown this state.
    Saw { job: String, status: Status, version: u64 },
    /// Somebody was told that there is no such job, or no longer: in an answer with this status, or by an event.
    Gone { job: String, status: Option<u16> },
    /// Somebody was shown this preview, whose request or connection began when this line was not written yet.
    Previewed { job: String, sha256: String, not_before: u64 },
    /// Somebody was told that the session is over and that this job went with it.
    Reset { job: String },
    /// A result was served whole.
    Served { job: String, sha256: String },
    /// A result could not be had.
    NotServed { job: String, status: Option<u16> },
    /// Redis holds this session from now on.
    Session { id: String },
    /// A transition, as Redis' stream of events has it. When the line of this number was written it had not happened.
    Told { number: u64, job: String, transition: String, version: u64, status: Status, not_before: u64 },
    /// With the transition of this version a lease began. It has the name of its attempt's folder, which tells no token.
    Leased { job: String, version: u64, lease: String, agent: String },
    /// A record, read in the same moment as the newest of its transitions.
    Stands { job: String, status: Status, spent: Spent, code: Option<String>, result: Option<String> },
    /// A look into Redis between two transitions found something that must never be.
    Impossible { sentence: String },
    /// A job could have been handed out at every look for so long: it is due, and an agent that could run it had a free
    /// place.
    Waits { job: String, for_ms: u64 },
    /// A worker began an execution.
    Began { execution: Execution },
    /// A worker wrote the result of an execution.
    Wrote { execution: Execution, sha256: String },
    /// A worker drew a preview of an execution, and is about to send it.
    Drew { execution: Execution, sha256: String },
    /// An execution was over, however it ended. One that was killed never says so.
    Over { execution: Execution },
    /// A page was sent everything at once; a new tab has a new name. As it came, nothing left out.
    Snapshot { tab: String, jobs: Vec<Shown> },
    /// As [`Note::Snapshot`], when all is over: this is what stays on the page.
    LastLook { tab: String, jobs: Vec<Shown> },
    /// A process ended, or was ended, before the run did; what was wrong with that, if anything.
    Exited { process: String, wrong: Option<String> },
    /// A fault was made; it belongs to this row of the matrix and disturbed so many messages or processes.
    Fault { row: String, disturbed: u64 },
    /// Every fault is over: from here on nothing disturbs.
    Quiet {},
    /// The last line.
    End { lines: u64 },
}
