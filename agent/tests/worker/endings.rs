//! How real workers end.

use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use spool_agent::worker::{Exit, FromWorker};
use spool_shared::job::Phase;

use crate::slot::{Slot, gone, group, job, python};

const SECOND: Duration = Duration::from_secs(1);

fn crashed(how: &str) -> Exit {
    Exit::Crashed { how: how.to_owned() }
}

#[tokio::test]
async fn a_worker_says_what_it_offers_and_runs_one_job_after_another() {
    let mut slot = Slot::start(python(), "60000");
    let hello = slot.ready().await;
    let [offer] = &hello.offers[..] else { panic!("{hello:?}") };
    assert_eq!((offer.engine.as_str(), offer.classes.len()), ("scripted", 8));
    for _ in 0..3 {
        slot.run("steps=1");
        let ending = slot.until_said(|said| matches!(said, FromWorker::Succeeded { .. })).await;
        let FromWorker::Succeeded { outputs, .. } = ending else { unreachable!() };
        assert!(std::path::Path::new(&outputs[0].path).exists());
    }
}

#[tokio::test]
async fn a_crash_an_early_end_and_a_hang_are_told_apart() {
    for (prompt, exit) in [
        ("crash_at=1", crashed("was ended by SIGKILL")),
        ("exit_at=1", crashed("ended with exit status 0")),
        ("hang_at=1", Exit::Stalled { phase: Phase::Load, limit: SECOND }),
    ] {
        let mut slot = Slot::start(python(), "load=1000");
        let worker = slot.running(prompt).await;
        assert_eq!(slot.exit().await.0, exit, "{prompt}");
        gone(worker).await;
    }
}

#[tokio::test]
async fn a_worker_that_is_killed_from_outside_is_noticed_at_once() {
    let mut slot = Slot::start(python(), "60000");
    let worker = slot.running("step_ms=600000").await;
    let killed = Instant::now();
    kill(worker, Signal::SIGKILL).unwrap();
    assert_eq!(slot.exit().await.0, crashed("was ended by SIGKILL"));
    assert!(killed.elapsed() < 2 * SECOND, "{:?}", killed.elapsed());
}

#[tokio::test]
async fn the_next_worker_starts_when_it_is_ordered_and_not_before() {
    let mut slot = Slot::start(python(), "60000");
    slot.running("crash_at=1").await;
    slot.exit().await;
    let ordered = Instant::now();
    slot.handle.start(Duration::from_millis(300));
    slot.ready().await;
    assert!(ordered.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_cancel_that_is_obeyed_keeps_the_worker() {
    let mut slot = Slot::start(python(), "60000");
    let worker = slot.running("step_ms=600000").await;
    slot.handle.cancel();
    let ending = slot.until_said(|said| !matches!(said, FromWorker::Progress { .. })).await;
    assert_eq!(ending, FromWorker::Canceled { job: job() });
    assert_eq!(group(worker), [worker.as_raw()]);
}

#[tokio::test]
async fn a_cancel_that_is_ignored_terminates_the_worker_after_five_seconds() {
    let mut slot = Slot::start(python(), "60000");
    let worker = slot.running("ignore_cancel=1 step_ms=600000").await;
    let asked = Instant::now();
    slot.handle.cancel();
    assert_eq!(slot.exit().await, (Exit::Stopped, vec![]));
    let took = asked.elapsed();
    assert!((5 * SECOND..9 * SECOND).contains(&took), "{took:?}");
    gone(worker).await;
}

#[tokio::test]
async fn a_worker_that_ignores_sigterm_too_is_killed_after_five_seconds_more() {
    let mut slot = Slot::with_program("#!/bin/sh\ntrap '' TERM\nexec PYTHON \"$@\"\n", "60000");
    let worker = slot.running("hang_at=1").await;
    let asked = Instant::now();
    slot.handle.cancel();
    assert_eq!(slot.exit().await.0, Exit::Stopped);
    let took = asked.elapsed();
    assert!((10 * SECOND..14 * SECOND).contains(&took), "{took:?}");
    gone(worker).await;
}

#[tokio::test]
async fn what_a_worker_started_goes_with_it_however_it_ends() {
    for prompt in ["crash_at=1", "hang_at=1", "exit_at=1"] {
        let mut slot = Slot::with_program("#!/bin/sh\nsleep 1000 &\nexec PYTHON \"$@\"\n", "load=1000");
        let pid = slot.ready().await.pid;
        let worker = nix::unistd::Pid::from_raw(i32::try_from(pid).unwrap());
        assert_eq!(group(worker).len(), 2, "the worker and what it started");
        slot.run(prompt);
        slot.exit().await;
        gone(worker).await;
    }
}

#[tokio::test]
async fn a_slot_that_leaves_takes_its_worker_along_whether_it_is_idle_or_busy() {
    for prompt in [None, Some("hang_at=1")] {
        let mut slot = Slot::start(python(), "60000");
        let worker = match prompt {
            Some(prompt) => slot.running(prompt).await,
            None => nix::unistd::Pid::from_raw(i32::try_from(slot.ready().await.pid).unwrap()),
        };
        slot.handle.leave();
        let asked = Instant::now();
        slot.tasks.finish(10 * SECOND).await;
        assert!(asked.elapsed() < 3 * SECOND, "{:?}", asked.elapsed());
        gone(worker).await;
    }
}
