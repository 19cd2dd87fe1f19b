//! Agents that were sent away, and agents whose replica died: nothing is handed to them, and nothing is held against
//! the jobs.

use spool_shared::{
    ids::JobId,
    job::{Counters, Status},
    workflow::Priority::Normal,
};

use super::fleet::Fleet;
use crate::store::{Found, Record};

const LIFE: &str = "replica:07070707-0707-4707-8707-070707070707";

async fn record(fleet: &Fleet, job: JobId) -> Record {
    match fleet.store.find(job).await.unwrap() {
        Found::Job(record) => *record,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_agent_that_was_told_goodbye_gets_nothing_new_and_keeps_what_it_has() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 2).await;
    fleet.submit("ada", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    fleet.start(&lease).await;
    let start = fleet.now().await;
    let deadlines = fleet.dump_since(start).await["agents"].clone();

    fleet.store.closed(agent.id, agent.nonce, None).await.unwrap();

    let waiting = fleet.submit("ada", Normal).await;
    assert!(fleet.schedule().await.is_empty());
    assert_eq!(fleet.dump_since(start).await["agents"], deadlines, "silence is judged as before");
    assert_eq!(record(&fleet, lease.job).await.status, Status::Running);
    assert_eq!(fleet.hello(agent.again(), 2, 1, &[lease]).await, Some(0));
    assert_eq!(fleet.schedule().await.remove(0).1.job, waiting);
    fleet.finish(&lease).await;
}

#[tokio::test]
async fn a_hand_out_for_a_connection_that_is_gone_goes_back_and_counts_for_nothing() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    let job = fleet.submit("ada", Normal).await;
    let (_, lost) = fleet.schedule().await.remove(0);

    assert_eq!(fleet.hello(agent.again(), 1, 1, &[]).await, Some(1));

    let found = record(&fleet, job).await;
    assert_eq!((found.status, found.counters), (Status::Queued, Counters::default()));
    let (_, lease) = fleet.schedule().await.remove(0);
    assert!(lease.job == job && lease.token != lost.token, "at once, and to the same agent");
}

#[tokio::test]
async fn a_hand_out_that_a_new_program_does_not_list_may_have_killed_the_old_one_and_counts() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    let job = fleet.submit("ada", Normal).await;
    fleet.schedule().await;
    fleet.store.closed(agent.id, agent.nonce, None).await.unwrap();

    assert_eq!(fleet.hello(agent.again(), 1, 2, &[]).await, Some(1));

    assert_eq!(record(&fleet, job).await.counters, Counters { bounces: 1, ..Counters::default() });
}

#[tokio::test]
async fn what_was_accepted_and_is_not_listed_any_more_is_lost() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    let job = fleet.submit("ada", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    fleet.accept(&lease).await;
    fleet.hello(agent.again(), 1, 1, &[]).await;
    assert_eq!(record(&fleet, job).await.counters, Counters { losses: 1, ..Counters::default() });
}

#[tokio::test]
async fn an_agent_whose_replica_died_gets_nothing_until_it_speaks_or_is_connected_again() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 2).await;
    fleet.command("DEL", LIFE, &[]).await;
    let job = fleet.submit("ada", Normal).await;
    assert!(fleet.schedule().await.is_empty());
    assert_eq!(record(&fleet, job).await.counters, Counters::default());

    // The replica was only slow to say that it lives.
    fleet.command("SET", LIFE, &["1"]).await;
    assert!(fleet.schedule().await.is_empty());
    fleet.store.beat(agent.id, agent.nonce, &[], &[]).await.unwrap();
    assert_eq!(fleet.schedule().await.len(), 1);

    fleet.command("DEL", LIFE, &[]).await;
    fleet.submit("ada", Normal).await;
    assert!(fleet.schedule().await.is_empty());
    fleet.command("SET", LIFE, &["1"]).await;
    fleet.hello(agent.again(), 2, 1, &[]).await;
    assert_eq!(fleet.schedule().await.len(), 2, "with the hand-out of the connection before");
}

#[tokio::test]
async fn agents_of_a_living_replica_get_the_jobs_that_those_of_a_dead_one_would_have_got() {
    let mut fleet = Fleet::new().await;
    let stranded = fleet.connect(1, 1).await;
    let reachable = fleet.connect(2, 1).await;
    fleet.command("HSET", &format!("agent:{}", stranded.id), &["replica", "gone"]).await;
    let job = fleet.submit("ada", Normal).await;
    let (agent, lease) = fleet.schedule().await.remove(0);
    assert_eq!((agent, lease.job), (reachable.id, job));
}

#[tokio::test]
async fn a_new_program_takes_the_id_of_one_whose_replica_died_with_it() {
    let fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    assert_eq!(fleet.hello(agent.again(), 1, 2, &[]).await, None, "the first one has its connection still");
    fleet.command("DEL", LIFE, &[]).await;
    assert_eq!(fleet.hello(agent.again(), 1, 2, &[]).await, Some(0));
}
