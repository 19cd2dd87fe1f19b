//! What concerns everyone: the queue and the fleet. Read at most once a second by all rooms of a replica together.

use std::{sync::Arc, time::Duration};

use serde::Serialize;
use tokio::{sync::Mutex, time::Instant};

use crate::store::{AgentRecord, Store, StoreError};

/// How old what is shown may be.
pub(super) const PERIOD: Duration = Duration::from_secs(1);

/// Jobs of all owners that wait, and how many may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct QueueView {
    depth: u64,
    limit: u64,
}

/// What is shown. Two that compare equal look alike.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    pub(super) queue: QueueView,
    pub(super) fleet: Vec<AgentRecord>,
}

#[derive(Default)]
pub(super) struct Board {
    shown: Mutex<Option<(Instant, Arc<Shown>)>>,
}

impl Board {
    /// What is shown now.
    pub(super) async fn look(&self, store: &Store) -> Result<Arc<Shown>, StoreError> {
        let mut shown = self.shown.lock().await;
        match &*shown {
            Some((read, known)) if read.elapsed() < PERIOD / 2 => Ok(known.clone()),
            _ => {
                let fresh = Arc::new(read(store).await?);
                *shown = Some((Instant::now(), fresh.clone()));
                Ok(fresh)
            }
        }
    }
}

async fn read(store: &Store) -> Result<Shown, StoreError> {
    let queue = QueueView { depth: store.depth().await?, limit: store.limits().queue_limit };
    Ok(Shown { queue, fleet: store.fleet().await? })
}
