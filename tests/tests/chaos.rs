//! The short form of the random runner: a few seeds, every invariant. The long form is `make chaos`.

#![expect(clippy::print_stdout, reason = "a run that went wrong tells how to run it again")]

use std::process::Command;

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use spool_tests::{
    PATIENCE,
    chaos::{Outcome, Schedule, run},
    deadline::look_until,
    process::{Process, command_line, living_in},
    programs,
};

/// Judges the runs of these seeds, one after the other.
async fn hold(seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let schedule = Schedule::draw(seed);
        let Outcome { violations, counts, kept, .. } = run(&schedule, &[]).await;
        for violation in &violations {
            println!("{violation}");
        }
        assert!(
            violations.is_empty(),
            "seed {seed}: make chaos RUNS=1 SEED={seed}; {schedule:?}; see {kept:?}"
        );
        assert!(counts.acknowledged > 30 && counts.faults > 2, "seed {seed} did too little: {counts:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_invariant_holds_under_random_faults() {
    hold(1..5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_invariant_holds_under_other_random_faults() {
    hold(101..105).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_runner_that_is_ended_while_it_builds_its_first_world_leaves_nothing_behind() {
    // Built before, so that the runner need not wait for it.
    drop(programs::armed_api());
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(programs::example("chaos"));
        command.args(["1", "1"]).env("TMPDIR", folder.path());
        let runner = Process::start("chaos", command, folder.path());
        // Redis is the first that a world starts.
        let is_redis = |pid: &Pid| command_line(*pid).starts_with("redis-server");
        let began = || living_in(folder.path()).iter().find(|pid| is_redis(pid)).copied();
        assert!(look_until(PATIENCE, began).is_some(), "{}", runner.log());
        kill(runner.pid(), signal).expect("it is there");

        assert!(runner.ended().await.success(), "{signal}: {}", runner.log());
        assert!(runner.log().to_string().contains("0 runs"), "{signal}: {}", runner.log());
        assert_eq!(living_in(folder.path()), [], "{signal}");
        let left = std::fs::read_dir(folder.path()).expect("the folder").flatten().count();
        assert_eq!(left, 1, "{signal}: more than the log is left");
    }
}
