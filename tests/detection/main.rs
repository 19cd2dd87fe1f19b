//! Measures how soon a job whose machine fails is back in the queue, with the product's own timings: an agent that falls
//! silent, one whose socket closes, and a worker that crashes. Ends with 1 where one of them took longer than promised.
//! With names of rows, like `"closed agent"`, only those.

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a program that reports to its caller")]

mod sample;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use spool_shared::job::Status;
use spool_tests::{Job, PATIENCE, World, deadline::look_until};

use crate::sample::{Figures, figures};

const AGENTS: usize = 10;
const ROUNDS: usize = 5;

/// Longer than anything that is measured.
const LONG: &str = "steps=1000 step_ms=100";
const SHORT: &str = "steps=5 step_ms=200";

/// What is done to whoever has a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blow {
    /// The agent is stopped, with its sockets open.
    Silence,
    /// The agent is killed, and its sockets close.
    Death,
    /// The worker is killed.
    Crash,
}

impl Blow {
    const ALL: [Self; 3] = [Self::Silence, Self::Death, Self::Crash];

    const fn name(self) -> &'static str {
        match self {
            Self::Silence => "silent agent",
            Self::Death => "closed agent",
            Self::Crash => "crashed worker",
        }
    }

    /// What is promised of 99 of a hundred.
    const fn limit(self) -> Duration {
        Duration::from_millis(match self {
            Self::Silence => 21_500,
            Self::Death => 6_000,
            Self::Crash => 2_000,
        })
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut world = World::plan().as_delivered().agents(AGENTS).start().await;
    let mut kept = true;
    println!("{:<15} {:>5} {:>8} {:>8} {:>8} {:>8} {:>8}", "", "n", "min", "median", "p99", "max", "limit");
    let only: Vec<String> = std::env::args().skip(1).collect();
    for blow in Blow::ALL.into_iter().filter(|blow| only.is_empty() || only.contains(&blow.name().to_owned()))
    {
        let mut took = Vec::new();
        for _ in 0..ROUNDS {
            took.extend(round(&mut world, blow).await);
        }
        let Figures { least, median, p99, most } = figures(&mut took);
        let limit = blow.limit();
        let (name, count) = (blow.name(), took.len());
        println!("{name:<15} {count:>5} {least:>8.2?} {median:>8.2?} {p99:>8.2?} {most:>8.2?} {limit:>8.2?}");
        kept &= p99 <= limit;
    }
    drop(world);
    ExitCode::from(u8::from(!kept))
}

/// Every agent has a job, and each gets the blow at a moment of its own.
async fn round(world: &mut World, blow: Blow) -> Vec<Duration> {
    let client = world.client().clone();
    // A success of each, so that none is taken for a bad machine.
    let before = join_all((0..AGENTS).map(|_| client.submit(SHORT))).await;
    for job in join_all(before.iter().map(|job| client.ended(&job.id))).await {
        assert_eq!(job.status, Status::Succeeded, "{job:?}");
    }
    let submitted = join_all((0..AGENTS).map(|_| client.submit(LONG))).await;
    let running = join_all(submitted.iter().map(|job| client.running(&job.id))).await;
    let took = join_all(running.iter().map(|job| strike(world, job, blow))).await;
    for job in &submitted {
        client.cancel(&job.id).await;
    }
    for job in &running {
        mend(world, job.agent_name(), blow);
    }
    let known = tokio::task::block_in_place(|| {
        look_until(PATIENCE, || (world.redis().agents() == AGENTS).then_some(()))
    });
    assert!(known.is_some(), "only {} agents came back", world.redis().agents());
    took
}

/// How long it takes until the job has left its failed place.
async fn strike(world: &World, job: &Job, blow: Blow) -> Duration {
    // At any moment between two heartbeats.
    tokio::time::sleep(Duration::from_millis(rand::random_range(0..5_000))).await;
    let agent = world.agent_named(job.agent_name());
    let struck = Instant::now();
    match blow {
        Blow::Silence => agent.process().freeze(),
        Blow::Death => agent.process().kill(),
        Blow::Crash => agent.kill_worker(0),
    }
    let left = |job: &Job| job.losses + job.failures > 0;
    let job = world.client().until(&job.id, "the job left its place", left).await;
    let took = struck.elapsed();
    let lost = u32::from(blow != Blow::Crash);
    assert_eq!((job.losses, job.failures), (lost, 1 - lost), "{job:?}");
    took
}

fn mend(world: &mut World, name: &str, blow: Blow) {
    match blow {
        Blow::Silence => world.agent_named(name).process().thaw(),
        Blow::Death => {
            let number: usize = name.trim_start_matches("agent-").parse().expect("a number");
            world.restart_agent_with(number - 1, &[]);
        }
        // The agent starts another worker by itself.
        Blow::Crash => {}
    }
}
