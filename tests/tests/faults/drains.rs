//! Agents whose machine is taken away with a notice.

use std::time::{Duration, Instant};

use spool_shared::job::Status;
use spool_tests::{Job, World, job::Spent, redis::Remains};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_with_little_notice_gives_its_job_back_before_it_is_killed() {
    // Of the half minute of a spot machine, scaled.
    let world = World::plan().agents(2).with("SPOOL_DRAIN_MS", "300").start().await;
    let client = world.client();
    let submitted = client.submit("steps=30 step_ms=100").await;
    let first = client.running(&submitted.id).await;

    let agent = world.agent_named(first.agent_name()).process();
    agent.terminate();
    let noticed = Instant::now();
    let given_back = |job: &Job| job.drains == 1;
    client.until(&submitted.id, "the job is given back", given_back).await;
    let took = noticed.elapsed();
    // The drain, and what a machine with other things to do needs; the whole notice would be half a minute.
    assert!(took < Duration::from_secs(5), "it took {took:?}");
    println!("given back after {took:?}");
    if !agent.has_ended() {
        agent.kill();
    }

    let job = client.ended(&submitted.id).await;
    let spent = Spent { attempts: 2, drains: 1, ..Spent::default() };
    assert_eq!((job.status, job.spent()), (Status::Succeeded, spent), "{job:?}");
    assert_ne!(job.agent_name(), first.agent_name());
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
}
