//! One upload: how far it is, and how far it may go.

use std::{fs::File, sync::Arc, time::Instant};

use spool_faults::{Bug, seeded};
use spool_shared::{
    ids::{JobId, Token},
    protocol::{Part, RefusedCode},
};
use tokio::sync::mpsc;

/// A file of a result as it is announced.
#[derive(Debug, Clone)]
pub struct FileToStore {
    pub job: JobId,
    pub token: Token,
    pub index: u32,
    pub part: Part,
    pub bytes: u64,
    pub sha256: String,
    pub file: Arc<File>,
}

/// How an upload goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// The API has so many bytes.
    Have(u64),
    Stored,
    Refused(RefusedCode),
    /// This node cannot read the file any more.
    Unreadable,
}

/// One upload.
#[derive(Debug)]
pub(super) struct Transfer {
    pub what: FileToStore,
    pub stage: Stage,
    /// Since when an answer about it is awaited. Those about others say nothing of it.
    pub awaiting: Option<Instant>,
    pub updates: mpsc::UnboundedSender<Update>,
}

/// How far an upload is on this connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Not announced on this connection.
    New,
    /// Announced; the API will say where to begin.
    Announced,
    Flowing {
        sent: u64,
        acknowledged: u64,
        /// Where it was taken back to last.
        rewound: Option<u64>,
    },
}

impl Transfer {
    /// How many bytes may be sent now.
    pub(super) fn room(&self, chunk: u64, window: u64) -> u64 {
        let Stage::Flowing { sent, acknowledged, .. } = self.stage else { return 0 };
        let ahead = sent.saturating_sub(acknowledged);
        chunk.min(self.what.bytes.saturating_sub(sent)).min(window.saturating_sub(ahead))
    }

    pub(super) fn on_update(&mut self, update: Update) {
        if let Update::Have(offset) = update {
            let offset = offset.min(self.what.bytes);
            self.stage = match self.stage {
                Stage::New => Stage::New,
                Stage::Announced if offset > 0 && seeded(Bug::WrongOffset) => {
                    Stage::Flowing { sent: offset + 1, acknowledged: offset + 1, rewound: None }
                }
                Stage::Announced => Stage::Flowing { sent: offset, acknowledged: offset, rewound: None },
                Stage::Flowing { sent, acknowledged, rewound } => {
                    flowing(sent, acknowledged, rewound, offset)
                }
            };
        }
        // Whoever asked may have lost interest.
        let _ = self.updates.send(update);
    }
}

/// How an upload flows on once the API says that it has `offset` bytes. Every chunk that follows the one before moves
/// that on; where it stands still or goes back, chunks were lost, and it is sent again from there. Once: each chunk
/// that was under way behind the lost one brings the same answer.
fn flowing(sent: u64, acknowledged: u64, rewound: Option<u64>, offset: u64) -> Stage {
    let offset = offset.min(sent);
    if offset > acknowledged {
        return Stage::Flowing { sent, acknowledged: offset, rewound };
    }
    let (sent, rewound) = if rewound == Some(offset) { (sent, rewound) } else { (offset, Some(offset)) };
    Stage::Flowing { sent, acknowledged: offset, rewound }
}
