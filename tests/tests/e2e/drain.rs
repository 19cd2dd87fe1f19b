//! Agents that are told to stop.

use spool_shared::{job::Status, protocol::ToAgent};
use spool_tests::{Job, World, bare_agent::BareAgent, job::Spent, redis::Remains};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_told_to_stop_finishes_its_job_and_takes_no_other() {
    let mut world = World::plan().agents(1).with("SPOOL_DRAIN_MS", "60000").start().await;
    let running = world.client().submit("steps=20 step_ms=100").await;
    world.client().running(&running.id).await;

    let agent = world.agent(0).process();
    agent.terminate();
    agent.log().line(&["drain"]).await;
    let waiting = world.client().submit("steps=1").await;

    assert!(agent.ended().await.success());
    let job = world.client().job(&running.id).await;
    assert_eq!((job.status, job.attempts, job.drains), (Status::Succeeded, 1, 0), "{job:?}");
    assert_eq!(world.client().job(&waiting.id).await.status, Status::Queued);
    world.add_agent();
    let job = world.client().ended(&waiting.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, Spent { attempts: 1, ..Spent::default() }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_told_twice_to_stop_gives_its_job_back_and_nothing_is_spent() {
    let world = World::plan().agents(2).with("SPOOL_DRAIN_MS", "60000").start().await;
    let client = world.client();
    let submitted = client.submit("steps=30 step_ms=100").await;
    let first = client.running(&submitted.id).await;

    let agent = world.agent_named(first.agent_name()).process();
    agent.terminate();
    agent.log().line(&["drain"]).await;
    agent.terminate();

    assert!(agent.ended().await.success());
    let elsewhere = |job: &Job| job.status == Status::Running && job.agent_name() != first.agent_name();
    client.until(&submitted.id, "another agent runs the job", elsewhere).await;
    let job = client.ended(&submitted.id).await;
    assert_eq!(job.status, Status::Succeeded);
    assert_eq!(job.spent(), Spent { attempts: 2, drains: 1, ..Spent::default() }, "{job:?}");
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_hears_nothing_twice_when_its_replica_loses_redis_for_a_moment() {
    let world = World::plan().start().await;
    let client = world.client();
    let mut agent = BareAgent::dial("bare", world.replica(0).address(), 1).await;
    for _ in 0..3 {
        for (word, told) in [("drain", ToAgent::Drain {}), ("resume", ToAgent::Resume {})] {
            client.post(&format!("/api/agents/{}/{word}", agent.program.id), &serde_json::json!({})).await;
            assert_eq!(agent.hears().await, told);
        }
        let mark = world.replica(0).process().log().len();
        world.redis().cut_everyone();
        world.replica(0).process().log().line_after(mark, &["The reader lost Redis"]).await;
    }

    let submitted = client.submit("held by the agent").await;
    match agent.hears().await {
        ToAgent::Assign { job, .. } => assert_eq!(job.to_string(), submitted.id),
        other => panic!("{other:?} was told again"),
    }
}
