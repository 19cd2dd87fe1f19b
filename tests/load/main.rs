//! How fast Spool is on this machine, clients and agents included:
//! `cargo run --release -p spool-tests --example load -- [JOBS]`.
//!
//! Three worlds in turn, each with one replica and a Redis of its own: agents with Python workers whose jobs have one
//! step of 0 ms; a bare agent with 50 slots; and an idle bare agent that gets one job at a time.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a program for the console that may stop with its cause"
)]

mod latency;
mod throughput;

use spool_tests::{World, bare_agent::BareAgent};

const CLIENTS: usize = 50;

#[tokio::main]
async fn main() {
    let jobs = std::env::args().nth(1).map_or(2000, |text| text.parse().expect("a number of jobs"));
    println!("{:<44} {:>9} {:>9} {:>9} {:>9}", "", "jobs", "jobs/s", "p50 ms", "p99 ms");

    let world = World::plan().agents(2).patient().with("SPOOL_LOG", "info").start().await;
    throughput::print("scripted workers, 2 agents, 50 clients", &world, jobs, CLIENTS).await;
    latency::print("submit to running, idle scripted worker", &world, 200).await;
    drop(world);

    let world = World::plan().patient().with("SPOOL_LOG", "info").start().await;
    let agent = BareAgent::dial("bare", world.replica(0).address(), 50).await;
    let working = tokio::spawn(agent.works());
    throughput::print("bare agent with 50 slots, 50 clients", &world, jobs, CLIENTS).await;
    latency::print("submit to running, idle bare agent", &world, 200).await;
    working.abort();
}
