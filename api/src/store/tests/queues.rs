//! What waits: positions, depths, estimates, and that nobody waits for ever.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use spool_shared::{
    class::Class,
    ids::JobId,
    job::{FailureCode, Status, estimate::Span},
    workflow::Priority::{self, High, Low, Normal},
};

use super::{
    fleet::{Fleet, new_job},
    samples::report,
};
use crate::store::{Failure, Found, Record, Submitted, Unservable, keys::Keys};

const CLASS: &str = "i2v.480p.81.lightning";

async fn record(fleet: &Fleet, id: JobId) -> Record {
    match fleet.store.find(id).await.unwrap() {
        Found::Job(record) => *record,
        other => panic!("{other:?}"),
    }
}

async fn positions(fleet: &Fleet, jobs: &[JobId]) -> Vec<Option<u64>> {
    let mut found = Vec::new();
    for job in jobs {
        found.push(record(fleet, *job).await.queue_position);
    }
    found
}

async fn command(fleet: &Fleet, words: &[&str]) {
    let mut command = ::redis::cmd(words[0]);
    for word in &words[1..] {
        command.arg(*word);
    }
    command.exec_async(&mut fleet.redis.connection().await).await.unwrap();
}

async fn submitted(fleet: &Fleet, number: usize) -> Vec<JobId> {
    let mut jobs = Vec::new();
    for _ in 0..number {
        jobs.push(fleet.submit("ada", Normal).await);
    }
    jobs
}

#[tokio::test]
async fn a_position_is_exact_after_a_cancel_in_the_middle_a_hand_out_and_a_requeue() {
    let mut fleet = Fleet::new().await;
    let jobs = submitted(&fleet, 5).await;
    fleet.submit("bob", Normal).await;
    assert_eq!(positions(&fleet, &jobs).await, [1, 2, 3, 4, 5].map(Some));
    fleet.store.cancel(jobs[2]).await.unwrap();
    assert_eq!(positions(&fleet, &jobs).await, [Some(1), Some(2), None, Some(3), Some(4)]);
    fleet.store.cancel(jobs[4]).await.unwrap();
    assert_eq!(positions(&fleet, &jobs[..4]).await, [Some(1), Some(2), None, Some(3)], "none moves for it");

    fleet.connect(1, 1).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    assert_eq!(lease.job, jobs[0]);
    assert_eq!(positions(&fleet, &jobs[..4]).await, [None, Some(1), None, Some(2)]);
    fleet.start(&lease).await;
    fleet.release(&lease).await;
    assert_eq!(
        positions(&fleet, &jobs[..4]).await,
        [Some(1), Some(2), None, Some(3)],
        "requeued jobs go first"
    );
}

#[tokio::test]
async fn a_lane_that_is_raised_for_its_age_keeps_its_order() {
    let mut fleet = Fleet::new().await;
    let jobs = submitted(&fleet, 3).await;
    command(
        &fleet,
        &["ZINCRBY", &Keys::new("fleet").fixed("heads"), "-61000", &format!("{CLASS}/normal/ada")],
    )
    .await;
    assert!(fleet.schedule().await.is_empty());
    assert_eq!(positions(&fleet, &jobs).await, [1, 2, 3].map(Some));
    let outlook = fleet.store.outlook().await.unwrap();
    let class = &outlook.classes[&CLASS.parse::<Class>().unwrap()];
    assert_eq!(class.depth[&Normal], 3, "it counts by the priority of its jobs");
    assert_eq!(class.lanes[&High], 1, "and stands a level higher");
}

#[tokio::test]
async fn ten_thousand_jobs_of_one_owner_hold_up_the_one_job_of_another_by_one() {
    let mut fleet = Fleet::new().await;
    stream::iter(0..10_000)
        .map(|_| async { fleet.store.submit(&new_job("ada", Normal, CLASS)).await.unwrap() })
        .buffer_unordered(64)
        .for_each(|submitted| async move { assert!(matches!(submitted, Submitted::Accepted(_))) })
        .await;
    let lonely = fleet.submit("bob", Normal).await;
    let low = fleet.submit("eve", Low).await;
    let high = fleet.submit("ada", High).await;
    fleet.connect(1, 3).await;
    let order: Vec<JobId> = fleet.schedule().await.iter().map(|(_, lease)| lease.job).collect();
    assert_eq!(order[0], high);
    assert!(order[1..].contains(&lonely) && !order.contains(&low), "{order:?}");
    let outlook = fleet.store.outlook().await.unwrap();
    assert_eq!(outlook.classes[&CLASS.parse::<Class>().unwrap()].waiting(), 10_000);
}

#[tokio::test]
async fn requeued_jobs_go_first_in_their_lane_but_not_before_a_higher_priority() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    let first = fleet.submit("ada", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    fleet.start(&lease).await;
    let behind = fleet.submit("ada", Normal).await;
    let high = fleet.submit("bob", High).await;
    fleet.release(&lease).await;
    let mut order = Vec::new();
    for _ in 0..3 {
        let (_, lease) = fleet.schedule().await.remove(0);
        order.push(lease.job);
        fleet.finish(&lease).await;
    }
    assert_eq!(order, [high, first, behind]);
    assert_eq!(fleet.store.agent(agent.id).await.unwrap().unwrap().done, 3);
}

