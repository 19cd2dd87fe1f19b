//! Agents that operators or many failures take out of service.

use spool_shared::{
    fleet::AgentState,
    job::{FailureCode, Status},
    protocol::{HeldLease, SlotReport, SlotState},
    workflow::Priority::Normal,
};

use super::fleet::{Agent, Fleet};
use crate::store::{Found, Mail, Readiness, Told, keys::Keys};

async fn state(fleet: &Fleet, agent: Agent) -> AgentState {
    fleet.store.agent(agent.id).await.unwrap().unwrap().state
}

async fn fails(fleet: &Fleet, lease: &HeldLease, code: FailureCode) {
    fleet.start(lease).await;
    assert_eq!(fleet.fail(lease, code).await, Told::Done);
}

/// So many new jobs fail on the only agent, each once and for good.
async fn fail_jobs(fleet: &mut Fleet, number: usize, code: FailureCode) {
    for _ in 0..number {
        let job = fleet.submit("ada", Normal).await;
        let (_, lease) = fleet.schedule().await.remove(0);
        fails(fleet, &lease, code).await;
        fleet.store.cancel(job).await.unwrap();
    }
}

#[tokio::test]
async fn a_drained_agent_gets_nothing_until_it_is_resumed_whatever_connection_it_has() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 2).await;
    fleet.submit("ada", Normal).await;
    let (_, running) = fleet.schedule().await.remove(0);
    fleet.start(&running).await;
    for _ in 0..2 {
        assert!(fleet.store.drain(agent.id).await.unwrap());
    }
    assert_eq!(state(&fleet, agent).await, AgentState::Draining);
    fleet.submit("ada", Normal).await;
    assert!(fleet.schedule().await.is_empty());
    let told = |letters: Vec<crate::store::Letter>| {
        letters.into_iter().map(|letter| letter.mail).collect::<Vec<_>>()
    };
    assert_eq!(told(fleet.letters().await), [Mail::Drain], "once, although asked for twice");
    // The agent repeats what it was told.
    let drains = Readiness { healthy: Some(2), draining: true, ..Readiness::default() };
    fleet.store.slots(agent.id, agent.nonce, drains).await.unwrap();

    fleet.hello(agent.again(), 2, 1, &[running]).await;
    assert_eq!(
        told(fleet.letters().await),
        [Mail::Superseded, Mail::Drain],
        "the new connection hears of it"
    );
    assert!(fleet.schedule().await.is_empty());
    fleet.finish(&running).await;
    assert!(fleet.schedule().await.is_empty());

    for _ in 0..2 {
        assert!(fleet.store.resume(agent.id).await.unwrap());
    }
    assert_eq!(told(fleet.letters().await), [Mail::Resume]);
    assert_eq!(state(&fleet, agent).await, AgentState::Online);
    assert_eq!(fleet.schedule().await.len(), 1);
}

#[tokio::test]
async fn an_agent_that_paused_itself_says_why() {
    let fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    let paused = Readiness { healthy: Some(0), pause: Some("its disk is full"), ..Readiness::default() };
    fleet.store.slots(agent.id, agent.nonce, paused).await.unwrap();
    let shown = fleet.store.agent(agent.id).await.unwrap().unwrap();
    assert_eq!((shown.pause.as_deref(), shown.places), (Some("its disk is full"), 0));
}

#[tokio::test]
async fn an_agent_that_nobody_knows_is_neither_drained_nor_resumed_and_leaves_no_key() {
    let fleet = Fleet::new().await;
    let before = fleet.dump().await.len();
    let stranger = spool_shared::ids::AgentId::from_random([9; 16]);
    assert!(!fleet.store.drain(stranger).await.unwrap());
    assert!(!fleet.store.resume(stranger).await.unwrap());
    assert_eq!(fleet.store.agent(stranger).await.unwrap(), None);
    assert_eq!(fleet.dump().await.len(), before);
}

#[tokio::test]
async fn five_jobs_that_fail_on_an_agent_in_ten_minutes_put_it_into_quarantine() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 2).await;
    let other = fleet.submit("ada", Normal).await;
    let (_, running) = fleet.schedule().await.remove(0);
    assert_eq!(running.job, other);
    fail_jobs(&mut fleet, 4, FailureCode::EngineError).await;
    assert_eq!(state(&fleet, agent).await, AgentState::Online);
    fail_jobs(&mut fleet, 1, FailureCode::WorkerCrashed).await;
    assert_eq!(state(&fleet, agent).await, AgentState::Quarantined);

    let waiting = fleet.submit("ada", Normal).await;
    assert!(fleet.schedule().await.is_empty());
    assert!(super::unserved::is_unserved(&fleet).await);
    // What it has goes on, and a new connection changes nothing.
    fleet.finish(&running).await;
    fleet.hello(agent.again(), 2, 1, &[]).await;
    assert!(fleet.schedule().await.is_empty());

    assert!(fleet.store.resume(agent.id).await.unwrap());
    assert!(!super::unserved::is_unserved(&fleet).await);
    assert_eq!(fleet.schedule().await.remove(0).1.job, waiting);
    // The old failures do not count any more.
    fail_jobs(&mut fleet, 1, FailureCode::EngineError).await;
    assert_eq!(state(&fleet, agent).await, AgentState::Online);
}

