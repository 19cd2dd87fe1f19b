//! Python workers that die, hang, print without end, leave children, or do not die.

use std::{
    fs::Permissions,
    os::unix::fs::PermissionsExt as _,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, getpgid},
};
use spool_shared::job::Status;
use spool_tests::{
    Job, PATIENCE, World,
    deadline::look_until,
    job::Spent,
    process::{children_of, resident_bytes},
    programs,
    redis::Remains,
    tracer::Tracer,
};

const FAILED_ONCE: Spent = Spent { attempts: 2, failures: 1, losses: 0, bounces: 0, drains: 0 };
const FAILED_TWICE: Spent = Spent { failures: 2, ..FAILED_ONCE };

fn slot_of(job: &Job) -> u32 {
    job.agent.as_ref().and_then(|agent| agent.slot).expect("a running job has a slot")
}

fn is_gone(pid: Pid) -> bool {
    // A process that has ended and was not waited for is still there; the agent waits for its own.
    kill(pid, None).is_err()
}

fn worker_of(world: &World, agent: usize, slot: u32) -> Pid {
    let seen = tokio::task::block_in_place(|| look_until(PATIENCE, || world.agent(agent).worker(slot)));
    seen.expect("the slot has a worker")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_ends_by_itself_costs_one_failure_however_it_does() {
    let world = World::plan().agents(1).patient().start().await;
    let log = world.agent(0).process().log();
    for (script, how) in
        [("exit_at=2", "ended with exit status 0"), ("exit_at=2 exit_code=7", "ended with exit status 7")]
    {
        let mark = log.len();
        let submitted = world.client().submit(&format!("steps=3 {script}")).await;
        let job = world.client().ended(&submitted.id).await;
        assert_eq!((job.status, job.failures), (Status::Failed, 2), "{script}: {job:?}");
        assert_eq!(job.error.expect("a failed job says why").code, "worker_crashed");
        log.line_after(mark, &[how]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_dies_of_a_segfault_costs_one_failure() {
    let world = World::plan().agents(1).patient().start().await;
    let log = world.agent(0).process().log();
    let submitted = world.client().submit("steps=3 segv_at=2").await;
    let job = world.client().ended(&submitted.id).await;
    assert_eq!((job.status, job.spent()), (Status::Failed, FAILED_TWICE), "{job:?}");
    assert_eq!(job.error.expect("a failed job says why").code, "worker_crashed");
    log.line(&["was ended by SIGSEGV"]).await;
    // Its slot has a worker.
    world.client().succeeded("steps=1").await;
    assert_eq!(world.redis().remains(), Remains::ended(1, 1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_prints_without_end_ends_its_job_and_fills_neither_log_nor_memory() {
    const MOST_LOG: u64 = 4_000_000;
    const MOST_MEMORY: u64 = 60_000_000;
    let world = World::plan().agents(1).patient().start().await;
    let agent = world.agent(0).process();
    world.client().succeeded("steps=1").await;
    let before = resident_bytes(agent.pid());

    let job = world.client().succeeded("steps=2 noise_bytes=20000000 stderr_bytes=100000000").await;

    assert_eq!(job.spent(), Spent { attempts: 1, ..Spent::default() }, "{job:?}");
    agent.log().line(&["The worker prints too fast; lines were dropped"]).await;
    let size = std::fs::metadata(agent.log().path()).expect("a log").len();
    assert!(size < MOST_LOG, "{size} bytes of log");
    let grown = resident_bytes(agent.pid()).saturating_sub(before);
    assert!(grown < MOST_MEMORY, "{grown} bytes of memory");
    world.client().succeeded("steps=1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_hangs_is_killed_at_the_limit_of_its_phase_and_its_job_tried_again() {
    let world = World::plan().agents(1).with("SPOOL_STALL_MS", "step=700,first_step=20000").start().await;
    let submitted = world.client().submit("steps=3 hang_at=2").await;
    world.client().running(&submitted.id).await;
    let hung = worker_of(&world, 0, 0);

    let job = world.client().ended(&submitted.id).await;

    assert_eq!((job.status, job.spent()), (Status::Failed, FAILED_TWICE), "{job:?}");
    assert_eq!(job.error.expect("a failed job says why").code, "stalled");
    assert!(is_gone(hung));
    world.client().succeeded("steps=1").await;
    assert_eq!(world.redis().remains(), Remains::ended(1, 1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_is_deaf_to_sigterm_or_stopped_is_killed_ten_seconds_after_a_cancel() {
    const GRACE: Duration = Duration::from_secs(10);
    let world = World::plan().agents(1).slots(2).patient().start().await;
    let client = world.client();
    let deaf = client.submit("steps=2 hang_at=2 ignore_term=1").await;
    let deaf_slot = slot_of(&client.running(&deaf.id).await);
    let stopped = client.submit("steps=1000 step_ms=50").await;
    let stopped_slot = slot_of(&client.running(&stopped.id).await);
    let workers = [worker_of(&world, 0, deaf_slot), worker_of(&world, 0, stopped_slot)];
    kill(workers[1], Signal::SIGSTOP).expect("the worker is there");

    let asked = Instant::now();
    for job in [&deaf, &stopped] {
        assert_eq!(client.cancel(&job.id).await.status, Status::Canceled);
    }
    // Both slots have new workers, and take jobs.
    let script = "steps=2 step_ms=500";
    let (one, other) = tokio::join!(client.succeeded(script), client.succeeded(script));

    assert!(asked.elapsed() >= GRACE, "{:?}", asked.elapsed());
    assert_ne!(slot_of(&one), slot_of(&other));
    assert!(workers.into_iter().all(is_gone));
    assert_eq!(world.redis().remains(), Remains::ended(2, 0, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_outlives_its_kill_breaks_its_slot_alone_and_its_job_runs_elsewhere() {
    let world = World::plan().agents(1).slots(2).patient().start().await;
    let client = world.client();
    let submitted = client.submit("steps=20 step_ms=50").await;
    let first = client.running(&submitted.id).await;
    let slot = slot_of(&first);
    let worker = worker_of(&world, 0, slot);
    let tracer = Tracer::at(worker);
    kill(worker, Signal::SIGKILL).expect("the worker is there");
    // The other slot works on meanwhile.
    assert_ne!(slot_of(&client.succeeded("steps=1").await), slot);

    let job = client.ended(&submitted.id).await;

    assert_eq!((job.status, job.spent()), (Status::Succeeded, FAILED_ONCE), "{job:?}");
    assert_ne!(slot_of(&job), slot);
    assert!(!is_gone(worker), "nobody could wait for it");
    let log = world.agent(0).process().log();
    log.line(&["The worker could not be killed"]).await;
    log.line(&["The slot takes no more jobs until the agent is started again"]).await;
    for _ in 0..3 {
        assert_ne!(slot_of(&client.succeeded("steps=1").await), slot);
    }
    drop(tracer);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_that_a_worker_left_behind_is_ended_with_it() {
    let world = World::plan().agents(1).patient().start().await;
    let client = world.client();
    let submitted = client.submit("steps=100 step_ms=50 fork=1").await;
    client.running(&submitted.id).await;
    let worker = worker_of(&world, 0, 0);
    let child = children_of(worker).pop().expect("the script leaves a child");
    assert_eq!(getpgid(Some(child)), Ok(worker));

    kill(worker, Signal::SIGKILL).expect("the worker is there");

    let again = |job: &Job| job.attempts == 2 && job.reached(1);
    client.until(&submitted.id, "the job runs again", again).await;
    assert!(is_gone(worker));
    let gone = tokio::task::block_in_place(|| look_until(PATIENCE, || is_gone(child).then_some(())));
    assert!(gone.is_some(), "the child lives on");
    let job = client.ended(&submitted.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, FAILED_ONCE), "{job:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_that_has_left_for_a_session_of_its_own_is_ended_with_its_worker() {
    let folder = tempfile::tempdir().expect("a folder");
    let python = folder.path().join("python");
    let text = format!(
        "#!/bin/sh\nsetsid sleep 600 </dev/null >/dev/null 2>&1 &\nexec '{}' \"$@\"\n",
        programs::in_venv("python").display()
    );
    std::fs::write(&python, text).expect("the script is written");
    std::fs::set_permissions(&python, Permissions::from_mode(0o755)).expect("it may be run");
    let plan = World::plan().agents(1).patient();
    let mut world = plan.with("SPOOL_PYTHON", &python.display().to_string()).start().await;
    let client = world.client().clone();
    let child = |world: &World| {
        let worker = worker_of(world, 0, 0);
        let child = children_of(worker).pop().expect("the worker has a child");
        assert_ne!(getpgid(Some(child)), getpgid(Some(worker)), "it is in the worker's group");
        (worker, child)
    };
    let ends = |child: Pid| {
        let gone = tokio::task::block_in_place(|| look_until(PATIENCE, || is_gone(child).then_some(())));
        assert!(gone.is_some(), "the child lives on");
    };
    let submitted = client.submit("steps=100 step_ms=50").await;
    client.running(&submitted.id).await;

    // When the worker dies by itself.
    let (worker, first) = child(&world);
    kill(worker, Signal::SIGKILL).expect("the worker is there");
    let again = |job: &Job| job.attempts == 2 && job.reached(1);
    client.until(&submitted.id, "the job runs again", again).await;
    ends(first);

    // When the agent ends it.
    let (_, second) = child(&world);
    client.cancel(&submitted.id).await;
    world.agent(0).process().terminate();
    assert!(world.agent(0).process().ended().await.success());
    ends(second);
    world.restart_agent_with(0, &[]);
    client.succeeded("steps=1").await;
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 1));
}
