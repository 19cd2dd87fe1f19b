//! Workers that report an error or die.

use std::time::{Duration, Instant};

use spool_shared::job::Status;
use spool_tests::{Job, World, job::Spent, redis::Remains};

const FAILED_ONCE: Spent = Spent { attempts: 2, failures: 1, losses: 0, bounces: 0, drains: 0 };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_fails_once_succeeds_on_its_retry() {
    let world = World::plan().agents(1).start().await;
    let job = world.client().succeeded("steps=3 fail_at=2 fail_times=1").await;
    assert_eq!(job.spent(), FAILED_ONCE, "{job:?}");
    assert!(job.error.is_none(), "{job:?}");
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_fails_twice_is_failed_with_code_and_message() {
    let world = World::plan().agents(1).start().await;
    let submitted = world.client().submit("steps=3 fail_at=2").await;
    let job = world.client().ended(&submitted.id).await;
    assert_eq!(job.status, Status::Failed);
    assert_eq!(job.spent(), Spent { failures: 2, ..FAILED_ONCE }, "{job:?}");
    let error = job.error.expect("a failed job says why");
    assert_eq!(error.code, "engine_error");
    assert_eq!(error.message, "Failed at step 2 as the prompt asked.");
    assert_eq!(world.redis().remains(), Remains::ended(0, 1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_with_an_input_that_the_engine_cannot_use_is_not_tried_again() {
    let world = World::plan().agents(1).start().await;
    let submitted = world.client().submit("steps=1 fail=bad_input").await;
    let job = world.client().ended(&submitted.id).await;
    assert_eq!((job.status, job.attempts), (Status::Failed, 1), "{job:?}");
    assert_eq!(job.error.expect("a failed job says why").code, "bad_input");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_whose_worker_was_killed_runs_again_on_a_free_slot_within_two_seconds() {
    let world = World::plan().agents(1).slots(2).start().await;
    let client = world.client();
    // Both workers are up once both slots have run something.
    let (one, other) =
        tokio::join!(client.succeeded("steps=2 step_ms=300"), client.succeeded("steps=2 step_ms=300"));
    assert_ne!(slot(&one), slot(&other));
    let submitted = client.submit("steps=20 step_ms=100").await;
    let running = client.running(&submitted.id).await;

    world.agent(0).kill_worker(slot(&running));

    let killed = Instant::now();
    let started = |job: &Job| job.status == Status::Running && job.attempts == 2;
    let again = client.until(&submitted.id, "the job runs again", started).await;
    assert!(killed.elapsed() < Duration::from_secs(2), "after {:?}", killed.elapsed());
    assert_ne!(slot(&again), slot(&running));
    let job = client.ended(&submitted.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, FAILED_ONCE), "{job:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_leaves_without_a_word_costs_one_failure() {
    let world = World::plan().agents(1).start().await;
    let submitted = world.client().submit("steps=3 exit_at=2").await;
    let job = world.client().ended(&submitted.id).await;
    assert_eq!((job.status, job.failures), (Status::Failed, 2), "{job:?}");
    assert_eq!(job.error.expect("a failed job says why").code, "worker_crashed");
    // The slot has a new worker.
    world.client().succeeded("steps=1").await;
}

fn slot(job: &Job) -> u32 {
    job.agent.as_ref().and_then(|agent| agent.slot).expect("a running job has a slot")
}