#[tokio::test]
async fn failures_that_are_older_than_the_window_do_not_count() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    fail_jobs(&mut fleet, 4, FailureCode::EngineError).await;
    // As if that had been so long ago.
    let (key, window_ms) =
        (format!("agent:{}:failures", agent.id), fleet.store.limits().quarantine.window_ms);
    let long_ago = (fleet.now().await - window_ms).to_string();
    for job in fleet.dump().await[&key].keys() {
        fleet.command("ZADD", &key, &["XX", &long_ago, job]).await;
    }
    fail_jobs(&mut fleet, 4, FailureCode::EngineError).await;
    assert_eq!(state(&fleet, agent).await, AgentState::Online);
    fail_jobs(&mut fleet, 1, FailureCode::EngineError).await;
    assert_eq!(state(&fleet, agent).await, AgentState::Quarantined);
}

#[tokio::test]
async fn a_quarantine_ends_by_itself() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    fail_jobs(&mut fleet, 5, FailureCode::EngineError).await;
    fleet.submit("ada", Normal).await;
    assert!(fleet.schedule().await.is_empty());
    let mut redis = fleet.redis.connection().await;
    let key = Keys::new("fleet").fixed("quarantine");
    ::redis::cmd("ZADD").arg(&key).arg(1).arg(agent.id.to_string()).exec_async(&mut redis).await.unwrap();
    assert_eq!(fleet.schedule().await.len(), 1);
    assert_eq!(state(&fleet, agent).await, AgentState::Online);
}

#[tokio::test]
async fn neither_bad_input_nor_one_job_that_fails_again_and_again_counts_as_many() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    fail_jobs(&mut fleet, 6, FailureCode::BadInput).await;
    fail_jobs(&mut fleet, 6, FailureCode::ResultTooLarge).await;
    assert!(!fleet.dump().await.contains_key(&format!("agent:{}:failures", agent.id)));
    for _ in 0..3 {
        fleet.submit("ada", Normal).await;
        for _ in 0..2 {
            let (_, lease) = fleet.schedule().await.remove(0);
            fails(&fleet, &lease, FailureCode::WorkerCrashed).await;
        }
    }
    assert_eq!(state(&fleet, agent).await, AgentState::Online, "six attempts, but of three jobs");
}

#[tokio::test]
async fn a_slot_is_shown_with_its_job_and_a_lost_agent_without_slots() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 2).await;
    let job = fleet.submit("ada", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    fleet.store.start(agent.id, &lease, 1).await.unwrap();
    let report = [0, 1].map(|index| SlotReport { index, state: SlotState::Ready, job: None, gpu: None });
    fleet.store.beat(agent.id, agent.nonce, &[lease], &report).await.unwrap();
    let shown = fleet.store.fleet().await.unwrap().remove(0);
    let slots: Vec<_> = shown.slots.iter().map(|slot| (slot.state, slot.job.clone())).collect();
    let busy = crate::store::SlotJob { id: job, owner: "ada".into() };
    assert_eq!(slots, [(SlotState::Ready, None), (SlotState::Busy, Some(busy))]);
    assert_eq!((shown.places, shown.taken, shown.connected), (2, 1, true));

    fleet.store.bury(agent.id, Some(agent.nonce)).await.unwrap();
    let shown = fleet.store.fleet().await.unwrap().remove(0);
    assert_eq!((shown.state, shown.slots.len(), shown.connected), (AgentState::Lost, 0, false));
    assert!(shown.seen_at.0 > 0);
    let Found::Job(record) = fleet.store.find(job).await.unwrap() else { panic!("it is there") };
    assert_eq!(record.status, Status::Queued);
}

#[tokio::test]
async fn a_slot_whose_worker_was_being_restarted_at_hello_is_shown_once_it_is_reported() {
    let fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    let report = [0, 1].map(|index| SlotReport { index, state: SlotState::Ready, job: None, gpu: None });
    fleet.store.beat(agent.id, agent.nonce, &[], &report).await.unwrap();
    assert_eq!(fleet.store.fleet().await.unwrap().remove(0).slots.len(), 2);
}
