//! What changed for one owner, gathered for all of its browsers at this replica.
//!
//! Only names are gathered, not contents: of a job that changed a hundred times the newest version is read once. So
//! what waits is bounded by the number of jobs, however long the reading takes.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use spool_shared::ids::JobId;
use tokio::sync::Notify;

use super::Hub;
use crate::store::Position;

/// How soon browsers must hear of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// It got further: with what else comes shortly.
    Progress,
    /// Another status, or missing news: at once.
    Transition,
}

/// What happened to a job, all in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    Changed,
    /// It was not there before.
    Began,
    /// It is not there any more.
    Forgotten,
}

/// Everything that was gathered up to a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathered {
    pub position: Position,
    pub jobs: HashMap<JobId, Happened>,
    /// News may be missing, or the session is another one: only a look at everything helps.
    pub resync: bool,
}

/// What waits to be taken.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    jobs: HashMap<JobId, Happened>,
    previews: HashSet<JobId>,
    resync: bool,
    urgency: Option<Urgency>,
    wake: Arc<Notify>,
}

impl Waiting {
    pub(super) fn add(&mut self, job: JobId, happened: Happened, urgency: Urgency) {
        let known = self.jobs.get(&job);
        // A job that began and changed since is still one that nobody was told of.
        if !(happened == Happened::Changed && known.is_some()) {
            self.jobs.insert(job, happened);
        }
        self.hurry(urgency);
    }

    pub(super) fn add_preview(&mut self, job: JobId) {
        self.previews.insert(job);
        self.wake.notify_one();
    }

    pub(super) fn resync(&mut self) {
        self.jobs.clear();
        self.previews.clear();
        self.resync = true;
        self.hurry(Urgency::Transition);
    }

    fn hurry(&mut self, urgency: Urgency) {
        if self.urgency < Some(urgency) {
            self.urgency = Some(urgency);
            self.wake.notify_one();
        }
    }

    fn take(&mut self, position: Position) -> Gathered {
        self.urgency = None;
        let (jobs, resync) = (std::mem::take(&mut self.jobs), std::mem::take(&mut self.resync));
        Gathered { position, jobs, resync }
    }

    /// What was taken and could not be told is older than what came since.
    fn put_back(&mut self, gathered: Gathered) {
        if gathered.resync {
            return self.resync();
        }
        for (job, happened) in gathered.jobs {
            self.jobs
                .entry(job)
                .and_modify(|newer| {
                    if *newer == Happened::Changed {
                        *newer = happened;
                    }
                })
                .or_insert(happened);
        }
        self.hurry(Urgency::Transition);
    }
}

/// The one who takes what is gathered for an owner. Nothing is gathered where there is none.
pub struct Gathering {
    hub: Hub,
    owner: String,
    wake: Arc<Notify>,
}

impl Gathering {
    /// Begins to gather. There may be one for each owner.
    pub(super) fn begin(hub: Hub, owner: String) -> Self {
        let wake = Arc::new(Notify::new());
        let waiting = Waiting { wake: wake.clone(), ..Waiting::default() };
        hub.lock().waiting.insert(owner.clone(), waiting);
        Self { hub, owner, wake }
    }

    /// Notified when something more urgent waits than before, or a preview.
    #[must_use]
    pub fn wake(&self) -> Arc<Notify> {
        self.wake.clone()
    }

    /// How soon what waits must be told; `None` when nothing waits.
    #[must_use]
    pub fn urgency(&self) -> Option<Urgency> {
        self.hub.lock().waiting.get(&self.owner).and_then(|waiting| waiting.urgency)
    }

    /// Takes what waits. Everything up to its position is in it or was taken before.
    #[must_use]
    pub fn take(&self) -> Gathered {
        let mut inner = self.hub.lock();
        let position = inner.position;
        match inner.waiting.get_mut(&self.owner) {
            Some(waiting) => waiting.take(position),
            None => Gathered { position, jobs: HashMap::new(), resync: true },
        }
    }

    /// Takes the jobs that have newer previews.
    #[must_use]
    pub fn take_previews(&self) -> HashSet<JobId> {
        let mut inner = self.hub.lock();
        inner
            .waiting
            .get_mut(&self.owner)
            .map(|waiting| std::mem::take(&mut waiting.previews))
            .unwrap_or_default()
    }

    /// Gives back what could not be told.
    pub fn put_back(&self, gathered: Gathered) {
        if let Some(waiting) = self.hub.lock().waiting.get_mut(&self.owner) {
            waiting.put_back(gathered);
        }
    }
}

