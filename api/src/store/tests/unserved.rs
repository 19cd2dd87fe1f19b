//! Jobs that wait while every agent that could run them is out of service (T12).

use std::time::Duration;

use spool_shared::{
    ids::JobId,
    job::{FailureCode, Status},
    workflow::Priority::Normal,
};

use super::fleet::{Agent, Fleet};
use crate::store::{Found, Readiness, Record, Resting};

const CLASS: &str = "i2v.480p.81.lightning";

/// Whether jobs of the class expire when they have waited for long enough.
pub(super) async fn is_unserved(fleet: &Fleet) -> bool {
    fleet.dump().await.get("unserved").is_some_and(|classes| classes.contains_key(CLASS))
}

async fn record(fleet: &Fleet, job: JobId) -> Record {
    match fleet.store.find(job).await.unwrap() {
        Found::Job(record) => *record,
        other => panic!("{other:?}"),
    }
}

/// What keeps the agents that offer the class, as far as any is connected.
async fn resting(fleet: &Fleet) -> Option<Resting> {
    fleet.store.outlook().await.unwrap().missing(CLASS.parse().unwrap()).resting
}

/// A pass over what nobody serves, after all that waits has waited for a day; how many jobs it ended.
async fn expires(fleet: &Fleet, job: JobId) -> usize {
    fleet.command("HSET", &format!("job:{job}"), &["created", "1"]).await;
    if is_unserved(fleet).await {
        fleet.command("HSET", "unserved", &[CLASS, "1"]).await;
    }
    let mut expired = 0;
    for waiting in fleet.store.unserved().await.unwrap() {
        expired += usize::from(fleet.store.expire(&waiting).await.unwrap());
    }
    expired
}

async fn says(fleet: &Fleet, agent: Agent, healthy: u32, pause: Option<&str>) {
    let readiness = Readiness { healthy: Some(healthy), pause, ..Readiness::default() };
    fleet.store.slots(agent.id, agent.nonce, readiness).await.unwrap();
}

#[tokio::test]
async fn a_job_whose_only_agent_is_drained_says_so_and_expires_when_its_time_is_over() {
    let fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    fleet.store.drain(agent.id).await.unwrap();
    let job = fleet.submit("ada", Normal).await;
    assert!(record(&fleet, job).await.unservable.is_some());
    assert_eq!(resting(&fleet).await, Some(Resting { drained: 1, ..Resting::default() }));
    assert_eq!(fleet.store.unserved().await.unwrap(), [], "it has only begun to wait");

    assert_eq!(expires(&fleet, job).await, 1);

    let ended = record(&fleet, job).await;
    assert_eq!((ended.status, ended.error.unwrap().code), (Status::Failed, FailureCode::Expired));
}

#[tokio::test]
async fn a_pause_of_the_only_agent_does_not_end_a_job_at_once_and_is_forgotten_when_it_is_over() {
    let fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    let job = fleet.submit("ada", Normal).await;
    fleet.command("HSET", &format!("job:{job}"), &["created", "1"]).await;
    for (pause, why) in [
        (None, Resting { broken: 1, ..Resting::default() }),
        (Some("its disk is full"), Resting { paused: 1, ..Resting::default() }),
    ] {
        says(&fleet, agent, 0, pause).await;
        assert!(is_unserved(&fleet).await);
        assert_eq!(resting(&fleet).await, Some(why));
        assert_eq!(fleet.store.unserved().await.unwrap(), [], "however old the job is");
        says(&fleet, agent, 1, None).await;
        assert_eq!(expires(&fleet, job).await, 0);
    }
    says(&fleet, agent, 0, Some("its disk is full")).await;
    assert_eq!(expires(&fleet, job).await, 1);
}

#[tokio::test]
async fn whoever_is_busy_or_may_be_back_in_a_moment_serves() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    fleet.submit("ada", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    fleet.start(&lease).await;
    let waiting = fleet.submit("ada", Normal).await;
    for _ in 0..2 {
        assert_eq!(record(&fleet, waiting).await.unservable, None);
        assert_eq!(expires(&fleet, waiting).await, 0);
        fleet.store.closed(agent.id, agent.nonce, Some(Duration::from_secs(5))).await.unwrap();
    }
}

#[tokio::test]
async fn an_agent_counts_once_however_it_goes_and_comes_back() {
    let fleet = Fleet::new().await;
    let [agent, other] = [fleet.connect(1, 1).await, fleet.connect(2, 1).await];
    let offers = async || {
        let dump = fleet.dump().await;
        dump.get(&format!("offers:{CLASS}")).map(|offers| offers.values().cloned().collect::<Vec<_>>())
    };
    let counted = |number: u8| Some(vec![number.to_string()]);
    assert_eq!(offers().await, counted(2));
    for _ in 0..2 {
        fleet.store.drain(agent.id).await.unwrap();
        says(&fleet, agent, 0, None).await;
        assert_eq!(offers().await, counted(1));
    }
    let agent = agent.again();
    fleet.hello(agent, 1, 1, &[]).await;
    assert_eq!(offers().await, counted(1), "it is drained whatever connection it has");
    fleet.store.resume(agent.id).await.unwrap();
    assert_eq!(offers().await, counted(2));
    fleet.store.bury(other.id, Some(other.nonce)).await.unwrap();
    fleet.store.drain(agent.id).await.unwrap();
    assert_eq!(offers().await, None);
    fleet.store.bury(agent.id, Some(agent.nonce)).await.unwrap();
    fleet.store.resume(agent.id).await.unwrap();
    assert_eq!(offers().await, None, "it is gone");
    fleet.hello(agent.again(), 1, 1, &[]).await;
    assert_eq!(offers().await, counted(1));
}
