//! Notices silence. Every replica runs it; the scripts make sure that each death counts once.

use std::time::Duration;
#[cfg(feature = "faults")]
use {
    spool_faults::{Bug, seeded},
    spool_shared::ids::{AgentId, JobId},
    std::sync::{Mutex, PoisonError},
};

use spool_faults::{Point, pass};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    scheduler::Bell,
    store::{Store, StoreError, Verdict},
};

/// Judges agents and leases by Redis' clock, until `stop`.
pub async fn reap(store: Store, bell: Bell, period: Duration, stop: CancellationToken) {
    super::every(period, &stop, || async {
        if let Err(error) = judge_all(&store, &bell).await {
            warn!(%error, "The reaper could not run: {error}");
        }
    })
    .await;
}

pub(crate) async fn judge_all(store: &Store, bell: &Bell) -> Result<(), StoreError> {
    let Verdict::Due { leases, agents } = store.judge().await? else { return Ok(()) };
    #[cfg(feature = "faults")]
    let (leases, agents) = two_steps(leases, agents);
    // One that cannot be judged must not keep the others.
    for agent in agents {
        match store.bury(agent, None).await {
            Ok(Some(requeued)) => {
                info!(agent.id = %agent, jobs = requeued, "Agent {agent} is gone; {requeued} jobs go on elsewhere");
                bell.ring();
                pass(Point::ApiReaped);
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
                pass(Point::ApiReaped);
            }
            Ok(false) => {}
            Err(error) if error.is_general() => return Err(error),
            Err(error) => warn!(job.id = %job, %error, "The lease of job {job} could not be judged: {error}"),
        }
    }
    Ok(())
}

/// What was due at the pass before, where a seeded bug makes a requeue two steps: looking, and acting on what was seen.
#[cfg(feature = "faults")]
fn two_steps(leases: Vec<JobId>, agents: Vec<AgentId>) -> (Vec<JobId>, Vec<AgentId>) {
    static SEEN: Mutex<(Vec<JobId>, Vec<AgentId>)> = Mutex::new((Vec::new(), Vec::new()));
    if !seeded(Bug::TwoStepReap) {
        return (leases, agents);
    }
    std::mem::replace(&mut *SEEN.lock().unwrap_or_else(PoisonError::into_inner), (leases, agents))
}
