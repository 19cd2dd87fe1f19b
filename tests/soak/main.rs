//! A soak: a steady load on a whole world for so many minutes, and whether anything grows:
//! `cargo run --example soak -- MINUTES`. Ends with 1 if something grows by more than it may.
//!
//! Jobs are kept for half a minute, so what is kept reaches its level long before the warm-up is over.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program for the console that may stop with its cause"
)]

mod trend;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use nix::unistd::Pid;
use spool_shared::job::Status;
use spool_tests::{World, process::resident_bytes};
use tokio::task::JoinSet;
use trend::Trend;

/// How many clients send one job after the other, and how long after the last one each sends the next: a steady load,
/// whatever else the machine does.
const CLIENTS: usize = 4;
const PACE: Duration = Duration::from_millis(500);
/// Between two looks at everything.
const LOOK: Duration = Duration::from_secs(5);
/// What counts as warm-up: longer than the ten minutes for which Redis remembers that a job is gone; at most half of the
/// time.
const WARM_UP: Duration = Duration::from_mins(11);
/// The most that anything may grow in an hour, as a part of its level.
const GROWTH: f64 = 0.01;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let minutes: u64 =
        std::env::args().nth(1).and_then(|text| text.parse().ok()).expect("a number of minutes");
    let plan = World::plan().replicas(2).agents(2).slots(2).patient();
    let plan = plan.with("SPOOL_RETENTION_MS", "30000").with("SPOOL_LOG", "info");
    let world = plan.with("SPOOL_SWEEP_MS", "5000").with("SPOOL_SWEEP_AGE_MS", "5000").start().await;
    let (began, whole) = (Instant::now(), Duration::from_mins(minutes));

    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let client = world.client().clone();
        clients.spawn(async move {
            let mut jobs = 0_u64;
            let mut turns = tokio::time::interval(PACE);
            while began.elapsed() < whole {
                turns.tick().await;
                let script = format!("steps=4 step_ms=20 unique=1 output_bytes={}", 20_000 * (number + 1));
                let submitted = client.submit(&script).await;
                let job = client.ended(&submitted.id).await;
                assert_eq!(job.status, Status::Succeeded, "{job:?}");
                let output = job.outputs.first().expect("an output");
                assert_eq!(client.download(&output.url).await.len() as u64, output.bytes);
                jobs += 1;
            }
            jobs
        });
    }
    let mut trends = trends(&world);
    let mut looks = tokio::time::interval(LOOK);
    while began.elapsed() < whole {
        looks.tick().await;
        let at = began.elapsed();
        for (trend, value) in trends.iter_mut().zip(tokio::task::block_in_place(|| sizes(&world))) {
            trend.add(at, value);
        }
    }
    let jobs: u64 = clients.join_all().await.iter().sum();
    let warm_up = WARM_UP.min(whole / 2);
    println!("{jobs} jobs in {minutes} minutes; growth an hour after {} minutes", warm_up.as_secs() / 60);
    let mut well = true;
    for trend in &trends {
        let growth = trend.growth_per_hour(warm_up);
        let fits = growth <= GROWTH;
        well &= fits;
        let mark = if fits { "" } else { "  grows" };
        println!("  {:28} {:>14.0} {:>+8.2} %{mark}", trend.name, trend.level(), 100.0 * growth);
    }
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One for each of [`sizes`], in their order.
fn trends(world: &World) -> Vec<Trend> {
    let processes = processes(world).into_iter();
    let mut trends: Vec<Trend> = processes
        .flat_map(|(name, _)| [format!("{name} memory, bytes"), format!("{name} descriptors")])
        .map(Trend::new)
        .collect();
    trends.extend(["Redis memory, bytes", "Redis keys", "files"].map(|name| Trend::new(name.to_owned())));
    trends
}

fn sizes(world: &World) -> Vec<u64> {
    let mut sizes: Vec<u64> =
        processes(world).into_iter().flat_map(|(_, pid)| [resident_bytes(pid), descriptors(pid)]).collect();
    let keys: u64 = redis::cmd("DBSIZE").query(&mut world.redis().connect()).expect("the number of keys");
    sizes.extend([world.redis().used_memory(), keys, files_below(world.folder())]);
    sizes
}

fn processes(world: &World) -> Vec<(String, Pid)> {
    let replicas = (0..2).map(|index| (format!("api-{}", index + 1), world.replica(index).process().pid()));
    let agents = (0..2).map(|index| (format!("agent-{}", index + 1), world.agent(index).process().pid()));
    replicas.chain(agents).collect()
}

fn descriptors(pid: Pid) -> u64 {
    std::fs::read_dir(format!("/proc/{pid}/fd")).expect("the process is there").count() as u64
}

fn files_below(folder: &std::path::Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}
