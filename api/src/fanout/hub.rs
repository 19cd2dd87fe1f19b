//! Who watches which job on this replica.
//!
//! A watcher is only told that there is something newer; it reads the job itself. So a slow one costs nothing and
//! misses nothing: it holds the newest notice alone.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use spool_shared::ids::{JobId, SessionId};
use tokio::sync::watch;

use crate::store::Position;

/// What a watcher is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The job has this version, at least, since this position.
    Job { version: u64, position: Position },
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
    resyncs: u64,
}

/// Hands out watches; cheap to clone.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    position: Position,
    resyncs: u64,
    jobs: HashMap<JobId, watch::Sender<Newest>>,
}

impl Hub {
    /// A hub that knows everything up to `position`.
    #[must_use]
    pub fn new(position: Position) -> Self {
        Self { inner: Arc::new(Mutex::new(Inner { position, resyncs: 0, jobs: HashMap::new() })) }
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
        let newest = Newest { position: inner.position, version: 0, resyncs: inner.resyncs };
        let sender = inner.jobs.entry(job).or_insert_with(|| watch::Sender::new(newest));
        let receiver = sender.subscribe();
        Watch { hub: self.clone(), job, seen: newest, receiver: Some(receiver) }
    }

    /// A job changed at `number`; `None` for progress, which has no number of its own.
    pub(super) fn tell(&self, job: JobId, version: u64, number: Option<u64>) {
        let mut inner = self.lock();
        if let Some(number) = number {
            inner.position.number = inner.position.number.max(number);
        }
        let position = inner.position;
        if let Some(sender) = inner.jobs.get(&job) {
            sender.send_modify(|newest| {
                newest.position = position;
                newest.version = newest.version.max(version);
            });
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
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
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
            Notice::Job { version: newest.version, position: newest.position }
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
    use super::*;

    fn position(session: u8, number: u64) -> Position {
        Position { session: SessionId::from_random([session; 16]), number }
    }

    fn job() -> JobId {
        JobId::from_random([1; 16])
    }

    #[tokio::test]
    async fn a_slow_watcher_hears_the_newest_version_alone() {
        let hub = Hub::new(position(1, 10));
        let mut watch = hub.watch(job());
        for version in 2..100 {
            hub.tell(job(), version, Some(version + 10));
        }
        assert_eq!(watch.changed().await, Notice::Job { version: 99, position: position(1, 109) });
    }

    #[tokio::test]
    async fn a_new_session_is_told_even_if_changes_follow_at_once() {
        let hub = Hub::new(position(1, 10));
        let mut watch = hub.watch(job());
        hub.resync(position(2, 0));
        hub.tell(job(), 1, Some(1));
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