#[tokio::test]
async fn the_outlook_counts_what_waits_and_who_could_take_it() {
    let mut fleet = Fleet::new().await;
    fleet.connect(1, 2).await;
    let drained = fleet.connect(2, 4).await;
    fleet.store.drain(drained.id).await.unwrap();
    for priority in [High, Normal, Normal, Low, Low, Low] {
        fleet.submit("ada", priority).await;
    }
    for (_, lease) in fleet.schedule().await {
        fleet.start(&lease).await;
        let failure =
            Failure { code: FailureCode::EngineError, message: "x".into(), hint: None, retryable: true };
        fleet.store.fail(fleet.holder(&lease), &lease, failure, Duration::from_mins(1)).await.unwrap();
    }
    let outlook = fleet.store.outlook().await.unwrap();
    let class = &outlook.classes[&CLASS.parse::<Class>().unwrap()];
    assert_eq!([High, Normal, Low].map(|priority: Priority| class.depth[&priority]), [0, 1, 3]);
    assert_eq!((class.delayed, outlook.jobs[&Status::Queued], outlook.leases), (2, 6, 0));
    assert_eq!((class.agents, class.connected, class.places, class.free), (1, 2, 2, 2));
    let waits_ms = outlook.taken_at.0 - class.oldest_at.unwrap();
    assert!(waits_ms < 60_000, "{waits_ms}");
    assert_eq!(fleet.store.outlook().await.unwrap(), outlook, "nothing happened");
    fleet.submit("ada", Low).await;
    assert_ne!(fleet.store.outlook().await.unwrap(), outlook);
}

#[tokio::test]
async fn nothing_is_estimated_before_something_was_measured() {
    let mut fleet = Fleet::new().await;
    fleet.connect(1, 1).await;
    let running = fleet.submit("ada", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    fleet.start(&lease).await;
    let waiting = fleet.submit("ada", Normal).await;
    assert_eq!(record(&fleet, waiting).await.starts_in, None);
    assert_eq!(record(&fleet, running).await.rest, None);
    fleet.store.progress(fleet.holder(&lease), &lease, &report(1, 0.5)).await.unwrap();
    assert!(record(&fleet, running).await.rest.is_some(), "its own pace");
}

#[tokio::test]
async fn what_took_a_minute_of_late_is_expected_to_take_a_minute() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 2).await;
    let keys = Keys::new("fleet");
    command(&fleet, &["LPUSH", &keys.of("durations", CLASS), "60000", "60000", "60000"]).await;
    command(&fleet, &["HSET", &keys.of("agent", agent.id), "pace", "60000"]).await;
    let jobs = submitted(&fleet, 6).await;
    for (_, lease) in fleet.schedule().await {
        fleet.start(&lease).await;
    }
    let running = record(&fleet, jobs[0]).await.rest.unwrap();
    assert!((50_000..=60_000).contains(&running.low) && running.low <= running.high, "{running:?}");
    // Two places with attempts of a minute: one becomes free every half minute.
    assert_eq!(record(&fleet, jobs[2]).await.starts_in, Some(Span { low: 0, high: 30_000 }));
    assert_eq!(record(&fleet, jobs[5]).await.starts_in, Some(Span { low: 90_000, high: 120_000 }));
    let outlook = fleet.store.outlook().await.unwrap();
    assert_eq!(outlook.wait(CLASS.parse().unwrap()), Some(Span { low: 120_000, high: 150_000 }));
}

#[tokio::test]
async fn each_success_is_measured_and_old_measurements_go() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    for _ in 0..40 {
        fleet.submit("ada", Normal).await;
        let (_, lease) = fleet.schedule().await.remove(0);
        fleet.finish(&lease).await;
    }
    let outlook = fleet.store.outlook().await.unwrap();
    assert_eq!(outlook.classes[&CLASS.parse::<Class>().unwrap()].durations.len(), 32);
    assert!(fleet.store.agent(agent.id).await.unwrap().unwrap().pace.is_some());
}

#[tokio::test]
async fn a_job_that_nobody_can_run_says_what_is_missing() {
    let fleet = Fleet::new().await;
    let job = fleet.submit_class("ada", Normal, "i2v.720p.161.quality").await;
    let class: Class = "i2v.720p.161.quality".parse().unwrap();
    let missing = |agents, closest: Option<&str>| {
        let closest = closest.map(|class| class.parse().unwrap());
        Some(Unservable { class, agents, closest, resting: None })
    };
    assert_eq!(record(&fleet, job).await.unservable, missing(0, None));
    let fleet_of =
        |classes: &[&str]| classes.iter().map(|class| class.parse().unwrap()).collect::<Vec<Class>>();
    let small = fleet.connect_for(1, &fleet_of(&["i2v.480p.81.lightning", "i2v.480p.161.quality"])).await;
    let outlook = fleet.store.outlook().await.unwrap();
    assert_eq!(Some(outlook.missing(class)), missing(1, Some("i2v.480p.161.quality")));
    fleet.store.bury(small.id, Some(small.nonce)).await.unwrap();
    fleet.connect(2, 1).await;
    assert_eq!(record(&fleet, job).await.unservable, None);
}
