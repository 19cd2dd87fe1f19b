//! Listing agents, and taking them out of service.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::{
    agent::Agent,
    world::{World, problem},
};

async fn agents(world: &World) -> Vec<Value> {
    let list: Value = world.get("/api/agents").await.json().await.unwrap();
    list["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_agent_is_listed_with_what_it_offers_and_does() {
    let world = World::start().await;
    assert!(agents(&world).await.is_empty());
    let mut agent = Agent::connect(&world).await;
    let job = world.submitted().await;
    agent.starts().await;
    let listed = agents(&world).await.remove(0);
    let path = format!("/api/agents/{}", listed["id"].as_str().unwrap());
    let same: Value = world.get(&path).await.json().await.unwrap();
    assert_eq!(same, listed);
    assert_eq!(
        json!([
            listed["name"],
            listed["state"],
            listed["version"],
            listed["connected"],
            listed["memory_bytes"]
        ]),
        json!(["a1", "online", "0.1.0", true, 1 << 30])
    );
    assert_eq!(
        listed["slots"],
        json!([{"index": 0, "state": "busy", "job": job["id"], "gpu": {
            "name": "RTX 4090", "memory_bytes": 24_u64 << 30, "memory_used_bytes": null,
            "utilisation": null, "temperature": null, "power": null
        }}])
    );
    assert_eq!(listed["places"], json!({"total": 1, "free": 0}));
    let offered: Vec<_> =
        listed["workflows"].as_array().unwrap().iter().map(|row| &row["workflow"]).collect();
    assert_eq!(offered, ["i2v", "qwen", "upscale"]);
    assert_eq!(listed["workflows"][0]["engine"], "scripted");
    assert_eq!(listed["workflows"][2]["classes"], json!(["upscale.2x", "upscale.4x"]));
    assert_eq!(json!([listed["labels"], listed["price_per_hour"]]), json!([{"region": "eu"}, 0.5]));
    assert!(listed["seen_at"].is_string() && listed["connected_at"].is_string());
}

#[tokio::test]
async fn an_agent_is_drained_and_resumed_as_often_as_one_likes() {
    let world = World::start().await;
    let mut agent = Agent::connect(&world).await;
    let id = agents(&world).await[0]["id"].as_str().unwrap().to_owned();
    for (action, state) in
        [("drain", "draining"), ("drain", "draining"), ("resume", "online"), ("resume", "online")]
    {
        let response = world.request("POST", &format!("/api/agents/{id}/{action}")).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.json::<Value>().await.unwrap()["state"], state);
    }
    world.submitted().await;
    agent.starts().await;
}

#[tokio::test]
async fn an_agent_that_nobody_knows_is_not_found() {
    let world = World::start().await;
    let stranger = "/api/agents/11111111-1111-4111-9111-111111111111";
    for (method, path) in [
        ("GET", stranger.to_owned()),
        ("GET", "/api/agents/no-id".to_owned()),
        ("POST", format!("{stranger}/drain")),
        ("POST", format!("{stranger}/resume")),
    ] {
        let response = world.request(method, &path).send().await.unwrap();
        assert_eq!(problem(response).await, "404 not_found: there is no such agent", "{method} {path}");
    }
    let response = world.get(&format!("{stranger}/drain")).await;
    assert_snapshot!(problem(response).await, @"405 method_not_allowed: this address takes POST");
}
