//! Agents that an operator, or their failures, take out of service.

use serde_json::{Value, json};
use spool_shared::job::Status;
use spool_tests::{Client, World, job::Spent};

async fn agents(client: &Client) -> Vec<Value> {
    let list: Value = client.get("/api/agents").await.json().await.expect("the list of agents");
    list.get("items").and_then(Value::as_array).expect("items").clone()
}

fn text<'a>(agent: &'a Value, field: &str) -> &'a str {
    agent.get(field).and_then(Value::as_str).expect("a text")
}

async fn order(client: &Client, agent: &Value, what: &str) -> Value {
    let path = format!("/api/agents/{}/{what}", text(agent, "id"));
    let response = client.post(&path, &json!({})).await;
    assert!(response.status().is_success(), "{path}");
    response.json().await.expect("the agent")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drain_by_way_of_another_replica_lets_the_agent_finish_and_a_reconnect_does_not_end_it() {
    let mut world = World::plan().replicas(2).agents(1).start().await;
    // The agent dialled the first replica.
    let client = world.client().at(1);
    let running = client.submit("steps=20 step_ms=100").await;
    client.running(&running.id).await;
    let agent = agents(&client).await.remove(0);
    assert_eq!(text(&order(&client, &agent, "drain").await, "state"), "draining");
    world.agent(0).process().log().line(&["drains this agent"]).await;
    let waiting = client.submit("steps=1").await;
    let job = client.ended(&running.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, Spent { attempts: 1, ..Spent::default() }));

    let mark = world.agent(0).process().log().len();
    world.replica(0).process().kill();
    world.restart_replica(0);
    world.agent(0).process().log().line_after(mark, &["Connected to the API"]).await;
    assert_eq!(text(&agents(&client).await.remove(0), "state"), "draining");
    assert_eq!(client.job(&waiting.id).await.status, Status::Queued);

    assert_eq!(text(&order(&client, &agent, "resume").await, "state"), "online");
    let job = client.ended(&waiting.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, Spent { attempts: 1, ..Spent::default() }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_on_which_jobs_keep_failing_gets_nothing_for_a_while_and_then_again() {
    let world = World::plan()
        .agents(1)
        .with("SPOOL_QUARANTINE_FAILURES", "3")
        .with("SPOOL_QUARANTINE_MS", "4000")
        .with("SPOOL_RETRY_DELAY_MS", "1")
        .start()
        .await;
    let client = world.client();
    let mut failing = Vec::new();
    for _ in 0..3 {
        failing.push(client.submit("steps=1 fail_at=1 fail=engine_error").await);
    }
    world.replica(0).process().log().line(&["is in quarantine"]).await;
    let agent = agents(client).await.remove(0);
    assert_eq!(text(&agent, "state"), "quarantined");
    assert!(!text(&agent, "quarantined_until").is_empty());
    // Nothing but time lets it out.
    let job = client.succeeded("steps=1").await;
    assert_eq!(job.spent(), Spent { attempts: 1, ..Spent::default() });
    for job in failing {
        assert_eq!(client.ended(&job.id).await.status, Status::Failed);
    }
}
