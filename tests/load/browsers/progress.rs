//! How soon progress is seen, and what it costs.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use serde_json::Value;
use spool_shared::{job::Phase, protocol::FromAgent};
use spool_tests::{
    World,
    bare_agent::{Assigned, BareAgent},
    page::Page,
    process::{cpu_time, resident_bytes},
};

const JOBS: u32 = 50;
const PAGES: usize = 10;
const PERIOD: Duration = Duration::from_millis(50);
const REPORTS: u32 = 200;

/// When each step of each job was reported.
type Sent = Arc<Mutex<HashMap<(String, u64), Instant>>>;

pub(crate) async fn print(world: &World, stalled: usize) {
    let address = world.replica(0).address();
    let mut agent = BareAgent::dial("bare", address, JOBS).await;
    let mut running = Vec::new();
    for _ in 0..JOBS {
        world.client().submit("held by the agent").await;
        let assigned = agent.assigned().await;
        agent.accepts(assigned);
        agent.starts(assigned);
        running.push(assigned);
    }
    let idle = join_all((0..stalled).map(|_| Page::shown(address))).await;
    let pages = join_all((0..PAGES).map(|_| Page::shown(address))).await;
    let pid = world.replica(0).process().pid();
    let (cpu, memory, started) = (cpu_time(pid), resident_bytes(pid), Instant::now());
    let sent = Sent::default();
    let heard = join_all(pages.into_iter().map(|page| hear(page, sent.clone())));
    let ((), heard) = tokio::join!(report(&agent, &running, &sent), heard);
    let cpu = cpu_time(pid).saturating_sub(cpu).as_secs_f64() / started.elapsed().as_secs_f64();
    let grown = resident_bytes(pid).saturating_sub(memory) / 1024;
    let mut delays: Vec<Duration> = heard.concat();
    delays.sort_unstable();
    let at = |percent: usize| {
        let delay = delays.get(delays.len() * percent / 100).expect("at least one report was heard");
        delay.as_secs_f64() * 1_000.0
    };
    println!(
        "{JOBS} jobs x {} reports/s, {PAGES} pages, {stalled} that read nothing: \
         seen after {:.0} ms (median), {:.0} ms (99 %); API {:.0} % of a core, memory + {grown} KiB",
        1_000 / PERIOD.as_millis(),
        at(50),
        at(99),
        cpu * 100.0,
    );
    drop(idle);
}

async fn report(agent: &BareAgent, running: &[Assigned], sent: &Sent) {
    let mut ticks = tokio::time::interval(PERIOD);
    for step in 1..=REPORTS {
        ticks.tick().await;
        for Assigned { job, token, .. } in running.iter().copied() {
            let key = (job.to_string(), step.into());
            sent.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Instant::now());
            let (phase, seq, fraction) = (Phase::Denoise, step.into(), f64::from(step) / f64::from(REPORTS));
            agent.says(FromAgent::Progress { job, token, seq, phase, step, steps: REPORTS, fraction });
        }
    }
}

/// How late each step was that this page saw.
async fn hear(mut page: Page, sent: Sent) -> Vec<Duration> {
    let mut delays = Vec::new();
    let time = PERIOD * REPORTS + Duration::from_secs(1);
    page.hears_for(time, |entry| {
        let (id, step) = (
            entry.get("id").and_then(Value::as_str).unwrap_or_default(),
            entry.pointer("/progress/step").and_then(Value::as_u64),
        );
        let key = (id.to_owned(), step.unwrap_or_default());
        if let Some(at) = sent.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            delays.push(at.elapsed());
        }
    })
    .await;
    delays
}
