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

pub(crate) async fn pass(store: &Store, bell: &Bell) -> Result<(), StoreError> {
    let Verdict::Due { leases, agents } = store.judge().await? else { return Ok(()) };
    // One that cannot be judged must not keep the others.
    for agent in agents {
        match store.bury(agent, None).await {
            Ok(Some(requeued)) => {
                info!(agent.id = %agent, jobs = requeued, "Agent {agent} is gone; {requeued} jobs go on elsewhere");
                bell.ring();
            }
            Ok(None) => {}
            Err(error) if error.is_general() => return Err(error),
            Err(error) => warn!(agent.id = %agent, %error, "Agent {agent} could not be judged: {error}"),
        }
    }
    for job in leases {
        match store.lapse(job).await {
            Ok(true) => {
                info!(job.id = %job, "The lease of job {job} lapsed");
                bell.ring();
            }
            Ok(false) => {}
            Err(error) if error.is_general() => return Err(error),
            Err(error) => warn!(job.id = %job, %error, "The lease of job {job} could not be judged: {error}"),
        }
    }
    Ok(())
}
