//! What the server says. The module's documentation tells when.

use serde::Serialize;
use spool_shared::ids::{JobId, SessionId};

use super::{
    super::{
        agents::AgentView,
        jobs::{JobView, PatchView},
    },
    board::QueueView,
};

/// A message; its name is in `t`.
#[derive(Debug, Serialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(super) enum ToBrowser<'a> {
    Welcome {
        v: u64,
        hb_ms: u64,
        session: SessionId,
    },
    Snapshot {
        position: String,
        jobs: Vec<JobView<'a>>,
        cursor: Option<String>,
        queue: QueueView,
        fleet: Vec<AgentView<'a>>,
    },
    Resumed {
        position: String,
    },
    Jobs {
        position: String,
        p: Vec<Patch<'a>>,
    },
    Gone {
        position: String,
        ids: Vec<JobId>,
    },
    Queue(QueueView),
    Fleet {
        agents: Vec<AgentView<'a>>,
    },
    Hb {
        position: String,
    },
    Reset {
        why: &'static str,
    },
}

/// A job that the browser may not know, or what can change of one that it knows.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Patch<'a> {
    Whole(Box<JobView<'a>>),
    Changed(Box<PatchView<'a>>),
}
