//! Who watches which job on this replica, and which owners have browsers here.
//!
//! A watcher is only told that there is something newer; it reads the job itself. So a slow one costs nothing and
//! misses nothing: it holds the newest notice alone. What belongs to an owner is gathered likewise.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use spool_shared::ids::{JobId, SessionId};
use tokio::sync::watch;

use super::gathered::{Gathering, Happened, Urgency, Waiting};
use crate::store::{Change, Note, Noted, Position};

/// What a watcher is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The job has this version, at least, since this position. `progress`: nothing but that changed.
    Job { version: u64, position: Position, progress: bool },
    /// Something may have been missed: look.
    Resync,
    /// The data set is another one; the job is gone.
    SessionReset,
}

/// The newest known of a watched job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Newest {
    position: Position,
    version: u64,
    /// Transitions so far, progress left out.
    transitions: u64,
    resyncs: u64,
}

/// Hands out watches; cheap to clone.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Mutex<Inner>>,
}

pub(super) struct Inner {
    pub(super) position: Position,
    resyncs: u64,
    jobs: HashMap<JobId, watch::Sender<Newest>>,
    pub(super) waiting: HashMap<String, Waiting>,
}

impl Hub {
    /// A hub that knows everything up to `position`.
    #[must_use]
    pub fn new(position: Position) -> Self {
        let inner = Inner { position, resyncs: 0, jobs: HashMap::new(), waiting: HashMap::new() };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// Everything up to here was told.
    #[must_use]
    pub fn position(&self) -> Position {
        self.lock().position
    }

    /// Watches a job from now on.
    #[must_use]
    pub fn watch(&self, job: JobId) -> Watch {
        let mut inner = self.lock();
        let newest = Newest { position: inner.position, version: 0, transitions: 0, resyncs: inner.resyncs };
        let sender = inner.jobs.entry(job).or_insert_with(|| watch::Sender::new(newest));
        let receiver = sender.subscribe();
        let seen = *receiver.borrow();
        Watch { hub: self.clone(), job, seen, receiver: Some(receiver) }
    }

    /// Gathers from now on what changes for an owner.
    #[must_use]
    pub fn gather(&self, owner: &str) -> Gathering {
        Gathering::begin(self.clone(), owner.to_owned())
    }

    /// A job changed.
    pub(super) fn tell(&self, change: &Change) {
        let mut inner = self.lock();
        inner.position.number = inner.position.number.max(change.number);
        inner.tell(change.job, change.version, 1);
        if let Some(waiting) = inner.waiting.get_mut(&change.owner) {
            let happened = match (change.what.as_str(), change.version) {
                ("forgotten", _) => Happened::Forgotten,
                (_, 1) => Happened::Began,
                _ => Happened::Changed,
            };
            waiting.add(change.job, happened, Urgency::Transition);
        }
    }

    /// A job got further, which has no number of its own, or has a newer preview.
    pub(super) fn note(&self, note: &Note) {
        let mut inner = self.lock();
        if let Noted::Progress { version } = note.what {
            inner.tell(note.job, version, 0);
        }
        if let Some(waiting) = inner.waiting.get_mut(&note.owner) {
            match note.what {
                Noted::Progress { .. } => waiting.add(note.job, Happened::Changed, Urgency::Progress),
                Noted::Preview => waiting.add_preview(note.job),
            }
        }
    }

    /// Changes are missing, or the session is another one: everyone looks.
    pub(super) fn resync(&self, position: Position) {
        let mut inner = self.lock();
        inner.position = position;
        inner.resyncs += 1;
        let resyncs = inner.resyncs;
        for sender in inner.jobs.values() {
            sender.send_modify(|newest| {
                newest.position = position;
                newest.resyncs = resyncs;
            });
        }
        inner.waiting.values_mut().for_each(Waiting::resync);
    }

    pub(super) fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Tells whoever watches the job; `transitions` is 0 for progress.
    fn tell(&self, job: JobId, version: u64, transitions: u64) {
        if let Some(sender) = self.jobs.get(&job) {
            sender.send_modify(|newest| {
                newest.position = self.position;
                newest.version = newest.version.max(version);
                newest.transitions += transitions;
            });
        }
    }
}

/// One watcher of one job.
pub struct Watch {
    hub: Hub,
    job: JobId,
    seen: Newest,
    receiver: Option<watch::Receiver<Newest>>,
}

impl Watch {
    /// The session that this watch began in.
    #[must_use]
    pub fn session(&self) -> SessionId {
        self.seen.position.session
    }

