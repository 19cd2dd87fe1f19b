//! How long heartbeats take while a large result goes the same way.

use std::time::{Duration, Instant};

use redis::Commands as _;
use spool_shared::job::Status;
use spool_tests::{World, network::Network, redis::PREFIX};
use tokio::time::interval;

use crate::{
    load::ended,
    sample::{Figures, figures},
};

/// The largest result that there may be.
const BYTES: u64 = 200_000_000;
/// What the link carries.
const RATE: &str = "4mbit";
/// What is promised of 99 heartbeats of a hundred.
const LIMIT: Duration = Duration::from_secs(2);
/// Between two looks at when the agent was heard last.
const LOOK: Duration = Duration::from_millis(20);
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// Whether heartbeats arrive in time beside an upload that takes minutes.
pub(crate) async fn beside_a_large_upload() -> bool {
    let plan = World::plan().as_delivered().with("SPOOL_LOG", "info,spool_agent::link=trace");
    let mut world = plan.start().await;
    let network = Network::to(world.replica(0).address(), world.folder()).await;
    let network = network.expect("a machine that lets a process have a network of its own");
    world.add_agent_in(&network);
    network.slows(RATE);
    let script = format!("steps=1 output_bytes={BYTES}");
    let submitted = world.client().submit(&script).await;
    let began = Instant::now();
    let (mut heard, mut looks) = (Vec::new(), interval(LOOK));
    let mut redis = world.redis().connect();
    let records: Vec<String> = redis.zrange(format!("{PREFIX}agents"), 0, -1).expect("agents");
    let record = format!("{PREFIX}agent:{}", records.first().expect("an agent"));
    let looking = async {
        loop {
            looks.tick().await;
            let seen: u64 = redis.hget(&record, "seen").expect("when it was heard");
            if heard.last() != Some(&seen) {
                heard.push(seen);
            }
        }
    };
    let job = tokio::select! {
        job = ended(world.client(), &submitted.id) => job,
        () = looking => unreachable!("it looks as long as the job runs"),
    };
    let took = began.elapsed();
    let log = world.agent(0).process().log().to_string();
    let due = log.lines().filter(|line| line.contains("A heartbeat is due")).map(time_of_day);
    let mut late = delays(&due.collect::<Vec<_>>(), &heard);
    drop(network);
    drop(world);
    let bytes: u64 = job.outputs.iter().map(|output| output.bytes).sum();
    let Figures { least, median, p99, most } = figures(&mut late);
    println!("heartbeats beside {bytes} bytes at {RATE}/s, which took {took:.0?}:");
    println!(
        "  n {}, min {least:.3?}, median {median:.3?}, p99 {p99:.3?}, max {most:.3?}, limit {LIMIT:?}",
        late.len()
    );
    job.status == Status::Succeeded && job.losses == 0 && bytes == BYTES && p99 < LIMIT
}

/// From when each heartbeat was due until the first one was taken after that; without the last, which may be under way.
fn delays(due: &[u64], heard: &[u64]) -> Vec<Duration> {
    let after = |due: u64| {
        let waits = heard.iter().map(|heard| (heard % DAY_MS + DAY_MS - due) % DAY_MS);
        waits.filter(|wait| *wait < DAY_MS / 2).min().map(Duration::from_millis)
    };
    due.iter().filter_map(|due| after(*due)).collect()
}

/// The milliseconds since midnight at which a line was logged: `2026-01-31T12:34:56.789012Z …`.
fn time_of_day(line: &str) -> u64 {
    let clock = line.split_once('T').and_then(|(_, rest)| rest.get(..12)).expect("a time");
    let (seconds, millis) = clock.split_once('.').expect("parts of a second");
    let number = |text: &str| text.parse::<u64>().expect("a number");
    seconds.split(':').fold(0, |sum, part| sum * 60 + number(part)) * 1_000 + number(millis)
}
