//! A lease belongs to one agent: its token alone, stolen or leaked, is worth nothing.

use std::time::Duration;

use spool_shared::{
    job::FailureCode,
    protocol::{HeldLease, Timings},
    workflow::Priority::Normal,
};

use super::{
    fleet::{Agent, Fleet},
    samples::report,
};
use crate::store::{Failure, Freed, Reported, Speaker, Told, Welcome};

/// A job that the first agent holds, and a second agent that knows its token.
async fn stolen(fleet: &mut Fleet) -> (Agent, Agent, HeldLease) {
    let holder = fleet.connect(1, 1).await;
    fleet.submit("ada", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    (holder, fleet.connect(2, 1).await, lease)
}

#[tokio::test]
async fn whatever_an_agent_says_under_the_token_of_another_is_refused_and_changes_nothing() {
    let mut fleet = Fleet::new().await;
    let (_, thief, lease) = stolen(&mut fleet).await;
    let (store, start) = (fleet.store.clone(), fleet.now().await);
    let before = fleet.dump_since(start).await;
    for running in [false, true] {
        if running {
            fleet.start(&lease).await;
        }
        let before = if running { fleet.dump_since(start).await } else { before.clone() };
        let failure =
            Failure { code: FailureCode::BadInput, message: "no".into(), hint: None, retryable: false };
        let told = [
            store.accept(thief.id, &lease).await,
            store.decline(thief.id, &lease).await,
            store.take_back(thief.id, &lease).await,
            store.start(thief.id, &lease, 0).await,
            store.succeed(thief.id, &lease, vec![], Timings::default()).await,
            store.fail(thief.id, &lease, failure, Duration::ZERO).await,
            store.release(thief.id, &lease).await,
            store.preview(Speaker { agent: thief.id, identity: "" }, &lease, 1, b"no").await,
        ];
        assert!(told.iter().all(|told| matches!(told, Ok(Told::Foreign))), "{told:?}");
        let reported = store.progress(thief.id, &lease, &report(1, 0.5)).await.unwrap();
        assert_eq!(reported, Reported::Told(Told::Foreign));
        assert_eq!(store.freed(thief.id, &lease).await.unwrap(), Freed::Foreign);
        let welcome = fleet.welcome(thief, 1, 2, &[lease]).await.unwrap();
        assert_eq!(welcome, Welcome { drop: vec![lease], ..Welcome::default() });
        assert_eq!(fleet.dump_since(start).await, before);
    }
}

#[tokio::test]
async fn a_heartbeat_renews_no_lease_of_another_agent() {
    let mut fleet = Fleet::new().await;
    let (_, thief, lease) = stolen(&mut fleet).await;
    fleet.start(&lease).await;
    let job = lease.job.to_string();
    fleet.command("ZADD", "leases", &["1", &job]).await;
    let dropped = fleet.store.beat(thief.id, thief.nonce, &[lease], &[]).await.unwrap();
    assert_eq!(dropped, Some(vec![lease]));
    assert_eq!(fleet.dump().await["leases"][&job], "1");
}

#[tokio::test]
async fn of_two_leases_of_one_job_only_the_old_one_is_dropped() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    fleet.submit("ada", Normal).await;
    let (_, old) = fleet.schedule().await.remove(0);
    fleet.start(&old).await;
    assert_eq!(fleet.release(&old).await, Told::Done);
    let (_, new) = fleet.schedule().await.remove(0);
    assert_eq!((new.job, fleet.accept(&new).await), (old.job, Told::Done));
    for listed in [[old, new], [new, old]] {
        let dropped = fleet.store.beat(agent.id, agent.nonce, &listed, &[]).await.unwrap();
        assert_eq!(dropped, Some(vec![old]));
    }
}

#[tokio::test]
async fn files_are_neither_taken_nor_given_under_the_token_of_another() {
    let mut fleet = Fleet::new().await;
    let (holder, thief, lease) = stolen(&mut fleet).await;
    let store = &fleet.store;
    for (agent, identity, valid) in
        [(holder.id, "", true), (holder.id, "another token", false), (thief.id, "", false)]
    {
        let speaker = Speaker { agent, identity };
        assert_eq!(store.holds(speaker, &lease).await.unwrap(), valid, "{speaker:?}");
        assert_eq!(store.input_for(speaker, &lease, 0).await.unwrap(), None, "the job has none");
    }
    fleet.start(&lease).await;
    let another = Speaker { agent: holder.id, identity: "another token" };
    assert_eq!(store.preview(another, &lease, 1, b"no").await.unwrap(), Told::Foreign);
}

#[tokio::test]
async fn work_that_was_lost_is_taken_up_again_only_by_whom_it_was_lost() {
    let mut fleet = Fleet::new().await;
    let (holder, thief, lease) = stolen(&mut fleet).await;
    fleet.start(&lease).await;
    fleet.store.bury(holder.id, Some(holder.nonce)).await.unwrap();
    // Both have room for it.
    fleet.welcome(holder.again(), 1, 1, &[]).await.unwrap();
    let refused = fleet.welcome(thief.again(), 1, 2, &[lease]).await.unwrap();
    assert_eq!((refused.keep, refused.drop), (vec![], vec![lease]));
    let taken_up = fleet.welcome(holder.again(), 1, 1, &[lease]).await.unwrap();
    assert_eq!((taken_up.keep.len(), taken_up.drop), (1, vec![]));
}
