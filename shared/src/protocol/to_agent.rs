//! Control messages of the API.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{HeldLease, MAX_CONTROL_BYTES, Wire};
use crate::{
    class::Class,
    ids::{JobId, SessionId, Token},
    workflow::{Workflow, words},
};

/// Everything the API says on an agent's control socket. The first message is [`ToAgent::Welcome`] or
/// [`ToAgent::Goodbye`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToAgent {
    /// Answers `hello`. `keep` are the leases that go on, each with the token that is valid from now on;
    /// `drop` are the ones to stop.
    Welcome {
        session: SessionId,
        heartbeat_ms: u64,
        dead_after_ms: u64,
        chunk_bytes: u32,
        window_bytes: u32,
        keep: Vec<HeldLease>,
        drop: Vec<HeldLease>,
    },
    /// A job to run.
    Assign {
        job: JobId,
        token: Token,
        /// 1 for the first execution.
        attempt: u32,
        workflow: Workflow,
        class: Class,
        /// The resolved parameters.
        params: Map<String, Value>,
        inputs: Vec<InputRef>,
        /// To be fetched now and run when the slot is free; may be taken back.
        staged: bool,
    },
    /// Stop within one denoising step, then say `released`.
    Cancel { job: JobId, token: Token },
    /// A staged job goes to an idle agent instead.
    TakeBack { job: JobId, token: Token },
    /// Answers `heartbeat`.
    Beat { keep: Vec<HeldLease>, drop: Vec<HeldLease> },
    /// The outcome is recorded: the agent may forget the job and its files.
    Done { job: JobId, token: Token },
    /// What was said of this lease was not accepted.
    Refused { job: JobId, token: Token, code: RefusedCode },
    /// Finish what runs, take nothing new.
    Drain {},
    /// Take jobs again after `drain`.
    Resume {},
    /// The server closes this socket on purpose. Dial again after the delay; leases stay valid meanwhile.
    Goodbye { retry_after_ms: u64, code: String, message: String },
}

impl Wire for ToAgent {
    const NAMES: &'static [&'static str] = &[
        "welcome",
        "assign",
        "cancel",
        "take_back",
        "beat",
        "done",
        "refused",
        "drain",
        "resume",
        "goodbye",
    ];
    const MAX_BYTES: usize = MAX_CONTROL_BYTES;
}

/// An input picture, fetched with the lease token from `/api/agents/jobs/{id}/inputs/{index}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRef {
    pub index: u32,
    pub content_type: String,
    pub bytes: u64,
    pub sha256: String,
    pub width: u32,
    pub height: u32,
    /// EXIF orientation 1–8, not yet applied.
    pub orientation: u8,
}

words! {
    /// Why a message was not accepted. A code that only a newer server knows is read as `wrong_state`: what was said
    /// is told once more from the beginning, and after that the lease is let go.
    RefusedCode else WrongState {
        /// The lease ended: another token is valid now, or none.
        Stale = "stale",
        /// The job is not there any more.
        Missing = "missing",
        /// The owner canceled the job.
        Canceled = "canceled",
        /// The job has no such transition from where it stands.
        WrongState = "wrong_state",
        /// A declared file is not stored, or is another one.
        FilesMissing = "files_missing",
        /// The result is over the size limit.
        TooLarge = "too_large",
        /// The file's bytes are not what its content type says, or do not hash to what was declared.
        Corrupt = "corrupt",
        /// The server could not store it now; try again.
        Unavailable = "unavailable",
        /// The server's storage is full; there may be room later.
        StorageFull = "storage_full",
        /// The session of the lease is over.
        Session = "session",
    }
}
