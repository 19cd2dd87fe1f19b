//! What a script asks of the world before it changes a job: while the answer is no, not one key changes.

use std::time::Duration;

use spool_shared::{
    class::Class,
    ids::JobId,
    job::{FailureCode, Status},
    protocol::HeldLease,
    workflow::Priority::Normal,
};

use super::fleet::{Agent, Fleet};
use crate::store::{Found, Readiness, Told, Verdict};

const CLASS: &str = "i2v.480p.81.lightning";

/// Why the only agent may not have the job that waits.
#[derive(Debug, Clone, Copy)]
enum Reason {
    NoAgent,
    Busy,
    AnotherClass,
    Drained,
    Draining,
    Paused,
    Quarantined,
    Closed,
    AvoidedForAnother,
}

const REASONS: [Reason; 9] = [
    Reason::NoAgent,
    Reason::Busy,
    Reason::AnotherClass,
    Reason::Drained,
    Reason::Draining,
    Reason::Paused,
    Reason::Quarantined,
    Reason::Closed,
    Reason::AvoidedForAnother,
];

async fn handed(fleet: &mut Fleet) -> HeldLease {
    fleet.submit("ada", Normal).await;
    fleet.schedule().await.remove(0).1
}

async fn arrange(fleet: &mut Fleet, reason: Reason) {
    if matches!(reason, Reason::NoAgent) {
        return;
    }
    if matches!(reason, Reason::AnotherClass) {
        let other: Class = "qwen.2511.lightning".parse().unwrap();
        fleet.connect_for(1, &[other]).await;
        return;
    }
    let Agent { id, nonce } = fleet.connect(1, 1).await;
    match reason {
        Reason::Busy => {
            let running = handed(fleet).await;
            fleet.start(&running).await;
        }
        Reason::Drained => assert!(fleet.store.drain(id).await.unwrap()),
        Reason::Draining => {
            let drains = Readiness { healthy: Some(1), draining: true, ..Readiness::default() };
            fleet.store.slots(id, nonce, drains).await.unwrap();
        }
        Reason::Paused => {
            let paused =
                Readiness { healthy: Some(0), pause: Some("its disk is full"), ..Readiness::default() };
            fleet.store.slots(id, nonce, paused).await.unwrap();
        }
        Reason::Quarantined => {
            for _ in 0..fleet.store.limits().quarantine.failures {
                let lease = handed(fleet).await;
                fleet.start(&lease).await;
                fleet.fail(&lease, FailureCode::EngineError).await;
                fleet.store.cancel(lease.job).await.unwrap();
            }
        }
        Reason::Closed => fleet.store.closed(id, nonce, Some(Duration::from_secs(5))).await.unwrap(),
        Reason::AvoidedForAnother => {
            // The other agent is busy, and still the one to wait for.
            let lost = handed(fleet).await;
            fleet.start(&lost).await;
            fleet.connect(2, 1).await;
            let running = handed(fleet).await;
            fleet.start(&running).await;
            assert_eq!(fleet.hello(Agent { id, nonce }.again(), 1, 1, &[]).await, Some(1));
        }
        Reason::NoAgent | Reason::AnotherClass => {}
    }
}

#[tokio::test]
async fn a_job_stays_where_it_waits_while_no_agent_may_have_it() {
    for reason in REASONS {
        let mut fleet = Fleet::new().await;
        arrange(&mut fleet, reason).await;
        let waits = !matches!(reason, Reason::AvoidedForAnother);
        if waits {
            fleet.submit_class("ada", Normal, CLASS).await;
        }
        let before = fleet.dump().await;
        assert_eq!(before["counters"]["queued"], "1", "{reason:?}");
        for _ in 0..2 {
            assert!(fleet.schedule().await.is_empty(), "{reason:?}");
        }
        assert_eq!(fleet.dump().await, before, "{reason:?}");
    }
}

/// A job that runs under a lease whose deadline has passed.
async fn overdue(fleet: &mut Fleet) -> JobId {
    fleet.connect(1, 1).await;
    let lease = handed(fleet).await;
    fleet.start(&lease).await;
    fleet.command("ZADD", "leases", &["1", &lease.job.to_string()]).await;
    lease.job
}

#[tokio::test]
async fn no_lease_lapses_in_the_time_in_which_everyone_may_come_back() {
    let mut fleet = Fleet::new().await;
    let job = overdue(&mut fleet).await;
    let (now, long_ago, ahead) = (fleet.now().await, fleet.now().await - 6_000, fleet.now().await + 60_000);
    // Before the first pass of a reaper, in a time of mercy, and when the last pass is long ago.
    for judge in [None, Some((now, ahead)), Some((long_ago, 0))] {
        fleet.command("DEL", "judge", &[]).await;
        if let Some((passed, until)) = judge {
            let (passed, until) = (passed.to_string(), until.to_string());
            fleet.command("HSET", "judge", &["passed_at", &passed, "mercy_until", &until]).await;
        }
        let before = fleet.dump().await;
        assert!(!fleet.store.lapse(job).await.unwrap(), "{judge:?}");
        assert_eq!(fleet.dump().await, before, "{judge:?}");
    }
    // `judge` after a blind time grants mercy; when that is over, the lease lapses.
    assert!(matches!(fleet.store.judge().await.unwrap(), Verdict::Mercy { .. }));
    fleet.command("HSET", "judge", &["mercy_until", "0"]).await;
    assert!(fleet.store.lapse(job).await.unwrap());
}

#[tokio::test]
async fn the_id_of_an_agent_belongs_to_who_came_with_it_first_even_while_it_is_away() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    let lease = handed(&mut fleet).await;
    fleet.start(&lease).await;
    for closed in [false, true] {
        if closed {
            fleet.store.closed(agent.id, agent.nonce, Some(Duration::from_secs(5))).await.unwrap();
        }
        let before = fleet.dump().await;
        // With the boot id of the program that is known, and with another.
        for boot in [1, 2] {
            let greeting = fleet.greet(agent.again(), "mallory", 1, boot, &[lease], &Class::all()).await;
            assert_eq!(greeting, None, "closed {closed}, boot {boot}");
        }
        assert_eq!(fleet.dump().await, before, "closed {closed}");
    }
    assert_eq!(fleet.hello(agent.again(), 1, 1, &[lease]).await, Some(0), "its own program goes on");
}

#[tokio::test]
async fn a_job_that_ran_out_of_memory_is_tried_again_only_while_a_larger_agent_takes_jobs() {
    for (drained, status) in [(false, Status::Queued), (true, Status::Failed)] {
        let mut fleet = Fleet::new().await;
        fleet.connect(1, 1).await;
        let lease = handed(&mut fleet).await;
        fleet.start(&lease).await;
        let larger = fleet.connect(2, 1).await.id;
        fleet.command("ZADD", "memory", &["2000", &larger.to_string()]).await;
        if drained {
            assert!(fleet.store.drain(larger).await.unwrap());
        }
        assert_eq!(fleet.fail(&lease, FailureCode::OutOfMemory).await, Told::Done);
        let Found::Job(job) = fleet.store.find(lease.job).await.unwrap() else { panic!("it is there") };
        assert_eq!(job.status, status, "drained: {drained}");
    }
}
