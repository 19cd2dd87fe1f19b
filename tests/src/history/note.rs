//! The things that are noted.

use serde::{Deserialize, Serialize};
use spool_shared::job::Status;

/// What a client asks for besides a submit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    Cancel,
    Retry,
    Delete,
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
    /// Somebody was told that there is no such job, or no longer.
    Gone { job: String },
    /// Somebody was told that the session is over and that this job went with it.
    Reset { job: String },
    /// A result was served whole.
    Served { job: String, sha256: String },
    /// A result could not be had.
    NotServed { job: String, status: Option<u16> },
    /// Redis holds this session from now on.
    Session { id: String },
    /// A transition, as Redis' stream of events has it.
    Told { number: u64, job: String, transition: String, version: u64, status: Status },
    /// A look into Redis between two transitions found something that must never be.
    Impossible { sentence: String },
    /// A job waits for so long though it is due and an agent that could run it has a free place.
    Waits { job: String, for_ms: u64 },
    /// A worker began an execution.
    Began { job: String, attempt: u32, pid: u32 },
    /// A worker wrote the result of an execution.
    Wrote { job: String, attempt: u32, pid: u32, sha256: String },
    /// A fault was made; it belongs to this row of the matrix and disturbed so many messages or processes.
    Fault { row: String, disturbed: u64 },
    /// Every fault is over: from here on nothing disturbs.
    Quiet {},
    /// The last line.
    End { lines: u64 },
}
