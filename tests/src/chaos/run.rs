//! One run: a world, a load, faults, silence, and the verdict.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use tokio::{sync::watch, task::JoinSet};

use super::{
    Schedule,
    browser::{Browser, last_look},
    customer::Customer,
    imposter::Knowledge,
    nemesis,
    schedule::{AGENTS, REPLICAS},
    variant::Variant,
    verdict::{come_to_rest, conclude},
    visitor,
};
use crate::{
    World,
    check::{Counts, Violation},
    history::{
        Note, Recorder,
        auditor::{Auditor, Seen},
    },
};

/// What came of a run.
#[derive(Debug)]
pub struct Outcome {
    pub seed: u64,
    pub counts: Counts,
    pub violations: Vec<Violation>,
    pub seen: Seen,
    /// Row of the matrix → how many messages and processes its faults disturbed.
    pub fired: BTreeMap<String, u64>,
    pub took: Duration,
    /// The history and the logs, kept when something was wrong.
    pub kept: Option<PathBuf>,
}

/// Runs a schedule and judges it.
pub async fn run(schedule: &Schedule, settings: &[(&str, &str)]) -> Outcome {
    let began = Instant::now();
    let variant = Variant::of(schedule);
    let limit = schedule.queue_limit.map(|limit| limit.to_string());
    let limit = limit.iter().map(|limit| ("SPOOL_QUEUE_LIMIT", limit.as_str()));
    let settings: Vec<_> = limit.chain(settings.iter().copied()).collect();
    let mut world = world(&settings, &variant).await;
    let recorder = Recorder::create(&world.folder().join("history.jsonl"));
    variant.shows(&world, &recorder);
    let auditor = Auditor::start(world.redis().looker(), &recorder);

    let body = world.client().body("");
    let mut customers = JoinSet::new();
    for (number, orders) in schedule.customers.iter().enumerate() {
        let name = format!("customer-{number}");
        let customer = Customer::new(&name, world.addresses(), body.clone(), &recorder);
        customers.spawn(customer.shops(orders.clone()));
    }
    let (over, is_over) = watch::channel(false);
    let mut browsers = JoinSet::new();
    for (number, seed) in schedule.browsers.iter().enumerate() {
        let browser = Browser::new(&format!("browser-{number}"), world.addresses(), &recorder, *seed);
        browsers.spawn(browser.looks(is_over.clone()));
    }

    let knows = Knowledge {
        folder: world.folder().to_owned(),
        redis: world.redis().looker(),
        token: variant.token_file(&world),
    };
    let mut visitors = JoinSet::new();
    for planned in schedule.visits.clone() {
        let (addresses, knows, recorder) = (world.addresses(), knows.clone(), recorder.clone());
        visitors.spawn(async move {
            tokio::time::sleep(Duration::from_millis(planned.at_ms)).await;
            visitor::comes(planned.visit, addresses, knows, recorder).await;
        });
    }

    nemesis::strike(&mut world, &schedule.faults, &recorder).await;
    let mut stuck = ended(&mut visitors).await;
    recorder.note(Note::Quiet {});
    stuck.extend(ended(&mut customers).await);
    let _ = over.send(true);
    stuck.extend(ended(&mut browsers).await);
    tokio::task::block_in_place(|| come_to_rest(&world));
    stuck.extend(last(&world.addresses(), &recorder).await);
    tokio::task::block_in_place(|| conclude(schedule.seed, world, &recorder, auditor, stuck, began))
}

/// A last look at each replica, or that it came to nothing.
async fn last(addresses: &[String], recorder: &Recorder) -> Vec<String> {
    let (addresses, recorder) = (addresses.to_vec(), recorder.clone());
    let mut look = JoinSet::new();
    look.spawn(async move { last_look(&addresses, &recorder).await });
    ended(&mut look).await
}

/// Awaits the end of all; those that gave up.
async fn ended(clients: &mut JoinSet<()>) -> Vec<String> {
    let mut stuck = Vec::new();
    while let Some(ended) = clients.join_next().await {
        stuck.extend(ended.err().map(|error| format!("a client gave up: {error}")));
    }
    stuck
}

async fn world(settings: &[(&str, &str)], variant: &Variant) -> World {
    let plan = World::plan().armed().redis_lines().frame_lines().links().client_lines();
    let mut plan = variant.of_world(plan.replicas(REPLICAS).agents(AGENTS).slots(2));
    for (name, value) in TIMINGS.iter().chain(settings) {
        plan = plan.with(name, value);
    }
    plan.start().await.may_be_stopped()
}

/// The product's timings at about a fifteenth, and what visitors need.
const TIMINGS: [(&str, &str); 14] = [
    ("SPOOL_HEARTBEAT_MS", "150"),
    ("SPOOL_AGENT_DEAD_MS", "1500"),
    ("SPOOL_RECONNECT_GRACE_MS", "400"),
    ("SPOOL_LEASE_MS", "2500"),
    ("SPOOL_ASSIGN_MS", "800"),
    ("SPOOL_REAP_MS", "50"),
    ("SPOOL_RETRY_DELAY_MS", "100"),
    ("SPOOL_DRAIN_MS", "1500"),
    ("SPOOL_SWEEP_MS", "300"),
    ("SPOOL_SWEEP_AGE_MS", "1500"),
    ("SPOOL_QUARANTINE_MS", "500"),
    ("SPOOL_QUARANTINE_FAILURES", "20"),
    // A last chunk that is lost is followed by nothing that would show it; a worker that hangs is found.
    ("SPOOL_STALL_MS", "step=2500,upload=2000"),
    // Of agents as old as this one all are welcome, of older ones none.
    ("SPOOL_MIN_AGENT_VERSION", env!("CARGO_PKG_VERSION")),
];
