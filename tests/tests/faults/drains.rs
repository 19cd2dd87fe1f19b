//! Agents whose machine is taken away with a notice.

use std::time::{Duration, Instant};

use spool_shared::job::Status;
use spool_tests::{Job, World, job::Spent, redis::Remains};

/// The product's own; what is given back later is lost with the machine.
const WITHIN: Duration = Duration::from_secs(1);

/// The job of an agent that is told to stop, once its drain is over or a second signal says that it is. How long after
/// that it is given back.
async fn given_back(drain: Duration, told_twice: bool) -> Duration {
    let drain_ms = drain.as_millis().to_string();
    let world = World::plan().agents(2).with("SPOOL_DRAIN_MS", &drain_ms).start().await;
    let client = world.client();
    let submitted = client.submit("steps=30 step_ms=100").await;
    let first = client.running(&submitted.id).await;

    let agent = world.agent_named(first.agent_name()).process();
    agent.terminate();
    let mut due = Instant::now() + drain;
    if told_twice {
        agent.log().line(&["Draining"]).await;
        agent.terminate();
        due = Instant::now();
    }
    client.until(&submitted.id, "the job is given back", |job: &Job| job.drains == 1).await;
    let took = due.elapsed();
    if !agent.has_ended() {
        agent.kill();
    }

    let job = client.ended(&submitted.id).await;
    let spent = Spent { attempts: 2, drains: 1, ..Spent::default() };
    assert_eq!((job.status, job.spent()), (Status::Succeeded, spent), "{job:?}");
    assert_ne!(job.agent_name(), first.agent_name());
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
    took
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_with_little_notice_gives_its_job_back_before_it_is_killed() {
    // Of the half minute of a spot machine, scaled; and the whole of it, cut short by a second signal.
    for (drain_ms, told_twice) in [(300, false), (30_000, true)] {
        let took = given_back(Duration::from_millis(drain_ms), told_twice).await;
        println!("given back after {took:?}");
        assert!(took < WITHIN, "it took {took:?}");
    }
}