    /// Waits for something newer. Never ends while nothing happens.
    pub async fn changed(&mut self) -> Notice {
        let Some(receiver) = &mut self.receiver else { return std::future::pending().await };
        // The hub keeps the sender as long as there is a receiver.
        if receiver.changed().await.is_err() {
            return std::future::pending().await;
        }
        let newest = *receiver.borrow_and_update();
        let before = std::mem::replace(&mut self.seen, newest);
        if newest.position.session != before.position.session {
            Notice::SessionReset
        } else if newest.resyncs != before.resyncs {
            Notice::Resync
        } else {
            let progress = newest.transitions == before.transitions;
            Notice::Job { version: newest.version, position: newest.position, progress }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut inner = self.hub.lock();
        self.receiver = None;
        if inner.jobs.get(&self.job).is_some_and(|sender| sender.receiver_count() == 0) {
            inner.jobs.remove(&self.job);
        }
    }
}

#[cfg(test)]
mod tests {
    use spool_shared::job::Status;

    use super::*;

    fn position(session: u8, number: u64) -> Position {
        Position { session: SessionId::from_random([session; 16]), number }
    }

    fn job() -> JobId {
        JobId::from_random([1; 16])
    }

    fn change(version: u64, number: u64) -> Change {
        let (owner, what) = ("-".to_owned(), "started".to_owned());
        Change { number, job: job(), owner, what, version, status: Status::Running }
    }

    fn further(version: u64) -> Note {
        Note { job: job(), owner: "-".to_owned(), what: Noted::Progress { version } }
    }

    #[tokio::test]
    async fn a_slow_watcher_hears_the_newest_version_alone() {
        let hub = Hub::new(position(1, 10));
        let mut watch = hub.watch(job());
        for version in 2..100 {
            hub.tell(&change(version, version + 10));
        }
        let newest = Notice::Job { version: 99, position: position(1, 109), progress: false };
        assert_eq!(watch.changed().await, newest);
    }

    #[tokio::test]
    async fn progress_is_told_apart_from_a_transition_that_came_with_it() {
        let hub = Hub::new(position(1, 10));
        let mut watch = hub.watch(job());
        let mut told = async |version, number| {
            hub.note(&further(version));
            if let Some(number) = number {
                hub.tell(&change(version + 1, number));
            }
            hub.note(&further(version + 2));
            watch.changed().await
        };
        assert!(matches!(told(2, None).await, Notice::Job { version: 4, progress: true, .. }));
        assert!(matches!(told(5, Some(11)).await, Notice::Job { version: 7, progress: false, .. }));
        assert!(matches!(told(8, None).await, Notice::Job { version: 10, progress: true, .. }));
    }

    #[tokio::test]
    async fn a_new_session_is_told_even_if_changes_follow_at_once() {
        let hub = Hub::new(position(1, 10));
        let mut watch = hub.watch(job());
        hub.resync(position(2, 0));
        hub.tell(&change(1, 1));
        assert_eq!(watch.changed().await, Notice::SessionReset);
    }

    #[tokio::test]
    async fn nothing_is_kept_for_a_job_that_nobody_watches() {
        let hub = Hub::new(position(1, 10));
        let (one, other) = (hub.watch(job()), hub.watch(job()));
        drop(one);
        assert_eq!(hub.lock().jobs.len(), 1);
        drop(other);
        assert!(hub.lock().jobs.is_empty());
    }
}
