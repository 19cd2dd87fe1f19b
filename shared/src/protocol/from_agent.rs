//! Control messages of an agent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{HeldLease, MAX_CONTROL_BYTES, Wire, newer};
use crate::{
    class::Class,
    ids::{AgentId, BootId, JobId, SessionId, Token},
    job::{FailureCode, Phase},
    workflow::{Workflow, words},
};

/// Everything an agent says on its control socket. The first message is [`FromAgent::Hello`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromAgent {
    /// Who dials in, what it offers, how many slots can run jobs and which leases it holds. Authoritative: leases of
    /// this agent that it does not list go back to the queue.
    Hello {
        protocol: u32,
        agent: AgentCard,
        #[serde(deserialize_with = "newer::offers")]
        offers: Vec<Offer>,
        slots: u32,
        session: Option<SessionId>,
        leases: Vec<HeldLease>,
    },
    /// Renews every lease it lists. A lease that it does not list is left alone: its hand-out may be under way.
    Heartbeat { leases: Vec<HeldLease>, slots: Vec<SlotReport> },
    /// The hand-out arrived; sent at once on receipt.
    Accepted { job: JobId, token: Token },
    /// The hand-out cannot be run here.
    Declined { job: JobId, token: Token, reason: DeclineReason },
    /// The worker of this slot began.
    Started { job: JobId, token: Token, slot: u32 },
    /// How many slots can run jobs now or very soon, and the classes whose models are loaded. `draining`: it takes
    /// nothing new because it was told so. `pause`: why it takes nothing new by its own choice, a sentence for people.
    Slots {
        healthy: u32,
        #[serde(deserialize_with = "newer::classes")]
        warm: Vec<Class>,
        #[serde(default)]
        draining: bool,
        #[serde(default)]
        pause: Option<String>,
    },
    /// How far the attempt is. `seq` grows with each report of one lease; `fraction` is 0–1 of the whole job.
    Progress { job: JobId, token: Token, seq: u64, phase: Phase, step: u32, steps: u32, fraction: f64 },
    /// Every declared file is stored.
    Succeeded { job: JobId, token: Token, outputs: Vec<Output>, timings: Timings },
    /// The attempt failed.
    Failed {
        job: JobId,
        token: Token,
        code: FailureCode,
        message: String,
        hint: Option<String>,
        retryable: bool,
    },
    /// The slot is free again without a result.
    Released { job: JobId, token: Token, reason: ReleaseReason },
    /// The agent leaves on purpose; it holds nothing any more.
    Bye {},
}

impl Wire for FromAgent {
    const NAMES: &'static [&'static str] = &[
        "hello",
        "heartbeat",
        "accepted",
        "declined",
        "started",
        "slots",
        "progress",
        "succeeded",
        "failed",
        "released",
        "bye",
    ];
    const MAX_BYTES: usize = MAX_CONTROL_BYTES;
}

/// Who an agent is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentCard {
    pub id: AgentId,
    pub boot: BootId,
    pub name: String,
    /// The agent program's version, semver.
    pub version: String,
    pub gpus: Vec<Gpu>,
    /// The largest memory of one of its GPUs, or of the machine where there is none, bytes.
    pub memory_bytes: u64,
    pub labels: BTreeMap<String, String>,
    /// What the node costs, in its operator's currency.
    pub price_per_hour: Option<f64>,
}

/// A GPU as the driver describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Gpu {
    pub index: u32,
    pub name: String,
    pub memory_bytes: u64,
}

/// What a workflow would be run with here, and for which requirement classes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub workflow: Workflow,
    pub engine: String,
    #[serde(deserialize_with = "newer::classes")]
    pub classes: Vec<Class>,
}

/// One slot at the moment of a heartbeat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlotReport {
    pub index: u32,
    pub state: SlotState,
    pub job: Option<JobId>,
    pub gpu: Option<GpuLoad>,
}

words! {
    /// What a slot is doing.
    SlotState else Unknown {
        Starting = "starting",
        Ready = "ready",
        Busy = "busy",
        Stopping = "stopping",
        /// Parked after too many crashes.
        Broken = "broken",
        /// A state that only a newer agent knows.
        Unknown = "unknown",
    }
}

/// A GPU's load: utilisation in percent, memory in bytes, temperature in °C, power in watts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GpuLoad {
    pub utilisation: u32,
    pub memory: u64,
    pub temperature: u32,
    pub power: u32,
}

words! {
    /// Why a hand-out was declined.
    DeclineReason else Other {
        Draining = "draining",
        /// No healthy slot is free.
        Busy = "busy",
        /// The agent does not offer the class.
        Unfit = "unfit",
        /// The inputs could not be fetched.
        Inputs = "inputs",
        /// A reason that only a newer agent knows.
        Other = "other",
    }
}

words! {
    /// Why a slot became free without a result.
    ReleaseReason else Other {
        Drained = "drained",
        Canceled = "canceled",
        /// The server said that the lease is not valid any more.
        Dropped = "dropped",
        /// A reason that only a newer agent knows.
        Other = "other",
    }
}

/// A stored result file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Output {
    pub index: u32,
    pub content_type: String,
    pub bytes: u64,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
    pub width: u32,
    pub height: u32,
    /// Video only.
    pub frames: Option<u32>,
    /// Video only, frames a second.
    pub fps: Option<u32>,
    pub poster: Option<Poster>,
}

/// A still picture that stands for an output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poster {
    pub content_type: String,
    pub bytes: u64,
    pub sha256: String,
}

/// Where the time went, milliseconds; absent where a phase did not occur.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Timings {
    pub load_ms: Option<u64>,
    pub denoise_ms: Option<u64>,
    pub decode_ms: Option<u64>,
    pub encode_ms: Option<u64>,
    pub upload_ms: Option<u64>,
    pub gpu_ms: Option<u64>,
}
