//! Rings the schedule script: at every bell, when a delayed job is due, and once a second in case a bell was missed.

use std::{sync::Arc, time::Duration};

use spool_faults::{Bug, Point, pass, seeded};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use crate::{
    measure,
    store::{Store, StoreError},
};

/// The fallback pass: heals a bell that a dying replica never rang.
const FALLBACK: Duration = Duration::from_secs(1);

/// Rung whenever a job may have begun to wait or a place may have become free. Cheap to clone; rings that come
/// while the scheduler runs become one more run.
#[derive(Clone, Default)]
pub struct Bell {
    notify: Arc<Notify>,
}

impl Bell {
    pub fn ring(&self) {
        if seeded(Bug::LostDoorbell) {
            return self.notify.notify_waiters();
        }
        self.notify.notify_one();
    }
}

/// Runs until `stop`.
pub async fn run(store: Store, bell: Bell, stop: CancellationToken) {
    let mut wait = Duration::ZERO;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = bell.notify.notified() => {}
            () = tokio::time::sleep(wait), if !seeded(Bug::LostDoorbell) => {}
        }
        wait = match hand_out(&store).await {
            Ok(due) => due.map_or(FALLBACK, |due| due.min(FALLBACK)),
            // The reader notices and takes the new session over.
            Err(StoreError::Session) => FALLBACK,
            Err(error) => {
                warn!(%error, "The scheduler could not run: {error}");
                FALLBACK
            }
        };
    }
}

/// Hands out what fits. When the next delayed job is due.
async fn hand_out(store: &Store) -> Result<Option<Duration>, StoreError> {
    loop {
        let round = store.schedule().await?;
        measure::scheduled(round.handed);
        if round.handed > 0 {
            pass(Point::ApiScheduled);
            debug!(jobs = round.handed, "Handed out {} jobs", round.handed);
        }
        if !round.full {
            return Ok(round.due);
        }
    }
}
