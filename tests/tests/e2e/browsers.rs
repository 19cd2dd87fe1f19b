//! Browsers' sockets against real replicas.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use serde_json::Value;
use spool_shared::{job::Phase, protocol::FromAgent};
use spool_tests::{
    Client, PATIENCE, World,
    bare_agent::{Assigned, BareAgent},
    keys,
    page::{Page, entries},
    process::resident_bytes,
    within,
};

/// What the server keeps for a browser that does not read: buffers of fixed size, and nothing that grows.
const BYTES_A_BROWSER: u64 = 128 * 1024;
/// Within which all reports but one in a hundred are seen.
const PROMISE: Duration = Duration::from_millis(500);
/// Pages that read nothing, of two owners.
const STALLED: [usize; 2] = [150, 50];
/// Jobs of each owner: more news than the server keeps for a page, and the kernel takes for it.
const JOBS: usize = 150;
/// Jobs that run meanwhile and report in turn.
const RUNNING: u32 = 10;
const REPORTS: usize = 200;
const PERIOD: Duration = Duration::from_millis(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_pages_that_read_nothing_leave_memory_flat_and_delay_nobody() {
    // Nobody is closed for not reading as long as this takes.
    let plan = World::plan().keys().patient().with("SPOOL_BROWSER_BEAT_MS", "60000");
    let world = plan.with("SPOOL_LOG", "info").start().await;
    let (address, pid) = (world.replica(0).address(), world.replica(0).process().pid());
    let owners = [world.keys().secret(keys::CLIENT), world.keys().make("bob", "submit")];
    let clients = owners.each_ref().map(|key| world.client().with_key(key));
    is_let_in(&clients[1]).await;
    let mut agent =
        BareAgent::dial_with("bare", address, RUNNING, Some(&world.keys().secret(keys::AGENT))).await;
    let running = runs(&mut agent, &clients[0]).await;
    let mut page = Page::shown_to(&owners[0], address).await;
    let mut other = Page::shown_to(&owners[1], address).await;
    let alone = delays(&agent, &running, &mut page, 0).await;

    let mut stalled = Vec::new();
    for (key, count) in owners.iter().zip(STALLED) {
        for _ in 0..count {
            stalled.push(Page::shown_through_a_strait(key, address).await);
        }
    }
    let before = resident_bytes(pid);
    tokio::join!(flood(&clients[0], &mut page), flood(&clients[1], &mut other));
    let crowded = delays(&agent, &running, &mut page, 100).await;
    let late = percentile(&crowded, 99);
    let medians = [&alone, &crowded].map(|delays| percentile(delays, 50));
    assert!(
        late < PROMISE,
        "one report in a hundred took {late:?}; half of them {medians:?}, alone and beside them"
    );

    let grown = resident_bytes(pid).saturating_sub(before);
    assert!(grown < stalled.len() as u64 * BYTES_A_BROWSER, "{grown} bytes for pages that do not read");
    // They are all there still, and fell behind: one that reads again is shown everything anew.
    let metrics = clients[0].get("/metrics").await.text().await.expect("a whole body");
    let open = format!("spool_sockets{{kind=\"browser\"}} {}", stalled.len() + 2);
    assert!(metrics.contains(&open), "{metrics}");
    for mut page in [stalled.swap_remove(0), stalled.pop().expect("a page of the other owner")] {
        page.until(|message| message["t"] == "snapshot").await;
    }
}

/// Returns once this client's key is known.
async fn is_let_in(client: &Client) {
    let known = async {
        while client.get("/api/jobs").await.status() != 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    within(PATIENCE, "the new key is known", known).await;
}

/// Jobs in all of the agent's slots.
async fn runs(agent: &mut BareAgent, client: &Client) -> Vec<Assigned> {
    let mut running = Vec::new();
    for _ in 0..RUNNING {
        client.submit("held by the agent").await;
        let assigned = agent.assigned().await;
        agent.accepts(assigned);
        agent.starts(assigned);
        running.push(assigned);
    }
    running
}

/// Submits jobs with the longest prompt there is, each when the page was told of the one before: so every one is news
/// of its own.
async fn flood(client: &Client, page: &mut Page) {
    let prompt = "\u{1f680}".repeat(500);
    for _ in 0..JOBS {
        let job = client.submit(&prompt).await;
        page.until(|message| entries(message).any(|entry| id(entry) == job.id)).await;
    }
}

/// How long each report of the agent takes to the page, whose first one has the step after `done`.
async fn delays(agent: &BareAgent, running: &[Assigned], page: &mut Page, done: u32) -> Vec<Duration> {
    let sent = std::cell::RefCell::new(BTreeMap::new());
    let reporting = async {
        let mut ticks = tokio::time::interval(PERIOD);
        let turns = (done + 1..).flat_map(|step| running.iter().map(move |assigned| (*assigned, step)));
        for (assigned, step) in turns.take(REPORTS) {
            ticks.tick().await;
            sent.borrow_mut().insert((assigned.job.to_string(), u64::from(step)), Instant::now());
            reports(agent, assigned, step);
        }
    };
    let mut delays = Vec::new();
    let hearing = async {
        while delays.len() < REPORTS {
            let message = page.hears().await.expect("the socket is open");
            for entry in entries(&message) {
                let step = entry.pointer("/progress/step").and_then(Value::as_u64).unwrap_or(0);
                // What came with a later report came no sooner.
                sent.borrow_mut().retain(|(job, reported), at| {
                    let is_told = job == id(entry) && *reported <= step;
                    if is_told {
                        delays.push(at.elapsed());
                    }
                    !is_told
                });
            }
        }
    };
    tokio::join!(reporting, within(PATIENCE, "the page hears of every report", hearing));
    delays.sort_unstable();
    delays
}

/// Of sorted values, the smallest one that so many in a hundred do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    *sorted.get((sorted.len() * percent).div_ceil(100) - 1).expect("some values")
}

fn reports(agent: &BareAgent, Assigned { job, token, .. }: Assigned, step: u32) {
    let fraction = f64::from(step) / 10_000.0;
    let (phase, steps) = (Phase::Denoise, 10_000);
    agent.says(FromAgent::Progress { job, token, seq: step.into(), phase, step, steps, fraction });
}

fn id(entry: &Value) -> &str {
    entry["id"].as_str().unwrap_or_default()
}
