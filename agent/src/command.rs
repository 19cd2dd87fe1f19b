//! Everything that [`crate::decide`] wants done.

use std::time::Duration;

use spool_shared::{
    ids::{JobId, Token},
    job::Progress,
    protocol::{BulkFromAgent, FromAgent, InputRef},
};

use crate::{
    event::Wake,
    state::{StoreRun, WorkId},
    worker::protocol::{OutputFile, Run},
};

/// One thing to do. None of them waits.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Keep the link to the API from now on.
    Dial,
    /// Say it on the control socket.
    Say(FromAgent),
    /// Say it at the usual rate; only the newest matters.
    Report { job: JobId, token: Token, progress: Progress },
    /// Show a preview; only the newest matters.
    Show(BulkFromAgent),
    /// Get a lease's inputs.
    Fetch { work: WorkId, job: JobId, token: Token, inputs: Vec<InputRef> },
    /// Give a job to a slot's worker; `pixels` is its size for the watchdog.
    Run { slot: u32, run: Box<Run>, pixels: u64 },
    /// Have a worker stop its job, by force if need be.
    Cancel { slot: u32 },
    /// Kill a worker.
    Kill { slot: u32 },
    /// Start a slot's worker.
    Start { slot: u32, after: Duration },
    /// Store a result's files, instead of an earlier run of the same work.
    Store { work: WorkId, run: StoreRun, job: JobId, token: Token, files: Vec<OutputFile> },
    /// Stop what is done for a work and delete its files.
    Forget { work: WorkId },
    /// Test whether the temporary folder can be written.
    Test,
    /// Tell [`crate::decide`] after a while.
    Wake { after: Duration, wake: Wake },
    /// Nothing is held any more: say `bye` and end.
    Leave,
    /// The agent cannot work as it is set up: end with this sentence.
    Abort(String),
}
