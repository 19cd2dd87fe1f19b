//! One job, three replicas: it is submitted on one, runs on an agent of another, and is watched on the third.

use std::time::Duration;

use serde_json::Value;
use spool_shared::job::Status;
use spool_tests::{
    Job, World,
    client::{JOB, read_until},
    events::Event,
    page::{Page, entries},
    redis::Remains,
};

/// The agent is on the first; jobs are submitted and watched on the others.
const SUBMIT: usize = 1;
const WATCH: usize = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_crosses_three_replicas_from_submit_to_download() {
    let world = World::plan().replicas(3).agents(1).patient().start().await;
    let [submits, watches] = [SUBMIT, WATCH].map(|replica| world.client().at(replica));
    let submitted = submits.submit("steps=10 step_ms=100 output_bytes=3000000").await;

    let mut events = watches.events(&submitted.id, None).await;
    let seen = read_until(&mut events, is_terminal).await;
    let seen: Vec<Job> = seen.iter().filter(|event| is_job(event)).map(Event::job).collect();

    let last = seen.last().expect("events");
    assert_eq!((last.status, last.attempts), (Status::Succeeded, 1), "{last:?}");
    let steps = seen.iter().filter(|job| job.progress.as_ref().is_some_and(|progress| progress.step > 0));
    assert!(steps.count() >= 2, "progress crosses replicas: {seen:?}");
    let file = watches.download(&last.outputs[0].url).await;
    assert_eq!(file.len() as u64, last.outputs[0].bytes);
    assert_eq!(submits.download(&last.outputs[0].url).await, file);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_on_a_replica_without_the_agent_stops_the_worker() {
    let world = World::plan().replicas(3).agents(1).patient().start().await;
    let submitted = world.client().at(SUBMIT).submit("steps=1000 step_ms=100").await;
    world.client().at(WATCH).running(&submitted.id).await;
    let worker = world.agent(0).worker(0);

    let canceled = world.client().at(WATCH).cancel(&submitted.id).await;

    assert_eq!(canceled.status, Status::Canceled);
    let next = world.client().at(SUBMIT).succeeded("steps=1").await;
    assert_eq!((next.attempts, world.agent(0).worker(0)), (1, worker));
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watchers_whose_replica_misses_events_still_see_the_end() {
    let world = World::plan().replicas(3).agents(1).patient().start().await;
    let watches = world.client().at(WATCH);
    let submitted = world.client().at(SUBMIT).submit("steps=5 step_ms=100").await;
    let mut events = watches.events(&submitted.id, None).await;
    let first = read_until(&mut events, is_job).await;
    assert_eq!(first.len(), 1);
    // A stream looks at its job now and then anyway; a page learns of a gap from the numbers alone.
    let mut page = Page::shown(world.replica(WATCH).address()).await;

    // The replica hears nothing while the job ends, and what it would have heard is gone when it listens again.
    world.replica(WATCH).process().freeze();
    let ended = world.client().at(SUBMIT).ended(&submitted.id).await;
    let missed = world.redis().lose_events(1);
    assert!(missed > 0);
    // An event after the gap, so that its number shows that some are missing.
    world.client().at(SUBMIT).succeeded("steps=1").await;
    world.replica(WATCH).process().thaw();

    page.until(|message| shows_success(message, &submitted.id)).await;
    let seen = spool_tests::within(
        Duration::from_secs(30),
        "the end of the job",
        read_until(&mut events, is_terminal),
    );
    let last = seen.await.last().map(Event::job).expect("events");
    assert_eq!((last.status, last.version), (ended.status, ended.version));
}

/// Whether the page shows the job as succeeded after this message.
fn shows_success(message: &Value, job: &str) -> bool {
    let snapshot = message.get("jobs").and_then(Value::as_array).into_iter().flatten();
    entries(message).chain(snapshot).any(|shown| shown["id"] == job && shown["status"] == "succeeded")
}

fn is_job(event: &Event) -> bool {
    event.name == JOB
}

fn is_terminal(event: &Event) -> bool {
    is_job(event) && event.job().status.is_terminal()
}
