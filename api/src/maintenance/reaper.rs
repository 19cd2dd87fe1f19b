//! Notices silence. Every replica runs it; the scripts make sure that each death counts once.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    scheduler::Bell,
    store::{Store, StoreError, Verdict},
};

/// Judges agents and leases by Redis' clock, until `stop`.
pub async fn reap(store: Store, bell: Bell, period: Duration, stop: CancellationToken) {
    super::every(period, &stop, || async {
        if let Err(error) = pass(&store, &bell).await {
            warn!(%error, "The reaper could not run: {error}");
        }
    })
    .await;
}

async fn pass(store: &Store, bell: &Bell) -> Result<(), StoreError> {
    let Verdict::Due { leases, agents } = store.judge().await? else { return Ok(()) };
    for agent in agents {
        if let Some(requeued) = store.bury(agent, None).await? {
            info!(agent.id = %agent, jobs = requeued, "Agent {agent} is gone; {requeued} jobs go on elsewhere");
            bell.ring();
        }
    }
    for job in leases {
        if store.lapse(job).await? {
            info!(job.id = %job, "The lease of job {job} lapsed");
            bell.ring();
        }
    }
    Ok(())
}
