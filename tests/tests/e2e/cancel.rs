//! Canceling, wherever the job is.

use spool_shared::{
    job::Status,
    protocol::{FromAgent, ReleaseReason, ToAgent},
};
use spool_tests::{World, bare_agent::BareAgent, redis::Remains};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queued_job_is_canceled_and_never_runs() {
    let mut world = World::plan().start().await;
    let waiting = world.client().submit("steps=1").await;
    assert_eq!(waiting.status, Status::Queued);

    let canceled = world.client().cancel(&waiting.id).await;

    assert_eq!(canceled.status, Status::Canceled);
    world.add_agent();
    world.client().succeeded("steps=1").await;
    let job = world.client().job(&waiting.id).await;
    assert_eq!((job.status, job.attempts, job.version), (Status::Canceled, 0, canceled.version), "{job:?}");
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assigned_job_is_canceled_at_once_and_its_place_is_free_when_the_agent_says_so() {
    let world = World::plan().start().await;
    let mut agent = BareAgent::dial("bare", world.replica(0).address(), 1).await;
    let submitted = world.client().submit("held by the agent").await;
    let held = agent.assigned().await;
    agent.accepts(held);
    world.client().until(&submitted.id, "the job is assigned", |job| job.status == Status::Assigned).await;

    let canceled = world.client().cancel(&submitted.id).await;

    assert_eq!((canceled.status, canceled.attempts), (Status::Canceled, 0));
    assert_eq!(agent.hears().await, ToAgent::Cancel { job: held.job, token: held.token });
    let next = world.client().submit("waits for the place").await;
    assert_eq!(world.redis().remains().places, 1);
    agent.forgets(held.job);
    agent.says(FromAgent::Released { job: held.job, token: held.token, reason: ReleaseReason::Canceled });
    assert_eq!(agent.assigned().await.job.to_string(), next.id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_job_is_canceled_at_once_and_its_worker_stops_within_a_step() {
    let world = World::plan().agents(1).start().await;
    let client = world.client();
    let submitted = client.submit("steps=100 step_ms=100").await;
    client.running(&submitted.id).await;
    let worker = world.agent(0).worker(0);

    assert_eq!(client.cancel(&submitted.id).await.status, Status::Canceled);

    let next = client.succeeded("steps=1").await;
    assert_eq!(next.attempts, 1);
    assert_eq!(world.agent(0).worker(0), worker, "the worker obeyed and was not replaced");
    assert_eq!(client.job(&submitted.id).await.status, Status::Canceled);
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_ignores_a_cancel_is_killed_and_its_slot_runs_the_next_job() {
    let world = World::plan().agents(1).start().await;
    let client = world.client();
    let submitted = client.submit("steps=1000 step_ms=100 ignore_cancel=1").await;
    client.running(&submitted.id).await;
    let worker = world.agent(0).worker(0);

    assert_eq!(client.cancel(&submitted.id).await.status, Status::Canceled);

    client.succeeded("steps=1").await;
    assert_ne!(world.agent(0).worker(0), worker);
    assert_eq!(client.job(&submitted.id).await.status, Status::Canceled);
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_has_ended_cannot_be_canceled() {
    let world = World::plan().agents(1).start().await;
    let job = world.client().succeeded("steps=1").await;
    let response = world.client().post(&format!("/api/jobs/{}/cancel", job.id), &serde_json::json!({})).await;
    assert_eq!(response.status(), 409);
    let problem: serde_json::Value = response.json().await.expect("a problem");
    assert_eq!(problem["code"], "already_finished");
}
