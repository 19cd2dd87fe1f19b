//! One run: a world, a load, faults, silence, and the verdict.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};
use tokio::{sync::watch, task::JoinSet};

use super::{
    Schedule,
    browser::Browser,
    customer::Customer,
    nemesis,
    races::races,
    schedule::{AGENTS, REPLICAS},
    variant::Variant,
    visitor,
};
use crate::{
    World,
    check::{Counts, Evidence, Violation, evidence, judge},
    deadline::look_until,
    history::{
        self, Note, Recorder,
        auditor::{Auditor, Seen},
        executions,
    },
};

/// How long the last job may take to end once every customer was served: those of retries without an answer.
const LAST: Duration = Duration::from_secs(20);
/// How long the sweeper may take to remove what lost.
const SWEPT: Duration = Duration::from_secs(15);

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
    for number in 0..schedule.browsers {
        let browser = Browser::new(&format!("browser-{number}"), world.addresses(), &recorder);
        browsers.spawn(browser.looks(is_over.clone()));
    }

    let mut visitors = JoinSet::new();
    for planned in schedule.visits.clone() {
        let (addresses, recorder) = (world.addresses(), recorder.clone());
        visitors.spawn(async move {
            tokio::time::sleep(Duration::from_millis(planned.at_ms)).await;
            visitor::comes(planned.visit, addresses, recorder).await;
        });
    }

    nemesis::strike(&mut world, &schedule.faults, &recorder).await;
    let mut stuck = ended(&mut visitors).await;
    recorder.note(Note::Quiet {});
    stuck.extend(ended(&mut customers).await);
    let _ = over.send(true);
    stuck.extend(ended(&mut browsers).await);
    tokio::task::block_in_place(|| conclude(schedule, world, &recorder, auditor, stuck, began))
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
    plan.start().await
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

fn conclude(
    schedule: &Schedule,
    world: World,
    recorder: &Recorder,
    auditor: Auditor,
    stuck: Vec<String>,
    began: Instant,
) -> Outcome {
    let data = world.folder().join("data/objects");
    let mut redis = world.redis().connect();
    let _ = look_until(LAST, || {
        evidence::jobs(&mut redis).values().all(|job| job.status.is_terminal()).then_some(())
    });
    let jobs = evidence::jobs(&mut redis);
    let _ = look_until(SWEPT, || {
        let won = |file: &evidence::Stored| {
            jobs.get(&file.job).and_then(|job| job.result.as_ref()) == Some(&file.attempt)
        };
        evidence::stored(&data).iter().all(won).then_some(())
    });
    let seen = auditor.finish();
    executions::take_in(world.folder(), recorder);
    for (row, disturbed) in races(&recorder.so_far()) {
        recorder.named("races").note(Note::Fault { row: row.to_owned(), disturbed });
    }
    let mut evidence = Evidence {
        records: Vec::new(),
        jobs,
        forever: evidence::forever(&mut redis),
        stored: evidence::stored(&data),
        inputs: evidence::inputs(&data),
        sent: vec![hex::encode(Sha256::digest(world.client().picture()))],
        stuck,
        ending: Vec::new(),
    };
    drop(redis);
    let (ending, mut folder) = world.finish();
    evidence.ending = ending;
    let read = history::read(&recorder.close());
    let cut = read.as_ref().err().map(|cut| format!("the history is cut: {cut:?}"));
    evidence.records = read.unwrap_or_default();

    let verdict = judge(&evidence);
    let mut violations = verdict.violations;
    violations.extend(cut.map(|sentence| Violation { invariant: "history", sentence }));
    let mut fired: BTreeMap<String, u64> = BTreeMap::new();
    for record in &evidence.records {
        if let Note::Fault { row, disturbed } = &record.note {
            *fired.entry(row.clone()).or_default() += disturbed;
        }
    }
    let kept = (!violations.is_empty()).then(|| {
        folder.disable_cleanup(true);
        folder.path().to_owned()
    });
    Outcome {
        seed: schedule.seed,
        counts: verdict.counts,
        violations,
        seen,
        fired,
        took: began.elapsed(),
        kept,
    }
}
