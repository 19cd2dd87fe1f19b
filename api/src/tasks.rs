//! Background tasks: each has a name, hears of the end, and is awaited at it.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt as _;
use tokio::runtime::Handle;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{debug, error, warn};

/// Spawns tasks on the runtime it was made in, whichever thread asks; cheap to clone.
#[derive(Clone)]
pub struct Tasks {
    runtime: Handle,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    /// Must be called inside the runtime that the tasks shall run on.
    #[must_use]
    pub fn new() -> Self {
        Self { runtime: Handle::current(), tracker: TaskTracker::new(), stop: CancellationToken::new() }
    }

    /// Canceled when the tasks are to end.
    #[must_use]
    pub fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Runs `task` until it returns; it should watch [`Self::stop`]. A panic in it ends the program in order: a
    /// replica without its reader or its reaper must not pretend to work.
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        let task = async move {
            if AssertUnwindSafe(task).catch_unwind().await.is_ok() {
                debug!(task = name, "Task {name} ended");
            } else {
                error!(task = name, "Task {name} panicked; the program ends");
                stop.cancel();
            }
        };
        self.tracker.spawn_on(task, &self.runtime);
    }

    /// Tells all tasks to end and waits for them, but not beyond `patience`.
    pub async fn shut_down(&self, patience: Duration) {
        self.stop.cancel();
        self.tracker.close();
        if tokio::time::timeout(patience, self.tracker.wait()).await.is_err() {
            warn!(tasks = self.tracker.len(), "{} tasks did not end in time", self.tracker.len());
        }
    }
}

impl Default for Tasks {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_task_has_ended_when_the_shut_down_returns() {
        let tasks = Tasks::new();
        let (ended, end) = tokio::sync::oneshot::channel();
        let stop = tasks.stop();
        tasks.spawn("waiting", async move {
            stop.cancelled().await;
            ended.send(()).ok();
        });
        tasks.shut_down(Duration::from_mins(1)).await;
        assert_eq!(end.await, Ok(()));
    }

    #[tokio::test]
    async fn a_panic_in_one_task_stops_the_others() {
        let tasks = Tasks::new();
        tasks.spawn("broken", async { panic!("broken on purpose") });
        tasks.stop().cancelled().await;
    }
}
