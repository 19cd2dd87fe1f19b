//! Customers who want one job after the other.

use std::{
    fmt,
    iter::Sum,
    time::{Duration, Instant},
};

use spool_shared::job::Status;
use spool_tests::{Client, Job};
use tokio::time::sleep;

/// Between two looks at a job. Over a bad link it may take longer than a test has patience for.
const LOOK: Duration = Duration::from_secs(1);

/// What became of jobs.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Done {
    pub jobs: u64,
    pub succeeded: u64,
    pub bytes: u64,
    pub losses: u32,
    pub bounces: u32,
    pub failures: u32,
    pub longest: Duration,
}

impl Done {
    fn add(&mut self, job: &Job, took: Duration) {
        self.jobs += 1;
        self.succeeded += u64::from(job.status == Status::Succeeded);
        self.bytes += job.outputs.iter().map(|output| output.bytes).sum::<u64>();
        self.losses += job.losses;
        self.bounces += job.bounces;
        self.failures += job.failures;
        self.longest = self.longest.max(took);
    }
}

impl Sum for Done {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            jobs: sum.jobs + one.jobs,
            succeeded: sum.succeeded + one.succeeded,
            bytes: sum.bytes + one.bytes,
            losses: sum.losses + one.losses,
            bounces: sum.bounces + one.bounces,
            failures: sum.failures + one.failures,
            longest: sum.longest.max(one.longest),
        })
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { jobs, succeeded, bytes, losses, bounces, failures, longest } = self;
        write!(
            f,
            "{jobs} jobs ended, {succeeded} well, with {bytes} bytes of results; {losses} losses, {bounces} \
             bounces, {failures} failures; the longest took {longest:.0?}"
        )
    }
}

/// Submits one job after the other until the time is over, and awaits the last.
pub(crate) async fn work(client: &Client, script: &str, began: Instant, whole: Duration) -> Done {
    let mut done = Done::default();
    while began.elapsed() < whole {
        let submitted = client.submit(script).await;
        let since = Instant::now();
        let job = ended(client, &submitted.id).await;
        done.add(&job, since.elapsed());
        let deleted = client.delete(&job.id).await;
        assert!(deleted.status().is_success(), "{job:?} is not deleted");
    }
    done
}

/// Awaits the end of a job, however long it takes.
pub(crate) async fn ended(client: &Client, id: &str) -> Job {
    loop {
        let job = client.job(id).await;
        if job.status.is_terminal() {
            return job;
        }
        sleep(LOOK).await;
    }
}
