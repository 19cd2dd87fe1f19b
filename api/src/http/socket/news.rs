//! From what changed to the frames that say it.

use std::collections::HashMap;

use spool_shared::ids::JobId;

use super::{
    super::{
        agents::AgentView,
        caller::Caller,
        jobs::{JobView, PatchView},
    },
    board::Shown,
    frame::Frame,
    to_browser::{Patch, ToBrowser},
};
use crate::{
    fanout::{Gathered, Happened},
    store::{Position, Record, Since, Store, StoreError},
};

/// How many jobs a snapshot has beside those that have not ended.
const NEWEST: usize = 50;
/// How many jobs one reading and one frame have.
const CHUNK: usize = 200;

/// What all who listen are told.
pub(super) struct News {
    pub(super) frames: Vec<Frame>,
}

impl News {
    /// The jobs that changed. `told` is what is known before the last frame, which has the new position: whoever
    /// loses the connection in between resumes from there.
    pub(super) async fn of(store: &Store, gathered: &Gathered, told: Position) -> Result<Self, StoreError> {
        let frames = changed(store, &gathered.jobs, told, gathered.position).await?;
        Ok(Self { frames })
    }

    /// What whoever knew everything up to `known` has missed; `None` if that cannot be told any more.
    pub(super) async fn since(
        store: &Store,
        caller: &Caller,
        known: Position,
        told: Position,
        shown: &Shown,
    ) -> Result<Option<Self>, StoreError> {
        let Since::Changed(jobs) = store.since(caller.owner(), known).await? else { return Ok(None) };
        // Which of them the browser has is not known: all are sent whole.
        let jobs = jobs.into_iter().map(|job| (job, Happened::Began)).collect();
        let changed = changed(store, &jobs, known, told).await?;
        let position = if changed.is_empty() { told } else { known }.to_string();
        let mut frames = vec![Frame::json(&ToBrowser::Resumed { position })];
        frames.extend(changed);
        frames.extend([queue(shown), fleet(shown, caller)]);
        Ok(Some(Self { frames }))
    }

    /// Everything: the newest jobs, and all that have not ended.
    pub(super) async fn everything(
        store: &Store,
        caller: &Caller,
        told: Position,
        shown: &Shown,
    ) -> Result<Self, StoreError> {
        let overview = store.overview(caller.owner(), NEWEST).await?;
        // Read in another session, it would be everything of nothing.
        if store.position().await?.session != told.session {
            return Err(StoreError::Session);
        }
        let snapshot = ToBrowser::Snapshot {
            position: told.to_string(),
            jobs: overview.jobs.iter().map(JobView::light).collect(),
            cursor: overview.next.map(|before| format!("{before:x}")),
            queue: shown.queue,
            fleet: agents(shown, caller),
        };
        Ok(Self { frames: vec![Frame::json(&snapshot)] })
    }
}

/// How much waits.
pub(super) fn queue(shown: &Shown) -> Frame {
    Frame::json(&ToBrowser::Queue(shown.queue))
}

/// Who is there to work.
pub(super) fn fleet(shown: &Shown, caller: &Caller) -> Frame {
    Frame::json(&ToBrowser::Fleet { agents: agents(shown, caller) })
}

fn agents<'a>(shown: &'a Shown, caller: &Caller) -> Vec<AgentView<'a>> {
    shown.fleet.iter().map(|agent| AgentView::of(agent, caller)).collect()
}

/// Reads the jobs and says how they are, and which are gone. Only the last frame has the position `after`.
async fn changed(
    store: &Store,
    jobs: &HashMap<JobId, Happened>,
    before: Position,
    after: Position,
) -> Result<Vec<Frame>, StoreError> {
    let mut gone: Vec<JobId> = Vec::new();
    let mut records: Vec<Record> = Vec::new();
    let ids: Vec<JobId> = jobs.keys().copied().collect();
    for chunk in ids.chunks(CHUNK) {
        for (id, record) in chunk.iter().zip(store.read_jobs(chunk).await?) {
            match record {
                Some(record) => records.push(record),
                None => gone.push(*id),
            }
        }
    }
    records.sort_unstable_by_key(|record| (record.created_at, record.id));
    let last = records.len().div_ceil(CHUNK);
    let position = |number: usize| if number == last { after } else { before }.to_string();
    let mut frames = Vec::new();
    if !gone.is_empty() {
        frames.push(Frame::json(&ToBrowser::Gone { position: position(0), ids: gone }));
    }
    for (chunk, number) in records.chunks(CHUNK).zip(1..) {
        let p = chunk.iter().map(|record| patch(record, jobs.get(&record.id))).collect();
        frames.push(Frame::json(&ToBrowser::Jobs { position: position(number), p }));
    }
    Ok(frames)
}

fn patch<'a>(record: &'a Record, happened: Option<&Happened>) -> Patch<'a> {
    let view = JobView::light(record);
    match happened {
        Some(Happened::Changed) => Patch::Changed(Box::new(PatchView::from(view))),
        _ => Patch::Whole(Box::new(view)),
    }
}
