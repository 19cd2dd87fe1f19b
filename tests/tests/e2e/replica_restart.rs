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
