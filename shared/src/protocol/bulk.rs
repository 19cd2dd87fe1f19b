//! The bulk socket: previews, newest first, and result files in acknowledged chunks.
//!
//! `begin` → `have` {offset} → `chunk` {offset, bytes} … → `stored` | `refused`. The server acknowledges with
//! further `have`; the sender stays at most a window ahead of the last one. `upload` is the agent's number for one
//! transfer on this socket, so that several slots can send at once.

use serde::{Deserialize, Serialize};

use super::{MAX_BULK_BYTES, RefusedCode, Wire};
use crate::{
    ids::{JobId, Token},
    workflow::words,
};

/// What an agent says on its bulk socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkFromAgent {
    /// Announces a file of a result: its size in bytes and its SHA-256.
    Begin { upload: u32, job: JobId, token: Token, index: u32, part: Part, bytes: u64, sha256: String },
    /// The bytes from `offset` on.
    Chunk {
        upload: u32,
        offset: u64,
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// A picture of work in progress, at most [`super::MAX_PREVIEW_BYTES`].
    Preview {
        job: JobId,
        token: Token,
        seq: u64,
        content_type: String,
        width: u32,
        height: u32,
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
}

impl Wire for BulkFromAgent {
    const NAMES: &'static [&'static str] = &["begin", "chunk", "preview"];
    const MAX_BYTES: usize = MAX_BULK_BYTES;
}

/// What the API answers on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkToAgent {
    /// The server has the bytes below `offset`; the next chunk starts there or continues beyond it.
    Have { upload: u32, offset: u64 },
    /// The whole file is stored and its hash was right.
    Stored { upload: u32 },
    /// The file is not wanted.
    Refused { upload: u32, code: RefusedCode },
}

impl Wire for BulkToAgent {
    const NAMES: &'static [&'static str] = &["have", "stored", "refused"];
    const MAX_BYTES: usize = MAX_BULK_BYTES;
}

words! {
    /// Which file of an output.
    Part {
        Output = "output",
        Poster = "poster",
    }
}
