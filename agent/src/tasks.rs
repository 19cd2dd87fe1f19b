//! Background tasks: named, told when to end, and awaited.

use std::{future::Future, time::Duration};

use tokio::task::JoinHandle;
use tokio_util::{
    sync::{CancellationToken, WaitForCancellationFutureOwned},
    task::TaskTracker,
};
use tracing::{Instrument as _, debug, warn};

/// Starts tasks and knows which still run. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    ending: CancellationToken,
}

impl Tasks {
    /// Starts `task` on this thread. `name` is for the log.
    pub fn spawn<F>(&self, name: &'static str, task: F) -> JoinHandle<()>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let named = async move {
            task.await;
            debug!(task = name, "Task ended");
        };
        self.tracker.spawn(named.in_current_span())
    }

    /// Resolves when tasks should end.
    pub fn ending(&self) -> WaitForCancellationFutureOwned {
        self.ending.clone().cancelled_owned()
    }

    /// Tells every task to end and waits for them, at most for `limit`.
    pub async fn finish(&self, limit: Duration) {
        self.ending.cancel();
        self.tracker.close();
        if tokio::time::timeout(limit, self.tracker.wait()).await.is_err() {
            warn!(tasks = self.tracker.len(), "Some tasks did not end in time");
        }
    }
}
