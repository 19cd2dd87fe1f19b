//! Agents that die or freeze in the middle of a job.

use sha2::{Digest, Sha256};
use spool_shared::job::Status;
use spool_tests::{Client, Job, World, job::Spent, redis::Remains};

const LOST_ONCE: Spent = Spent { attempts: 2, failures: 0, losses: 1, bounces: 0, drains: 0 };

/// What is served is the one result that the job names.
async fn is_served(client: &Client, job: &Job) {
    let [output] = job.outputs.as_slice() else { panic!("{job:?}") };
    let file = client.download(&output.url).await;
    assert_eq!(hex::encode(Sha256::digest(&file)), output.sha256, "{job:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_whose_agent_was_killed_is_finished_by_another() {
    let world = World::plan().replicas(2).agents(2).start().await;
    let client = world.client();
    let submitted = client.submit("steps=20 step_ms=50 unique=1").await;
    let running = client.running(&submitted.id).await;

    world.agent_named(running.agent_name()).process().kill();

    let job = client.ended(&submitted.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, LOST_ONCE), "{job:?}");
    assert_ne!(job.agent_name(), running.agent_name());
    is_served(client, &job).await;
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_agent_that_wakes_after_the_requeue_publishes_nothing() {
    let world = World::plan().replicas(2).agents(2).start().await;
    let client = world.client();
    let submitted = client.submit("steps=10 step_ms=300 unique=1").await;
    let first = client.running(&submitted.id).await;
    let frozen = world.agent_named(first.agent_name());

    // Its worker goes on and ends the job; the result waits for the agent.
    frozen.process().freeze();
    let again = |job: &Job| job.attempts == 2 && job.reached(1);
    let second = client.until(&submitted.id, "another agent runs the job", again).await;
    assert_ne!(second.agent_name(), first.agent_name());

    let mark = frozen.process().log().len();
    frozen.process().thaw();
    frozen.process().log().line_after(mark, &["Connected to the API"]).await;
    let job = client.ended(&submitted.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, LOST_ONCE), "{job:?}");
    assert_eq!(job.agent_name(), second.agent_name());

    // Two jobs at once: the woken agent must have let go of the old one to run one of them.
    let script = "steps=2 step_ms=500";
    let (one, other) = tokio::join!(client.succeeded(script), client.succeeded(script));
    let names = [one.agent_name(), other.agent_name()];
    assert!(names.contains(&first.agent_name()), "{names:?}");
    let now = client.job(&submitted.id).await;
    assert_eq!((now.version, now.agent_name()), (job.version, second.agent_name()), "{now:?}");
    assert_eq!(now.outputs[0].sha256, job.outputs[0].sha256, "{now:?}");
    is_served(client, &now).await;
    assert_eq!(world.redis().remains(), Remains::ended(3, 0, 0));
}
