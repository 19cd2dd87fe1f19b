//! Work that outlived a silence of its node goes on (T11).

use futures_util::future::join_all;
use spool_shared::{
    job::Status,
    protocol::{HeldLease, RefusedCode},
    workflow::Priority::Normal,
};

use super::fleet::{Agent, Fleet};
use crate::store::{Found, Record, Told, Welcome};

async fn record(fleet: &Fleet, lease: &HeldLease) -> Record {
    match fleet.store.find(lease.job).await.unwrap() {
        Found::Job(record) => *record,
        other => panic!("{other:?}"),
    }
}

/// An agent with one slot that ran a job when it was believed lost; the job waits.
async fn lost(fleet: &mut Fleet) -> (Agent, HeldLease) {
    let agent = fleet.connect(1, 1).await;
    fleet.submit("ada", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    fleet.start(&lease).await;
    fleet.store.bury(agent.id, Some(agent.nonce)).await.unwrap();
    assert_eq!(record(fleet, &lease).await.status, Status::Queued);
    (agent, lease)
}

#[tokio::test]
async fn work_that_was_believed_lost_goes_on_if_its_job_still_waits() {
    let mut fleet = Fleet::new().await;
    let (agent, lease) = lost(&mut fleet).await;
    let Welcome { requeued, keep, drop } = fleet.welcome(agent.again(), 1, 1, &[lease]).await.unwrap();
    assert_eq!((requeued, drop), (0, vec![]));
    assert!(keep[0].job == lease.job && keep[0].token != lease.token, "under a new token");
    let found = record(&fleet, &lease).await;
    assert_eq!((found.status, found.counters.attempts, found.counters.losses), (Status::Running, 1, 1));
    assert_eq!(fleet.start(&lease).await, Told::Refused(RefusedCode::Stale));
    fleet.finish(&keep[0]).await;
    assert_eq!(record(&fleet, &lease).await.status, Status::Succeeded);
}

#[tokio::test]
async fn neither_the_job_that_a_hello_takes_up_nor_its_place_is_handed_out_meanwhile() {
    let mut fleet = Fleet::new().await;
    let (agent, lease) = lost(&mut fleet).await;
    fleet.submit("bob", Normal).await;
    let store = fleet.store.clone();
    let bells = join_all((0..20).map(|_| store.schedule()));

    let held = [lease];
    let (welcome, rounds) = tokio::join!(fleet.welcome(agent.again(), 1, 1, &held), bells);

    assert_eq!(rounds.into_iter().map(|round| round.unwrap().handed).sum::<usize>(), 0);
    let kept = welcome.unwrap().keep;
    assert_eq!(kept.iter().map(|kept| kept.job).collect::<Vec<_>>(), [lease.job]);
    let places = &fleet.dump().await[&format!("agent:{}:places", agent.id)];
    assert_eq!(places.keys().collect::<Vec<_>>(), [&lease.job.to_string()]);
    fleet.finish(&kept[0]).await;
    assert_eq!(fleet.schedule().await.len(), 1, "now the place is free for the other job");
}

#[tokio::test]
async fn work_that_another_agent_got_meanwhile_is_dropped() {
    let mut fleet = Fleet::new().await;
    let (agent, lease) = lost(&mut fleet).await;
    fleet.connect(2, 1).await;
    assert_eq!(fleet.schedule().await.len(), 1);
    let welcome = fleet.welcome(agent.again(), 1, 1, &[lease]).await.unwrap();
    assert_eq!(welcome, Welcome { drop: vec![lease], ..Welcome::default() });
}
