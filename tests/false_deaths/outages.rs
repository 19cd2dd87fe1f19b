//! What everybody depends on is away for longer than an agent may be silent.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use spool_shared::job::Status;
use spool_tests::{Job, World, job::Spent};
use tokio::time::sleep;

use crate::load::ended;

/// One for each replica.
const AGENTS: usize = 2;
const REPLICAS: usize = 2;
/// An agent is dead after 20 s of silence.
const AWAY: Duration = Duration::from_secs(25);
/// Until whoever was to be judged for it has been.
const JUDGED: Duration = Duration::from_secs(30);
/// Longer than both outages, and what follows each.
const SCRIPT: &str = "steps=1300 step_ms=100 unique=1";

/// Whether nobody is taken for dead because Redis, or every replica, was away.
pub(crate) async fn everybody_survives() -> bool {
    let plan = World::plan().as_delivered().replicas(REPLICAS).agents(AGENTS);
    let mut world = plan.with("SPOOL_LOG", "info").start().await;
    let client = world.client().clone();
    let submitted = join_all((0..AGENTS).map(|_| client.submit(SCRIPT))).await;
    let jobs = join_all(submitted.iter().map(|job| client.running(&job.id))).await;

    let began = Instant::now();
    world.redis().process().freeze();
    sleep(AWAY).await;
    world.redis().process().thaw();
    let took = began.elapsed();
    sleep(JUDGED).await;
    let mut kept = tell("Redis", took, &join_all(jobs.iter().map(|job| client.job(&job.id))).await, &world);

    let began = Instant::now();
    (0..REPLICAS).for_each(|replica| world.replica(replica).process().kill());
    sleep(AWAY).await;
    (0..REPLICAS).for_each(|replica| world.restart_replica(replica));
    let took = began.elapsed();
    sleep(JUDGED).await;
    let ended = join_all(jobs.iter().map(|job| ended(&client, &job.id))).await;
    kept &= ended.iter().all(|job| job.status == Status::Succeeded);
    kept &= tell("every replica", took, &ended, &world);
    kept
}

/// Whether each of these jobs is still in its first attempt.
fn tell(what: &str, took: Duration, jobs: &[Job], world: &World) -> bool {
    let requeued = ["lost", "bounced", "returned", "retried", "drained", "readopted"]
        .map(|event| world.redis().told(event));
    let requeued: usize = requeued.iter().sum();
    println!("{what} away for {took:.1?} with {} jobs running: {requeued} requeues", jobs.len());
    for job in jobs {
        println!(
            "  {} after {} attempts, {} losses, {} bounces",
            job.status, job.attempts, job.losses, job.bounces
        );
    }
    let first = Spent { attempts: 1, ..Spent::default() };
    requeued == 0 && jobs.iter().all(|job| job.spent() == first)
}
