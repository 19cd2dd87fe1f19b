//! Replicas that are replaced one after another, as a new version is rolled out, behind a load balancer.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use reqwest::{RequestBuilder, Response};
use spool_shared::job::Status;
use spool_tests::{Job, World, balancer::Balancer, client::http, job::Spent};
use tokio::sync::watch;

const CUSTOMERS: usize = 8;
const SCRIPT: &str = "steps=4 step_ms=100 output_bytes=300000";
const ONE: Spent = Spent { attempts: 1, failures: 0, losses: 0, bounces: 0, drains: 0 };

/// What all customers together did and met.
#[derive(Default)]
struct Ledger {
    requests: AtomicU64,
    done: watch::Sender<u64>,
    failed: Mutex<Vec<String>>,
    over: AtomicBool,
}

impl Ledger {
    fn failed(&self, what: String) {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    /// Sends a request once, and notes when its answer is not the one that is due.
    async fn asks(&self, what: &str, request: RequestBuilder, due: u16) -> Option<Response> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        match request.send().await {
            Ok(response) if response.status().as_u16() == due => return Some(response),
            Ok(response) => self.failed(format!("{what}: {}", response.status())),
            Err(error) => self.failed(format!("{what}: {error:?}")),
        }
        None
    }

    async fn jobs(&self, more: u64) {
        let enough = *self.done.borrow() + more;
        let mut done = self.done.subscribe();
        let reached = done.wait_for(|done| *done >= enough);
        spool_tests::within(spool_tests::PATIENCE, "further jobs", reached).await.expect("they are counted");
    }
}

/// Submits, follows, polls and downloads, one job after another.
async fn buys(base: String, body: serde_json::Value, ledger: Arc<Ledger>) {
    let http = http();
    while !ledger.over.load(Ordering::Relaxed) {
        let submit = http.post(format!("{base}/api/workflows/i2v")).json(&body);
        let Some(answer) = ledger.asks("submit", submit, 202).await else { continue };
        let Ok(mut job) = answer.json::<Job>().await else {
            ledger.failed("submit: half an answer".to_owned());
            continue;
        };
        while !job.status.is_terminal() {
            // A stream that ends before the job did is opened again, as a browser does.
            let stream = http.get(format!("{base}/api/jobs/{}/events", job.id));
            if let Some(mut stream) = ledger.asks("events", stream, 200).await {
                while match stream.chunk().await {
                    Ok(chunk) => chunk.is_some(),
                    Err(error) => {
                        ledger.failed(format!("events: {error:?}"));
                        false
                    }
                } {}
            }
            let Some(answer) =
                ledger.asks("poll", http.get(format!("{base}/api/jobs/{}", job.id)), 200).await
            else {
                continue;
            };
            match answer.json().await {
                Ok(now) => job = now,
                Err(error) => ledger.failed(format!("poll: {error:?}")),
            }
        }
        if (job.status, job.spent()) != (Status::Succeeded, ONE) {
            ledger.failed(format!("requeued: {job:?}"));
            continue;
        }
        let download = http.get(format!("{base}{}", job.outputs[0].url));
        if let Some(file) = ledger.asks("download", download, 200).await {
            match file.bytes().await {
                Ok(bytes) if bytes.len() as u64 == job.outputs[0].bytes => {
                    ledger.done.send_modify(|done| *done += 1);
                }
                other => ledger.failed(format!("download: {:?}", other.map(|bytes| bytes.len()))),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_fails_no_request_and_requeues_no_job() {
    let rolls = std::env::var("SPOOL_ROLLS").map_or(2, |text| text.parse().expect("SPOOL_ROLLS is a number"));
    let mut world = World::plan().replicas(2).patient().with("SPOOL_STOP_PAUSE_MS", "1000").start().await;
    let balancer = Balancer::over(&world.addresses()).await;
    for _ in 0..2 {
        world.add_agent_at(balancer.address());
    }
    let (ledger, base) = (Arc::<Ledger>::default(), format!("http://{}", balancer.address()));
    let body = world.client().body(SCRIPT);
    let mut customers = tokio::task::JoinSet::new();
    for _ in 0..CUSTOMERS {
        customers.spawn(buys(base.clone(), body.clone(), ledger.clone()));
    }
    ledger.jobs(1).await;
    for roll in 0..2 * rolls {
        let index = roll % 2;
        let before = balancer.connections();
        let process = world.replica(index).process();
        process.terminate();
        assert!(process.ended().await.success(), "restart {roll}");
        balancer.sees(index, false).await;
        tokio::task::block_in_place(|| world.restart_replica(index));
        balancer.sees(index, true).await;
        ledger.jobs(2).await;
        let given = balancer.connections();
        assert!(
            given.iter().sum::<u64>() > before.iter().sum(),
            "nobody had to come again at restart {roll}"
        );
    }
    ledger.over.store(true, Ordering::Relaxed);
    while let Some(ended) = customers.join_next().await {
        ended.expect("a customer that did not panic");
    }

    let failed = ledger.failed.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (requests, jobs) = (ledger.requests.load(Ordering::Relaxed), *ledger.done.borrow());
    println!(
        "{} restarts, {requests} requests, {} failed, {jobs} jobs, connections {:?}, {} unserved",
        2 * rolls,
        failed.len(),
        balancer.connections(),
        balancer.unserved(),
    );
    assert!(failed.is_empty(), "{} of {requests} requests failed: {failed:#?}", failed.len());
    assert_eq!((balancer.unserved(), world.redis().told("lost")), (0, 0));
}
