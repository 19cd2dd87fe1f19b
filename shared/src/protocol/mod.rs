//! What agents and the API say to one another, version 1.
//!
//! Each WebSocket message is one MessagePack value: a map with one key, the message's name, whose value is a
//! map of named fields. Unknown fields are ignored; unknown messages are reported as [`DecodeError::Unknown`],
//! for the receiver to log and pass over, and an unknown word is read as the fallback that its enum documents: an old
//! program survives a newer peer.
//!
//! Two sockets: *control* ([`FromAgent`], [`ToAgent`]) carries small messages and is never blocked;
//! *bulk* ([`BulkFromAgent`], [`BulkToAgent`]) carries previews and result files, so that a heartbeat never
//! waits behind a video. `tests/fixtures/protocol/v1` has golden bytes of every message.

mod bulk;
mod codec;
mod from_agent;
mod newer;
mod to_agent;

pub use bulk::{BulkFromAgent, BulkToAgent, Part};
pub use codec::{DecodeError, MAX_DEPTH, Wire, decode, encode};
pub use from_agent::{
    AgentCard, DeclineReason, FromAgent, Gpu, GpuLoad, Offer, Output, Poster, ReleaseReason, SlotReport,
    SlotState, Timings,
};
pub use to_agent::{InputRef, RefusedCode, ToAgent};

use crate::ids::{JobId, Token};
use serde::{Deserialize, Serialize};

/// The version in [`FromAgent::Hello`]. It changes when a field or message is removed or changes its meaning;
/// additions keep it.
pub const VERSION: u32 = 1;

/// In the answer to the control socket's handshake: the version that the API speaks.
pub const VERSION_HEADER: &str = "x-spool-protocol";
/// In the same answer: the oldest agent program that the API takes, where there is such a limit.
pub const OLDEST_AGENT_HEADER: &str = "x-spool-oldest-agent";

/// The path of the control socket under the API's address.
pub const CONTROL_PATH: &str = "/api/agents/connect";
/// The path of the bulk socket.
pub const BULK_PATH: &str = "/api/agents/upload";

/// The header in which an agent says its id where no hello precedes: on the bulk socket and with a request for an
/// input. What it says there counts only with a lease of this agent.
pub const AGENT_HEADER: &str = "x-spool-agent";
/// The header in which the request for an input carries the token of its lease.
pub const LEASE_HEADER: &str = "x-spool-lease";

/// The largest control message, bytes.
pub const MAX_CONTROL_BYTES: usize = 256 * 1024;
/// The largest bulk message, bytes: one chunk and its envelope.
pub const MAX_BULK_BYTES: usize = 320 * 1024;
/// How much of a result one [`BulkFromAgent::Chunk`] carries, bytes. Larger chunks gain no throughput; they only
/// make everything behind them wait longer.
pub const CHUNK_BYTES: u32 = 256 * 1024;
/// How far an upload may run ahead of the acknowledged offset, bytes.
pub const WINDOW_BYTES: u32 = 2 * 1024 * 1024;
/// The largest preview picture, bytes.
pub const MAX_PREVIEW_BYTES: usize = 48 * 1024;
/// How many labels an agent carries; they travel with every hello.
pub const MAX_LABELS: usize = 16;
/// How long key and value of a label may be, characters.
pub const MAX_LABEL: usize = 64;

/// A lease as its holder names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HeldLease {
    pub job: JobId,
    pub token: Token,
}
