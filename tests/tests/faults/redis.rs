//! What a replica hears of Redis, or does not hear, while Redis itself is well.

use std::time::Duration;

use futures_util::future::join_all;
use spool_shared::job::Status;
use spool_tests::{
    Job, World,
    balancer::Balancer,
    client::Client,
    job::Spent,
    proxy::{
        Often,
        redis_line::{Commands, Fate, Refusal},
    },
    redis::Remains,
    within,
};

const ONE_ATTEMPT: Spent = Spent { attempts: 1, failures: 0, losses: 0, bounces: 0, drains: 0 };

/// Sends so many jobs at once, and sees each to its end.
async fn jobs(client: &Client, many: usize, script: &str) -> Vec<Job> {
    let each = (0..many).map(|number| async move {
        let job = client.insists(&format!("job-{number}"), script).await;
        client.ended(&job.id).await
    });
    join_all(each).await
}

/// Nobody of this world has panicked.
fn assert_calm(world: &World) {
    assert!(!world.logs().contains("panicked"), "somebody panicked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_end_exactly_once_while_answers_of_scripts_are_lost_after_execution() {
    let plan = World::plan().replicas(2).agents(2).slots(2).patient().redis_lines();
    let world = plan.with("SPOOL_ASSIGN_MS", "500").start().await;
    for (replica, of) in [(0, 0.05), (1, 0.12)] {
        let often = Often::Chance { of, seed: 21 + replica as u64 };
        world.redis_line(replica).disturb(Commands::Scripts, often, Fate::Unanswered);
    }

    let ended = jobs(world.client(), 100, "steps=1 step_ms=5 unique=1").await;

    for job in &ended {
        assert_eq!(job.status, Status::Succeeded, "{job:?}");
        assert_eq!((job.spent().attempts, job.failures, job.losses), (1, 0, 0), "{job:?}");
    }
    for replica in 0..2 {
        let lost = world.redis_line(replica).disturbed();
        assert!(lost >= 10, "only {lost} answers were lost");
        world.redis_line(replica).heal();
    }
    world.client().succeeded("steps=1").await;
    assert_eq!(world.redis().told("succeeded"), 101);
    assert_eq!(world.redis().remains(), Remains::ended(101, 0, 0));
    assert_calm(&world);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_loads_or_only_reads_or_is_busy_is_answered_with_503_and_running_jobs_live_on() {
    let world = World::plan().agents(1).slots(2).patient().redis_lines().start().await;
    let (client, line) = (world.client(), world.redis_line(0));
    let running = client.submit("steps=40 step_ms=100").await;
    client.running(&running.id).await;
    for refusal in [Refusal::Loading, Refusal::ReadOnly, Refusal::Busy] {
        let before = line.disturbed();
        line.disturb(Commands::All, Often::Each(1), Fate::Refused(refusal));
        let refused = client.post("/api/workflows/i2v", &client.body("steps=1")).await;
        assert_eq!(refused.status(), 503, "{refusal:?}");
        assert!(refused.headers().contains_key("Retry-After"), "{refusal:?}");
        assert_eq!(client.get("/readyz").await.status(), 503, "{refusal:?}");
        assert_eq!(client.get("/healthz").await.status(), 200, "{refusal:?}");
        // A submit is tried several times.
        assert!(line.disturbed() >= before + 4, "{refusal:?}");
        // One refusal among several answers is no matter.
        line.disturb(Commands::Scripts, Often::Each(3), Fate::Refused(refusal));
        let job = client.succeeded("steps=2 step_ms=20").await;
        assert_eq!(job.spent(), ONE_ATTEMPT, "{refusal:?}: {job:?}");
    }
    line.heal();
    let job = client.ended(&running.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{job:?}");
    assert_eq!(world.redis().remains(), Remains::ended(4, 0, 0));
    assert_calm(&world);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scripts_that_redis_forgets_again_and_again_are_loaded_again_and_nobody_notices() {
    let world = World::plan().replicas(2).agents(2).patient().start().await;
    let work = jobs(world.client(), 20, "steps=3 step_ms=10 unique=1");
    let flush = async {
        loop {
            let flushed: Result<(), _> =
                redis::cmd("SCRIPT").arg("FLUSH").query(&mut world.redis().connect());
            flushed.expect("the scripts are flushed");
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    };
    let ended = tokio::select! {
        ended = work => ended,
        () = flush => unreachable!("it goes on for ever"),
    };
    for job in ended {
        assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{job:?}");
    }
    let missed = world.redis().refused("NOSCRIPT");
    assert!(missed >= 20, "only {missed} calls met a Redis without their script");
    assert_eq!(world.redis().remains(), Remains::ended(20, 0, 0));
    let logs = world.logs();
    let complaints = logs.lines().filter(|line| line.contains(" WARN ") || line.contains(" ERROR "));
    // At its start a replica says that this Redis has no limit.
    let noticed: Vec<&str> = complaints.filter(|line| !line.contains("has no memory limit")).collect();
    assert!(noticed.is_empty(), "{noticed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_answers_late_kills_nobody() {
    let world = World::plan().replicas(2).agents(2).redis_lines().start().await;
    for replica in 0..2 {
        let late = Fate::Late(Duration::from_millis(200));
        world.redis_line(replica).disturb(Commands::All, Often::Each(1), late);
    }
    // Longer than an agent without heartbeats would live.
    let ended = jobs(world.client(), 2, "steps=35 step_ms=100").await;
    for job in ended {
        assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{job:?}");
    }
    for replica in 0..2 {
        assert!(world.redis_line(replica).disturbed() > 20);
    }
    assert_eq!(world.redis().agents(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_to_redis_that_break_at_every_fiftieth_command_leave_no_job_waiting() {
    let world = World::plan().agents(1).patient().redis_lines().start().await;
    let (client, line) = (world.client(), world.redis_line(0));
    line.disturb(Commands::All, Often::Each(50), Fate::Unsent);
    for number in 0..20 {
        // Doorbells, which ask nothing that could be counted, are cut too.
        if number % 5 == 0 {
            line.cut();
        }
        let job = client.insists(&format!("job-{number}"), "steps=2 step_ms=10 unique=1").await;
        let job = client.ended(&job.id).await;
        assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{job:?}");
    }
    line.has_disturbed(4 + 5).await;
    line.heal();
    line.cut();
    let again = client.succeeds_once_taken("steps=1");
    within(Duration::from_secs(5), "a job on mended connections", again).await;
    assert_eq!(world.redis().remains(), Remains::ended(21, 0, 0));
    assert_calm(&world);
}

/// A job at an agent whose own replica cannot serve it for longer than an agent's death: the agent goes to the other
/// replica in time, and the job does not notice.
async fn the_agent_changes_over(strike: impl AsyncFnOnce(&World)) {
    // An agent with leases is back within two seconds of noticing, which no setting makes shorter.
    let plan = World::plan().replicas(2).redis_lines();
    let mut world = plan.with("SPOOL_AGENT_DEAD_MS", "8000").with("SPOOL_LEASE_MS", "12000").start().await;
    let balancer = Balancer::over(&world.addresses()).await;
    world.add_agent_at(balancer.address());
    let before = balancer.connections();
    let own = before.iter().position(|connections| *connections > 0).expect("the agent's replica");
    assert_eq!(own, 0, "the first turn is the first replica's");
    let well = world.client().at(1);
    let submitted = well.submit("steps=110 step_ms=100").await;
    well.running(&submitted.id).await;
    strike(&world).await;
    balancer.sees(0, false).await;
    let job = well.ended(&submitted.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{job:?}");
    let after = balancer.connections();
    assert_eq!(after[0], before[0], "the sick replica got a connection");
    assert!(after[1] > before[1]);
    world.replica(0).process().thaw();
    world.redis_line(0).heal();
    assert_calm(&world);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_leaves_a_replica_that_does_not_reach_redis_before_it_is_taken_for_dead() {
    the_agent_changes_over(async |world| {
        let line = world.redis_line(0);
        line.disturb(Commands::All, Often::Each(1), Fate::Unsent);
        line.cut();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_leaves_a_replica_that_is_frozen_before_it_is_taken_for_dead() {
    the_agent_changes_over(async |world| world.replica(0).process().freeze()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_does_not_reach_redis_says_so_and_the_other_one_goes_on() {
    let world = World::plan().replicas(2).agents(1).patient().redis_lines().start().await;
    let (well, blind) = (world.client().at(0), world.client().at(1));
    let line = world.redis_line(1);
    line.disturb(Commands::All, Often::Each(1), Fate::Unsent);
    line.cut();

    let refused = blind.post("/api/workflows/i2v", &blind.body("steps=1")).await;
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("Retry-After"));
    assert_eq!(blind.get("/readyz").await.status(), 503);
    assert_eq!(well.get("/readyz").await.status(), 200);
    let job = well.succeeded("steps=2 step_ms=20").await;
    assert_eq!(job.spent(), ONE_ATTEMPT, "{job:?}");
    assert!(line.disturbed() >= 3);

    line.heal();
    blind.succeeds_once_taken("steps=1").await;
    assert_eq!(blind.get("/readyz").await.status(), 200);
    assert_calm(&world);
}
