//! Replicas of the API that go while jobs run.

use spool_shared::job::Status;
use spool_tests::{World, job::Spent, redis::Remains};

const ONE_ATTEMPT: Spent = Spent { attempts: 1, failures: 0, losses: 0, bounces: 0, drains: 0 };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_killed_and_restarted_in_the_middle_of_a_job_spends_nothing() {
    let mut world = World::plan().replicas(2).agents(1).patient().start().await;
    let submitted = world.client().submit("steps=30 step_ms=100").await;
    world.client().running(&submitted.id).await;

    world.replica(0).process().kill();
    world.restart_replica(0);

    let job = world.client().ended(&submitted.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{job:?}");
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_ends_while_no_replica_is_there_keeps_its_result() {
    let mut world = World::plan().agents(1).patient().start().await;
    let submitted = world.client().submit("steps=3 step_ms=300").await;
    world.client().running(&submitted.id).await;

    let mark = world.agent(0).process().log().len();
    world.replica(0).process().kill();
    world.agent(0).process().log().line_after(mark, &["The worker made a result"]).await;
    world.restart_replica(0);

    let job = world.client().ended(&submitted.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{job:?}");
    assert_eq!(world.client().download(&job.outputs[0].url).await.len() as u64, job.outputs[0].bytes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_is_told_to_stop_sends_its_agents_away_and_exits_cleanly() {
    let mut world = World::plan().agents(1).patient().start().await;
    let submitted = world.client().submit("steps=30 step_ms=100").await;
    world.client().running(&submitted.id).await;

    world.replica(0).process().terminate();
    world.agent(0).process().log().line(&["goodbye"]).await;
    assert!(world.replica(0).process().ended().await.success());
    world.restart_replica(0);

    let job = world.client().ended(&submitted.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{job:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_ends_while_both_replicas_are_gone_is_offered_afterwards_and_spends_nothing() {
    let mut world = World::plan().replicas(2).agents(1).patient().start().await;
    let submitted = world.client().submit("steps=3 step_ms=300").await;
    world.client().running(&submitted.id).await;

    let mark = world.agent(0).process().log().len();
    world.replica(0).process().kill();
    world.replica(1).process().kill();
    world.agent(0).process().log().line_after(mark, &["The worker made a result"]).await;
    // The other one alone serves nobody yet: the agent knows only its own.
    world.restart_replica(1);
    world.restart_replica(0);

    let job = world.client().ended(&submitted.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{job:?}");
    assert_eq!(world.client().download(&job.outputs[0].url).await.len() as u64, job.outputs[0].bytes);
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_that_is_offered_after_the_job_went_elsewhere_is_dropped_and_its_slot_is_free() {
    let mut world = World::plan().replicas(2).agents(2).start().await;
    let submitted = world.client().submit("steps=4 step_ms=300").await;
    let first = world.client().running(&submitted.id).await;
    // The first agent dials the first replica, the second one the second.
    let cut_off = usize::from(first.agent_name() != "agent-1");
    let there = world.client().at(1 - cut_off);

    world.replica(cut_off).process().kill();
    let log = world.agent(cut_off).process().log().clone();
    log.line(&["The worker made a result"]).await;
    let job = there.ended(&submitted.id).await;
    assert_eq!((job.status, job.attempts, job.losses), (Status::Succeeded, 2, 1), "{job:?}");
    assert_ne!(job.agent_name(), first.agent_name());
    world.restart_replica(cut_off);
    log.line(&["The API does not want this work any more"]).await;

    // Two jobs at once: the agent that was cut off must have let go of the old one to run one of them.
    let client = world.client();
    let script = "steps=2 step_ms=500";
    let (one, other) = tokio::join!(client.succeeded(script), client.succeeded(script));
    let names = [one.agent_name(), other.agent_name()];
    assert!(names.contains(&first.agent_name()), "{names:?}");
    let now = client.job(&submitted.id).await;
    assert_eq!((now.version, now.agent_name()), (job.version, job.agent_name()), "{now:?}");
    assert_eq!(world.redis().remains(), Remains::ended(3, 0, 0));
}
