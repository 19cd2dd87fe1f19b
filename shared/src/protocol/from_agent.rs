//! Control messages of an agent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
