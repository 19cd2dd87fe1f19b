//! Random schedules over the scripts on a real Redis: `chaos_scripts RUNS SEED`. The run `i` has the seed `SEED + i`, and
//! `chaos_scripts 1 S` runs the one with seed `S` again. With `SPOOL_FIRST` in the environment it ends at the first
//! violation.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    reason = "this is test code: whatever goes wrong must end the program"
)]

#[path = "../tests/scripts/acts.rs"]
mod acts;
#[path = "../tests/scripts/agents.rs"]
mod agents;
#[path = "../tests/scripts/laws.rs"]
mod laws;
#[path = "../tests/scripts/op.rs"]
mod op;
#[path = "../tests/scripts/redis.rs"]
mod redis;
#[path = "../tests/scripts/run.rs"]
mod run;
#[path = "../tests/scripts/settle.rs"]
mod settle;
#[path = "../tests/scripts/snapshot.rs"]
mod snapshot;
#[path = "../tests/scripts/table.rs"]
mod table;

use std::{
    process::ExitCode,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use crate::{
    op::Op,
    run::{Bench, Tally},
};

/// After so many runs it says how far it is.
const PROGRESS: u64 = 100;
/// If it is set, the first violation is the end.
const FIRST: &str = "SPOOL_FIRST";

/// What all lanes have done together.
#[derive(Default)]
struct Whole {
    next: u64,
    tally: Tally,
    violations: u64,
    /// The least seed that failed.
    first: Option<u64>,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|word| word.parse::<u64>().expect("a number"));
    let (runs, seed) = (arguments.next().unwrap_or(100), arguments.next().unwrap_or(1));
    let lanes = thread::available_parallelism().map_or(2, usize::from).min(8);
    let (whole, begun) = (Arc::new(Mutex::new(Whole::default())), Instant::now());
    let threads: Vec<_> = (0..lanes)
        .map(|_| {
            let whole = Arc::clone(&whole);
            thread::spawn(move || lane(&whole, runs, seed, begun))
        })
        .collect();
    for thread in threads {
        thread.join().expect("a lane ends");
    }
    let whole = whole.lock().unwrap();
    report(&whole, begun.elapsed());
    if whole.violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs one seed after another on a Redis of its own.
fn lane(whole: &Mutex<Whole>, runs: u64, seed: u64, begun: Instant) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut bench = runtime.block_on(Bench::new());
    loop {
        let (number, failed) = {
            let mut whole = whole.lock().unwrap();
            whole.next += 1;
            (whole.next - 1, whole.violations > 0)
        };
        if number >= runs || std::env::var_os(FIRST).is_some() && failed {
            return;
        }
        let own = seed.wrapping_add(number);
        let mut tally = Tally::default();
        let outcome = runtime.block_on(bench.run(&Dice(own).schedule(), &mut tally));
        tally.runs = 1;
        let mut whole = whole.lock().unwrap();
        whole.tally.add(&tally);
        if let Err(wrong) = outcome {
            whole.violations += 1;
            if whole.first.is_none() {
                println!("violation after {} runs: seed {own}\n{wrong}", whole.tally.runs);
            }
            if whole.first.is_none_or(|first| own < first) {
                whole.first = Some(own);
            }
        }
        if whole.tally.runs.is_multiple_of(PROGRESS) {
            report(&whole, begun.elapsed());
        }
    }
}

fn report(whole: &Whole, took: Duration) {
    let Tally { runs, operations, jobs, lost_answers, zombies, thefts, cancels, reaped, succeeded } =
        whole.tally;
    println!(
        "runs {runs}  operations {operations}  jobs {jobs}  succeeded {succeeded}  in {:.1} s",
        took.as_secs_f64()
    );
    println!(
        "lost answers {lost_answers}  zombies {zombies}  thefts {thefts}  cancels {cancels}  reaped {reaped}"
    );
    println!("violations {}", whole.violations);
    if let Some(seed) = whole.first {
        println!("run it again: chaos_scripts 1 {seed}");
    }
}

/// A source of bytes: `SplitMix64`, whose whole state is the seed.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A schedule of 40 to 100 steps.
    fn schedule(&mut self) -> Vec<Op> {
        let length = 40 + self.next() % 61;
        (0..length)
            .map(|_| Op::from(self.next().to_le_bytes().first_chunk().copied().unwrap_or_default()))
            .collect()
    }
}
