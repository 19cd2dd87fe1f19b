//! When the newest preview of a job is sent: once a second, or twice when nobody who watches it watches others, too.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use spool_shared::ids::JobId;
use tokio::time::Instant;

const PAUSE: Duration = Duration::from_secs(1);
const PAUSE_ALONE: Duration = Duration::from_millis(500);

#[derive(Debug, Default)]
pub(super) struct Previews {
    /// Jobs with pictures that were not sent yet.
    fresh: HashSet<JobId>,
    sent: HashMap<JobId, Instant>,
}

/// Which jobs are watched, and whether each is by browsers that watch nothing else.
pub(super) type Watched = HashMap<JobId, bool>;

impl Previews {
    /// There are newer pictures.
    pub(super) fn add(&mut self, jobs: impl IntoIterator<Item = JobId>) {
        self.fresh.extend(jobs);
    }

    /// When the next picture is due.
    pub(super) fn due(&self, watched: &Watched) -> Option<Instant> {
        let now = Instant::now();
        self.fresh.iter().filter_map(|job| Some(self.due_of(*job, *watched.get(job)?, now))).min()
    }

    /// The jobs whose newest pictures are due; what nobody watches is forgotten.
    pub(super) fn take(&mut self, watched: &Watched, now: Instant) -> Vec<JobId> {
        self.fresh.retain(|job| watched.contains_key(job));
        self.sent.retain(|job, _| watched.contains_key(job));
        let is_due =
            |job: &JobId| watched.get(job).is_some_and(|alone| self.due_of(*job, *alone, now) <= now);
        let due: Vec<JobId> = self.fresh.iter().copied().filter(is_due).collect();
        for job in &due {
            self.fresh.remove(job);
            self.sent.insert(*job, now);
        }
        due
    }

    fn due_of(&self, job: JobId, alone: bool, now: Instant) -> Instant {
        let pause = if alone { PAUSE_ALONE } else { PAUSE };
        self.sent.get(&job).map_or(now, |sent| *sent + pause)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    fn job(number: u8) -> JobId {
        JobId::from_random([number; 16])
    }

    #[tokio::test(start_paused = true)]
    async fn of_many_pictures_the_newest_of_each_second_is_sent_and_the_last_one_always() {
        let watched = Watched::from([(job(1), false)]);
        let mut previews = Previews::default();
        let mut sent = 0;
        for _ in 0..31 {
            previews.add([job(1)]);
            sent += previews.take(&watched, Instant::now()).len();
            advance(Duration::from_millis(100)).await;
        }
        assert_eq!(sent, 4);
        previews.add([job(1)]);
        let due = previews.due(&watched).unwrap();
        advance(due - Instant::now()).await;
        assert_eq!(previews.take(&watched, Instant::now()), [job(1)]);
        assert_eq!(previews.due(&watched), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_is_watched_alone_is_shown_twice_as_often_and_an_unwatched_one_never() {
        let watched = Watched::from([(job(1), true)]);
        let mut previews = Previews::default();
        let mut sent = Vec::new();
        for _ in 0..20 {
            previews.add([job(1), job(2)]);
            sent.extend(previews.take(&watched, Instant::now()));
            advance(Duration::from_millis(100)).await;
        }
        assert_eq!(sent, [job(1); 4]);
    }
}
