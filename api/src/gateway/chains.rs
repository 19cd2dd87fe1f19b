//! Messages about one job are handled one after the other, those of different jobs at the same time.

use std::collections::{HashMap, VecDeque};

use futures_util::{StreamExt as _, future::LocalBoxFuture, stream::FuturesUnordered};
use spool_shared::{
    ids::JobId,
    protocol::{FromAgent, ToAgent},
};

/// What handling a message leads to.
type Handled = (JobId, Option<ToAgent>);

/// The messages of one connection that are being handled.
pub(super) struct Chains<H> {
    handle: H,
    running: FuturesUnordered<LocalBoxFuture<'static, Handled>>,
    waiting: HashMap<JobId, VecDeque<FromAgent>>,
}

impl<H> Chains<H>
where
    H: Fn(JobId, FromAgent) -> LocalBoxFuture<'static, Handled>,
{
    pub(super) fn new(handle: H) -> Self {
        Self { handle, running: FuturesUnordered::new(), waiting: HashMap::new() }
    }

    /// Takes a message about `job`. Of reports that wait, only the newest is kept.
    pub(super) fn push(&mut self, job: JobId, message: FromAgent) {
        match self.waiting.get_mut(&job) {
            None => {
                self.waiting.insert(job, VecDeque::new());
                self.running.push((self.handle)(job, message));
            }
            Some(queue) => {
                if matches!(
                    (queue.back(), &message),
                    (Some(FromAgent::Progress { .. }), FromAgent::Progress { .. })
                ) {
                    queue.pop_back();
                }
                queue.push_back(message);
            }
        }
    }

    /// Whether something about the job is still being handled.
    pub(super) fn is_busy(&self, job: JobId) -> bool {
        self.waiting.contains_key(&job)
    }

    /// Waits for the next handled message; forever while there is none.
    pub(super) async fn next(&mut self) -> Option<ToAgent> {
        let Some((job, answer)) = self.running.next().await else { return std::future::pending().await };
        match self.waiting.get_mut(&job).and_then(VecDeque::pop_front) {
            Some(message) => self.running.push((self.handle)(job, message)),
            None => drop(self.waiting.remove(&job)),
        }
        answer
    }

    /// Finishes what was begun: a report that arrived counts, even if the connection is gone.
    pub(super) async fn finish(&mut self) {
        while !self.running.is_empty() {
            self.next().await;
        }
    }
}
