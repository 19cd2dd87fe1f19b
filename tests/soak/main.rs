//! A soak: a steady load on a whole world for so many minutes, and whether anything grows:
//! `cargo run --example soak -- MINUTES`. Ends with 1 if something grows by more than it may.
//!
//! Jobs are kept for half a minute, so what is kept reaches its level long before the warm-up is over; and the first minute
//! brings more at once than ever comes again, so that whatever has the size of the largest crowd has it by then.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program for the console that may stop with its cause"
)]

mod trend;

use std::{
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use nix::unistd::Pid;
use spool_faults::HEAP;
use spool_shared::job::Status;
use spool_tests::{
    PATIENCE, World,
    client::Client,
    deadline::look_until,
    process::{children_of, resident_bytes},
};
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
/// The same of what a process has in RAM: its allocator keeps what a burst took, and each burst may be the largest yet.
const RESIDENT: f64 = 0.15;
/// How many jobs come at once in the beginning.
const CROWD: usize = 100;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let minutes: u64 =
        std::env::args().nth(1).and_then(|text| text.parse().ok()).expect("a number of minutes");
    let heaps = tempfile::tempdir().expect("a folder");
    let plan = World::plan().armed().replicas(2).agents(2).slots(2).patient();
    let plan = plan.with(HEAP, &heaps.path().display().to_string());
    let plan = plan.with("SPOOL_RETENTION_MS", "30000").with("SPOOL_LOG", "info");
    let world = plan.with("SPOOL_SWEEP_MS", "5000").with("SPOOL_SWEEP_AGE_MS", "5000").start().await;
    let (began, whole) = (Instant::now(), Duration::from_mins(minutes));

    join_all((0..CROWD).map(|_| runs_a_job(world.client(), 20_000))).await;
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let client = world.client().clone();
        clients.spawn(async move {
            let mut jobs = 0_u64;
            let mut turns = tokio::time::interval(PACE);
            while began.elapsed() < whole {
                turns.tick().await;
                runs_a_job(&client, 20_000 * (number + 1)).await;
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
        let sizes = tokio::task::block_in_place(|| sizes(&world, heaps.path()));
        for ((trend, _), value) in trends.iter_mut().zip(sizes) {
            trend.add(at, value);
        }
    }
    let jobs: u64 = clients.join_all().await.iter().sum();
    let warm_up = WARM_UP.min(whole / 2);
    println!("{jobs} jobs in {minutes} minutes; growth an hour after {} minutes", warm_up.as_secs() / 60);
    let mut well = true;
    for (trend, most) in &trends {
        let growth = trend.growth(warm_up);
        let fits = growth.per_hour <= *most;
        well &= fits;
        let mark = if fits { "" } else { "  grows" };
        let (percent, error) = (100.0 * growth.per_hour, 100.0 * growth.error);
        println!("  {:36} {:>14.0} {percent:>+8.2} ± {error:.2} %{mark}", trend.name, trend.level());
    }
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Sends a job, waits for it and fetches its result.
async fn runs_a_job(client: &Client, output_bytes: usize) {
    let script = format!("steps=4 step_ms=20 unique=1 output_bytes={output_bytes}");
    let submitted = client.submit(&script).await;
    let job = client.ended(&submitted.id).await;
    assert_eq!(job.status, Status::Succeeded, "{job:?}");
    let output = job.outputs.first().expect("an output");
    assert_eq!(client.download(&output.url).await.len() as u64, output.bytes);
}

/// What is looked at, and how much each may grow.
fn trends(world: &World) -> Vec<(Trend, f64)> {
    let of_process = |(name, _): (String, Pid)| {
        let facts = [
            ("heap in use, bytes", GROWTH),
            ("resident, bytes", RESIDENT),
            ("descriptors", GROWTH),
            ("sockets", GROWTH),
            ("threads", GROWTH),
            ("processes below it", GROWTH),
            ("resident below it, bytes", RESIDENT),
        ];
        facts.map(|(fact, growth)| (Trend::new(format!("{name} {fact}")), growth))
    };
    let others = ["Redis memory, bytes", "Redis keys", "files"];
    let others = others.map(|name| (Trend::new(name.to_owned()), GROWTH));
    processes(world).into_iter().flat_map(of_process).chain(others).collect()
}

/// The values of [`trends`], in their order.
fn sizes(world: &World, heaps: &Path) -> Vec<u64> {
    let of_process = |(_, pid): (String, Pid)| {
        let below = children_of(pid);
        [
            heap(heaps, pid),
            resident_bytes(pid),
            descriptors(pid, ""),
            descriptors(pid, "socket:"),
            entries(&format!("/proc/{pid}/task")),
            below.len() as u64,
            below.iter().map(|child| resident_bytes(*child)).sum(),
        ]
    };
    let mut sizes: Vec<u64> = processes(world).into_iter().flat_map(of_process).collect();
    let keys: u64 = redis::cmd("DBSIZE").query(&mut world.redis().connect()).expect("the number of keys");
    sizes.extend([world.redis().used_memory(), keys, files_below(world.folder())]);
    sizes
}

fn processes(world: &World) -> Vec<(String, Pid)> {
    let replicas = (0..2).map(|index| (format!("api-{}", index + 1), world.replica(index).process().pid()));
    let agents = (0..2).map(|index| (format!("agent-{}", index + 1), world.agent(index).process().pid()));
    replicas.chain(agents).collect()
}

/// How much of its heap a process uses, by its own word.
fn heap(heaps: &Path, pid: Pid) -> u64 {
    let file = heaps.join(pid.to_string());
    let told = look_until(PATIENCE, || std::fs::read_to_string(&file).ok()?.parse().ok());
    told.expect("the process tells how much of its heap it uses")
}

/// How many descriptors a process has of this kind.
fn descriptors(pid: Pid, kind: &str) -> u64 {
    let open = std::fs::read_dir(format!("/proc/{pid}/fd")).expect("the process is there").flatten();
    // One that was closed meanwhile leads nowhere.
    let leads = open.filter_map(|entry| std::fs::read_link(entry.path()).ok());
    leads.filter(|path| path.to_string_lossy().starts_with(kind)).count() as u64
}

fn entries(folder: &str) -> u64 {
    std::fs::read_dir(folder).expect("the process is there").count() as u64
}

fn files_below(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}
