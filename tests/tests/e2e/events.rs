//! Server-sent events that are cut and resumed.

use futures_util::future::join_all;
use spool_shared::job::Status;
use spool_tests::{
    Client, Job, World,
    client::{JOB, read_until},
    events::Event,
};

const STEPS: u32 = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_cut_in_full_flight_resume_on_the_other_replica_and_never_step_back() {
    let world = World::plan().replicas(2).agents(1).start().await;
    let submitted = world.client().submit(&format!("steps={STEPS} step_ms=100")).await;

    let cuts = (0..6).map(|cut| watch_with_a_cut(world.client(), &submitted.id, 4 * cut));
    let watched = join_all(cuts).await;

    let last = world.client().job(&submitted.id).await;
    assert_eq!(last.status, Status::Succeeded);
    for (cut, seen) in watched.iter().enumerate() {
        assert_only_grows(seen);
        let end = seen.last().expect("events");
        assert_eq!((end.status, end.version, end.outputs.len()), (last.status, last.version, 1), "cut {cut}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_resume_after_the_server_has_forgotten_the_position() {
    let world = World::plan().agents(1).start().await;
    let client = world.client();
    let submitted = client.submit("steps=20 step_ms=100").await;
    let mut events = client.events(&submitted.id, None).await;
    let first = events.next().await.expect("an event");
    drop(events);
    client.until(&submitted.id, "the job runs", |job| job.status == Status::Running).await;

    world.redis().trim_events();
    let mut resumed = client.events(&submitted.id, first.id.as_deref()).await;

    let seen = jobs(&read_until(&mut resumed, is_terminal).await);
    assert_only_grows(&seen);
    let last = client.job(&submitted.id).await;
    assert_eq!(seen.last().map(|job| (job.status, job.version)), Some((last.status, last.version)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_a_job_that_has_ended_show_its_end_and_close() {
    let world = World::plan().agents(1).start().await;
    let job = world.client().succeeded("steps=1").await;
    let mut events = world.client().events(&job.id, None).await;
    let seen = jobs(&read_until(&mut events, |_| false).await);
    assert_eq!(seen.last().map(|job| job.status), Some(Status::Succeeded));
}

/// Reads on one replica until the job has made `step` steps, then on the other one from the position of what was
/// read last.
async fn watch_with_a_cut(client: &Client, id: &str, step: u32) -> Vec<Job> {
    let mut before = client.at(0).events(id, None).await;
    let cut = |event: &Event| is_terminal(event) || step == 0 || event.job().reached(step);
    let mut seen = read_until(&mut before, cut).await;
    drop(before);
    let position = seen.iter().rev().find_map(|event| event.id.clone());
    let mut after = client.at(1).events(id, position.as_deref()).await;
    assert!(!seen.iter().any(is_terminal), "the cut at step {step} came before the end");
    seen.extend(read_until(&mut after, is_terminal).await);
    jobs(&seen)
}

fn is_terminal(event: &Event) -> bool {
    event.name == JOB && event.job().status.is_terminal()
}

fn jobs(events: &[Event]) -> Vec<Job> {
    events.iter().filter(|event| event.name == JOB).map(Event::job).collect()
}

/// Versions grow, and the fraction never goes back within an attempt.
fn assert_only_grows(seen: &[Job]) {
    for pair in seen.windows(2) {
        let [before, after] = pair else { unreachable!("windows of two") };
        assert!(before.version < after.version, "{before:?} then {after:?}");
        let fraction = |job: &Job| job.progress.as_ref().map_or(0.0, |progress| progress.fraction);
        let same_attempt = before.attempts == after.attempts && !after.status.is_terminal();
        assert!(!same_attempt || fraction(before) <= fraction(after), "{before:?} then {after:?}");
    }
}
