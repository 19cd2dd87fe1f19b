//! Browsers' sockets against real replicas.

use futures_util::future::join_all;
use serde_json::Value;
use spool_shared::{job::Phase, protocol::FromAgent};
use spool_tests::{
    World,
    bare_agent::{Assigned, BareAgent},
    page::{Page, entries},
    process::resident_bytes,
};

/// What the server keeps for a browser that does not read: buffers of fixed size, and nothing that grows.
const BYTES_A_BROWSER: u64 = 256 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_pages_that_read_nothing_leave_memory_flat_and_delay_nobody() {
    const STALLED: u64 = 200;
    const JOBS: usize = 300;
    let world = World::plan().patient().with("SPOOL_LOG", "info").start().await;
    let address = world.replica(0).address();
    let mut agent = BareAgent::dial("bare", address, 1).await;
    let watched = world.client().submit("held by the agent").await;
    let assigned = agent.assigned().await;
    agent.accepts(assigned);
    agent.starts(assigned);
    let mut stalled = Vec::new();
    for _ in 0..STALLED {
        stalled.push(Page::shown_through_a_strait(address).await);
    }
    let mut page = Page::shown(address).await;
    let before = resident_bytes(world.replica(0).process().pid());

    // The longest prompt there is: a megabyte for each page, more than the kernel takes for it.
    let prompt = "\u{1f680}".repeat(500);
    let flood = async {
        let one = async || {
            for _ in 0..JOBS / 10 {
                world.client().submit(&prompt).await;
            }
        };
        join_all((0..10).map(|_| one())).await;
    };
    let hearing = async {
        for reported in 1..=20 {
            reports(&agent, assigned, reported);
            page.until(|message| step(message, &watched.id) >= u64::from(reported)).await;
        }
    };
    tokio::join!(flood, hearing);

    let grown = resident_bytes(world.replica(0).process().pid()).saturating_sub(before);
    assert!(grown < STALLED * BYTES_A_BROWSER, "{grown} bytes for {STALLED} pages that do not read");
    drop(stalled);
}

fn reports(agent: &BareAgent, Assigned { job, token, .. }: Assigned, step: u32) {
    let fraction = f64::from(step) / 10_000.0;
    let (phase, steps) = (Phase::Denoise, 10_000);
    agent.says(FromAgent::Progress { job, token, seq: step.into(), phase, step, steps, fraction });
}

/// The step of a job that a message tells of.
fn step(message: &Value, id: &str) -> u64 {
    let own = entries(message).filter(|entry| entry["id"] == id);
    own.filter_map(|entry| entry.pointer("/progress/step")?.as_u64()).max().unwrap_or(0)
}
