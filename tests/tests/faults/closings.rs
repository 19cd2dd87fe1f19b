//! Connections between agents and replicas that end at a message that few jobs need: a failure, a refusal, a preview,
//! what is given back, a drain, a farewell. Those of every job are in `frames`.

use serde_json::{Value, json};
use spool_shared::job::Status;
use spool_tests::{
    PATIENCE, World,
    client::Client,
    job::Spent,
    limits::limit,
    proxy::{
        Direction::{Down, Up},
        Often,
        frames::Fate::{Closed, Corrupt, Lost},
    },
    redis::Remains,
    within,
};

const ONE_ATTEMPT: Spent = Spent { attempts: 1, failures: 0, losses: 0, bounces: 0, drains: 0 };
const FIRST: Often = Often::Nth(1);

/// A world with one agent behind a line.
async fn world() -> World {
    let plan = World::plan().agents(1).patient().frame_lines().with("SPOOL_RECONNECT_GRACE_MS", "10000");
    // Rare enough that a report of progress is refused before a heartbeat is answered.
    plan.with("SPOOL_HEARTBEAT_MS", "2000").start().await
}

/// Awaits that the line of the world's agent was disturbed once more.
async fn disturbed(world: &World, before: u64, what: &str) {
    within(PATIENCE, &format!("{what} does not arrive"), world.frame_line(0).has_disturbed(before + 1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_ends_at_a_failure_a_preview_or_a_refusal_costs_no_more_than_without() {
    let world = world().await;
    let (client, line) = (world.client(), world.frame_line(0));

    line.disturb(Up, Some("failed"), FIRST, Closed);
    let job = client.succeeded("steps=3 step_ms=20 fail_at=2 fail_times=1 unique=1").await;
    assert_eq!((job.spent(), line.disturbed()), (Spent { attempts: 2, failures: 1, ..ONE_ATTEMPT }, 1));

    line.disturb(Up, Some("preview"), FIRST, Closed);
    let job = client.succeeded("steps=5 step_ms=50 preview_every=1 unique=1").await;
    assert_eq!((job.spent(), line.disturbed()), (ONE_ATTEMPT, 2));

    // A file with a wrong bit is refused, and sent again.
    line.disturb(Up, Some("chunk"), Often::Nth(2), Corrupt);
    line.disturb_also(Down, "refused", FIRST, Closed);
    let job = client.succeeded("steps=3 step_ms=20 output_bytes=600000 unique=1").await;
    assert_eq!((job.spent(), line.disturbed()), (ONE_ATTEMPT, 4));

    // An agent that does not hear of the cancel goes on, and is refused.
    line.disturb(Down, Some("cancel"), FIRST, Lost);
    line.disturb_also(Down, "refused", FIRST, Closed);
    let running = client.submit("steps=600 step_ms=50 unique=1").await;
    client.running(&running.id).await;
    assert_eq!(client.cancel(&running.id).await.status, Status::Canceled);
    disturbed(&world, 5, "refused").await;
    // The only slot is free again.
    let job = client.succeeded("steps=2 step_ms=20 unique=1").await;
    assert_eq!((job.spent(), line.disturbed()), (ONE_ATTEMPT, 6));
    assert_eq!(world.redis().remains(), Remains::ended(4, 0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_ends_as_a_job_is_declined_leaves_the_job_to_whoever_can_run_it() {
    let world = world().await;
    let (client, agent) = (world.client(), world.agent(0).process());
    client.succeeded("steps=1 unique=1").await;
    // It can write no input.
    limit(agent.pid(), "--fsize=10");
    world.frame_line(0).disturb(Up, Some("declined"), FIRST, Closed);
    let submitted = client.submit("steps=1 unique=1").await;
    disturbed(&world, 0, "declined").await;
    limit(agent.pid(), "--fsize=unlimited");

    let job = client.ended(&submitted.id).await;
    assert_eq!(
        (job.status, Spent { bounces: 0, ..job.spent() }),
        (Status::Succeeded, ONE_ATTEMPT),
        "{job:?}"
    );
    assert!(!agent.has_ended(), "{}", agent.log());
    assert_eq!(world.redis().remains(), Remains::ended(2, 0, 0));
}

/// Has an operator drain the only agent, or end that.
async fn order(client: &Client, what: &str) {
    let agent = only_agent(client).await;
    let path = format!("/api/agents/{}/{what}", agent["id"].as_str().expect("an id"));
    assert!(client.post(&path, &json!({})).await.status().is_success(), "{path}");
}

async fn only_agent(client: &Client) -> Value {
    let list: Value = client.get("/api/agents").await.json().await.expect("the list of agents");
    list["items"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_ends_at_a_drain_a_resumption_or_an_answer_to_them_changes_neither() {
    let world = world().await;
    let (client, log) = (world.client(), world.agent(0).process().log());
    let rounds = [
        ("drain", Down, "drain"),
        ("drain", Up, "slots"),
        ("resume", Down, "resume"),
        ("resume", Up, "slots"),
    ];
    for (number, (when, direction, name)) in (0..).zip(rounds) {
        for what in ["drain", "resume"] {
            let mark = log.len();
            if when == what {
                world.frame_line(0).disturb(direction, Some(name), FIRST, Closed);
            }
            order(client, what).await;
            if when == what {
                disturbed(&world, number, name).await;
                log.line_after(mark, &["Connected to the API"]).await;
            }
            if what == "drain" {
                assert_eq!(only_agent(client).await["state"], "draining", "{name}");
            }
        }
        let job = client.succeeded("steps=1 unique=1").await;
        assert_eq!(job.spent(), ONE_ATTEMPT, "{name} at {when}: {job:?}");
        assert_eq!(only_agent(client).await["state"], "online", "{name}");
    }
    assert_eq!(world.redis().remains(), Remains::ended(4, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_ends_at_a_farewell_of_either_side_costs_no_job() {
    let mut world = world().await;
    let client = world.client().clone();
    let running = client.submit("steps=40 step_ms=100 unique=1").await;
    client.running(&running.id).await;
    world.frame_line(0).disturb(Down, Some("goodbye"), FIRST, Closed);
    world.replica(0).process().terminate();
    disturbed(&world, 0, "goodbye").await;
    assert!(world.replica(0).process().ended().await.success());
    world.restart_replica(0);
    let job = client.ended(&running.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{job:?}");

    world.frame_line(0).disturb(Up, Some("bye"), FIRST, Closed);
    world.agent(0).process().terminate();
    disturbed(&world, 1, "bye").await;
    assert!(world.agent(0).process().ended().await.success());
    let waiting = client.submit("steps=1 unique=1").await;
    world.restart_agent_with(0, &[]);
    let job = client.ended(&waiting.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{job:?}");
    assert_eq!(world.redis().remains(), Remains::ended(2, 0, 0));
}
