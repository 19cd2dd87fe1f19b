//! The short form of the random runner: a few seeds, every invariant. The long form is `make chaos`.

#![expect(clippy::print_stdout, reason = "a run that went wrong tells how to run it again")]

use spool_tests::chaos::{Outcome, Schedule, run};

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