impl Drop for Gathering {
    fn drop(&mut self) {
        let mut inner = self.hub.lock();
        // A successor may have begun already.
        if inner.waiting.get(&self.owner).is_some_and(|waiting| Arc::ptr_eq(&waiting.wake, &self.wake)) {
            inner.waiting.remove(&self.owner);
        }
    }
}

#[cfg(test)]
mod tests {
    use spool_shared::{ids::SessionId, job::Status};

    use super::*;
    use crate::store::{Change, Note, Noted};

    const OWNER: &str = "ann";

    fn position(session: u8, number: u64) -> Position {
        Position { session: SessionId::from_random([session; 16]), number }
    }

    fn job(number: u8) -> JobId {
        JobId::from_random([number; 16])
    }

    fn change(number: u64, id: u8, version: u64, what: &str) -> Change {
        let (what, owner, status) = (what.to_owned(), OWNER.to_owned(), Status::Queued);
        Change { number, job: job(id), owner, what, version, status }
    }

    fn progress(id: u8) -> Note {
        Note { job: job(id), owner: OWNER.to_owned(), what: Noted::Progress { version: 9 } }
    }

    fn taken(gathered: &Gathered) -> Vec<(JobId, Happened)> {
        let mut jobs: Vec<_> = gathered.jobs.iter().map(|(job, happened)| (*job, *happened)).collect();
        jobs.sort_unstable_by_key(|(job, _)| *job);
        jobs
    }

    #[test]
    fn many_changes_of_a_job_are_one_and_carry_the_newest_position() {
        let hub = Hub::new(position(1, 10));
        let gathering = hub.gather(OWNER);
        hub.tell(&change(11, 1, 1, "queued"));
        hub.tell(&change(12, 1, 2, "assigned"));
        hub.tell(&change(13, 2, 7, "succeeded"));
        hub.tell(&change(14, 3, 8, "forgotten"));
        let gathered = gathering.take();
        let jobs = [(job(1), Happened::Began), (job(2), Happened::Changed), (job(3), Happened::Forgotten)];
        assert_eq!((gathered.position, taken(&gathered)), (position(1, 14), jobs.to_vec()));
        assert_eq!((gathering.urgency(), gathering.take().jobs.len()), (None, 0));
    }

    #[test]
    fn another_owner_and_one_without_browsers_gather_nothing() {
        let hub = Hub::new(position(1, 10));
        let other = hub.gather("bob");
        hub.tell(&change(11, 1, 1, "queued"));
        assert_eq!((other.urgency(), other.take().jobs.len()), (None, 0));
        drop(other);
        assert!(hub.lock().waiting.is_empty());
    }

    #[test]
    fn progress_may_wait_and_a_transition_may_not() {
        let hub = Hub::new(position(1, 10));
        let gathering = hub.gather(OWNER);
        hub.note(&progress(1));
        assert_eq!(gathering.urgency(), Some(Urgency::Progress));
        hub.tell(&change(11, 1, 10, "succeeded"));
        hub.note(&progress(2));
        assert_eq!(gathering.urgency(), Some(Urgency::Transition));
        assert_eq!(gathering.take().jobs.len(), 2);
    }

    #[test]
    fn what_could_not_be_told_is_taken_again_with_what_came_since() {
        let hub = Hub::new(position(1, 10));
        let gathering = hub.gather(OWNER);
        hub.tell(&change(11, 1, 1, "queued"));
        hub.tell(&change(12, 2, 4, "assigned"));
        let failed = gathering.take();
        hub.tell(&change(13, 1, 2, "canceled"));
        hub.tell(&change(14, 2, 5, "forgotten"));
        gathering.put_back(failed);
        let gathered = gathering.take();
        assert_eq!(taken(&gathered), [(job(1), Happened::Began), (job(2), Happened::Forgotten)]);
        assert_eq!(gathered.position, position(1, 14));
    }

    #[test]
    fn after_a_gap_single_changes_do_not_matter() {
        let hub = Hub::new(position(1, 10));
        let gathering = hub.gather(OWNER);
        hub.tell(&change(11, 1, 1, "queued"));
        hub.resync(position(2, 3));
        let gathered = gathering.take();
        assert!(gathered.resync && gathered.jobs.is_empty());
        assert_eq!(gathered.position, position(2, 3));
    }
}
