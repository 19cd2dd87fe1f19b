//! The random runner: `cargo run --example chaos -- RUNS SEED`. Run number n has the seed `SEED + n`, so a run that
//! went wrong is run again by `chaos 1 ITS_SEED`. A line for each run, the sums at the end; ends with 1 if any promise
//! was broken, if a run did not come to its end, or if after many runs a fault never fired that could be drawn.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program for the console that may stop with its cause"
)]

use std::{collections::BTreeMap, process::ExitCode};

use spool_tests::{
    chaos::{Outcome, Schedule, rows, run},
    check::Counts,
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    task::JoinSet,
};

/// So many runs fire every fault that can be drawn.
const MANY: u64 = 200;
/// How many worlds at once.
const SIDE_BY_SIDE: u64 = 2;

#[derive(Default)]
struct Sums {
    runs: u64,
    counts: Counts,
    fired: BTreeMap<String, u64>,
    transitions: u64,
    looks: u64,
    broken: Vec<u64>,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut number = || arguments.next().and_then(|text| text.parse::<u64>().ok());
    let (runs, first) = (number().expect("a number of runs"), number().expect("a seed"));
    // Before the first world: from now on, whoever ends the runner ends its worlds, too.
    let (mut interrupted, mut terminated) = (told(SignalKind::interrupt()), told(SignalKind::terminate()));
    let mut seeds = first..first + runs;
    let (mut sums, mut running, mut seed_of) = (Sums::default(), JoinSet::new(), BTreeMap::new());
    loop {
        while running.len() < usize::try_from(SIDE_BY_SIDE).expect("a few")
            && let Some(seed) = seeds.next()
        {
            let task = running.spawn(async move { run(&Schedule::draw(seed), &[]).await });
            seed_of.insert(task.id(), seed);
        }
        tokio::select! {
            _ = interrupted.recv() => break,
            _ = terminated.recv() => break,
            outcome = running.join_next_with_id() => match outcome {
                Some(Ok((_, outcome))) => sums.take(&outcome),
                // It has told its cause already, and what is still to come is not lost for it.
                Some(Err(error)) => sums.take_one_that_did_not_end(seed_of.get(&error.id()).copied()),
                None => break,
            },
        }
    }
    // What is still running was told to stop; a world that is being built is ended as soon as it is there.
    running.shutdown().await;
    sums.tell(first);
    let fired = sums.runs < MANY || sums.silent().is_empty();
    if sums.broken.is_empty() && fired { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn told(kind: SignalKind) -> Signal {
    signal(kind).expect("signals can be heard")
}

impl Sums {
    fn take(&mut self, outcome: &Outcome) {
        self.runs += 1;
        self.counts += outcome.counts;
        self.transitions += outcome.seen.transitions;
        self.looks += outcome.seen.looks;
        for (row, disturbed) in &outcome.fired {
            *self.fired.entry(row.clone()).or_default() += disturbed;
        }
        let rows: Vec<&str> = outcome.fired.keys().map(String::as_str).collect();
        let Outcome { seed, counts, seen, took, violations, .. } = outcome;
        println!(
            "seed {seed}: {} jobs, {} transitions, {} faults ({}), {} violations, {:.1} s",
            counts.acknowledged,
            seen.transitions,
            counts.faults,
            rows.join(" "),
            violations.len(),
            took.as_secs_f64(),
        );
        if !violations.is_empty() {
            self.broken.push(*seed);
            for violation in violations {
                println!("  {violation}");
            }
            if let Some(kept) = &outcome.kept {
                println!("  history and logs: {}", kept.display());
            }
        }
    }

    /// The rows of the matrix that could be drawn and never fired.
    fn silent(&self) -> Vec<&'static str> {
        rows().into_iter().filter(|row| !self.fired.contains_key(*row)).collect()
    }

    fn take_one_that_did_not_end(&mut self, seed: Option<u64>) {
        let seed = seed.expect("each run has a seed");
        self.runs += 1;
        self.broken.push(seed);
        println!("seed {seed}: the run did not come to its end, 1 violation");
    }

    fn tell(&self, first: u64) {
        let Counts { attempts, acknowledged, recovered, lost, duplicated, unexpected, reset, faults, struck } =
            self.counts;
        println!("\n{} runs, seeds {first} to {}", self.runs, first + self.runs.saturating_sub(1));
        println!("submits: {attempts} attempts, {acknowledged} acknowledged, {recovered} recovered");
        println!(
            "jobs: {lost} lost, {duplicated} duplicated, {unexpected} unexpected, {reset} ended with their session"
        );
        println!("audit: {} transitions, {} looks into Redis", self.transitions, self.looks);
        println!("faults: {struck} messages, commands and processes disturbed");
        println!("  and {} times a job, a client or a page did what disturbs", faults - struck);
        for (row, disturbed) in &self.fired {
            println!("  {row:4} {disturbed}");
        }
        match self.silent().as_slice() {
            [] => println!("every fault fired that can be drawn"),
            rows => println!("never fired: {}", rows.join(" ")),
        }
        match self.broken.as_slice() {
            [] => println!("every invariant held"),
            seeds => println!("broken: seeds {seeds:?}"),
        }
    }
}
