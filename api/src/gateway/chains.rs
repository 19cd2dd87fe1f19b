//! Messages about one job are handled one after the other, those of different jobs at the same time.
//!
//! Nothing here grows without bound: of reports that wait only the newest is kept, a lease's reports are handled at
//! most twenty times a second, and an agent that says more than can wait has its connection ended.

use std::collections::{HashMap, VecDeque};

use futures_util::{FutureExt as _, StreamExt as _, future::LocalBoxFuture, stream::FuturesUnordered};
use spool_shared::{
    ids::JobId,
    protocol::{FromAgent, ToAgent},
};
use tokio::time::{Duration, Instant, sleep_until};

/// How many messages may wait about one job: it has fewer in its whole life, reports aside.
const WAITING_PER_JOB: usize = 16;
/// How many may wait in all.
const WAITING: usize = 1_024;
/// From one report of a lease to the next.
const REPORT_PAUSE: Duration = Duration::from_millis(50);

/// What handling a message leads to.
type Handled = (JobId, Option<ToAgent>);

/// More was said than can wait.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Overflow;

/// The messages of one connection that are being handled.
pub(super) struct Chains<H> {
    handle: H,
    running: FuturesUnordered<LocalBoxFuture<'static, Step>>,
    jobs: HashMap<JobId, Chain>,
    waiting: usize,
    rests: u64,
}

/// What `running` ends with.
enum Step {
    Handled(Handled),
    Rested(JobId, u64),
}

/// The messages about one job.
struct Chain {
    queue: VecDeque<FromAgent>,
    /// When the report began that is being handled.
    reporting: Option<Instant>,
    /// Nothing is handled until this rest is over, or something other than a report comes.
    rest: Option<u64>,
}

impl<H> Chains<H>
where
    H: Fn(JobId, FromAgent) -> LocalBoxFuture<'static, Handled>,
{
    pub(super) fn new(handle: H) -> Self {
        let running = FuturesUnordered::new();
        Self { handle, running, jobs: HashMap::new(), waiting: 0, rests: 0 }
    }

    /// Takes a message about `job`.
    pub(super) fn push(&mut self, job: JobId, message: FromAgent) -> Result<(), Overflow> {
        let report = is_report(&message);
        let Some(chain) = self.jobs.get_mut(&job) else {
            self.jobs.insert(job, Chain { queue: VecDeque::new(), reporting: None, rest: None });
            self.start(job, message);
            return Ok(());
        };
        if report && chain.queue.back().is_some_and(is_report) {
            chain.queue.pop_back();
            self.waiting -= 1;
        }
        if chain.queue.len() >= WAITING_PER_JOB || self.waiting >= WAITING {
            return Err(Overflow);
        }
        chain.queue.push_back(message);
        self.waiting += 1;
        if !report && chain.rest.take().is_some() {
            self.go_on(job);
        }
        Ok(())
    }

    /// Whether something about the job is still being handled.
    pub(super) fn is_busy(&self, job: JobId) -> bool {
        self.jobs.get(&job).is_some_and(|chain| chain.rest.is_none() || !chain.queue.is_empty())
    }

    /// Waits for the next handled message; forever while there is none.
    pub(super) async fn next(&mut self) -> Option<ToAgent> {
        loop {
            match self.running.next().await {
                Some(Step::Handled((job, answer))) => {
                    self.rest_or_go_on(job);
                    return answer;
                }
                Some(Step::Rested(job, rest)) => {
                    let over =
                        self.jobs.get_mut(&job).and_then(|chain| chain.rest.take_if(|now| *now == rest));
                    if over.is_some() {
                        self.go_on(job);
                    }
                }
                None => return std::future::pending().await,
            }
        }
    }

    /// Finishes what was begun: a report that arrived counts, even if the connection is gone.
    pub(super) async fn finish(&mut self) {
        let resting: Vec<JobId> =
            self.jobs.iter_mut().filter_map(|(job, chain)| chain.rest.take().map(|_| *job)).collect();
        for job in resting {
            self.go_on(job);
        }
        while !self.jobs.is_empty() {
            if let Some(Step::Handled((job, _))) = self.running.next().await {
                self.go_on(job);
            }
        }
    }

    fn start(&mut self, job: JobId, message: FromAgent) {
        if let Some(chain) = self.jobs.get_mut(&job) {
            chain.reporting = is_report(&message).then(Instant::now);
        }
        self.running.push((self.handle)(job, message).map(Step::Handled).boxed_local());
    }

    /// Handles the next message about the job, if there is one.
    fn go_on(&mut self, job: JobId) {
        match self.jobs.get_mut(&job).and_then(|chain| chain.queue.pop_front()) {
            Some(message) => {
                self.waiting -= 1;
                self.start(job, message);
            }
            None => drop(self.jobs.remove(&job)),
        }
    }

    /// After a report its lease rests a little, unless something else waits.
    fn rest_or_go_on(&mut self, job: JobId) {
        let Some(chain) = self.jobs.get_mut(&job) else { return };
        let until = chain.reporting.take().map(|began| began + REPORT_PAUSE);
        match until.filter(|until| *until > Instant::now() && chain.queue.iter().all(is_report)) {
            Some(until) => {
                self.rests += 1;
                let rest = self.rests;
                chain.rest = Some(rest);
                self.running.push(sleep_until(until).map(move |()| Step::Rested(job, rest)).boxed_local());
            }
            None => self.go_on(job),
        }
    }
}

const fn is_report(message: &FromAgent) -> bool {
    matches!(message, FromAgent::Progress { .. })
}

#[cfg(test)]
mod tests;
