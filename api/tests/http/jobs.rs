//! Reading, listing and canceling jobs.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::{
    agent::Agent,
    world::{World, problem},
};

#[tokio::test]
async fn the_list_is_newest_first_in_pages_and_leaves_heavy_fields_out() {
    let world = World::start().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.insert(0, world.submitted().await["id"].clone());
    }
    let mut seen = Vec::new();
    let mut path = "/api/jobs?limit=2".to_owned();
    loop {
        let page: Value = world.get(&path).await.json().await.unwrap();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        assert_eq!(items[0]["params"], json!({"prompt": "a cat"}));
        assert!(page["position"].is_string());
        seen.extend(items.iter().map(|job| job["id"].clone()));
        let Some(cursor) = page["cursor"].as_str() else { break };
        path = format!("/api/jobs?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ids);
    let none: Value = world.get("/api/jobs?status=failed&workflow=qwen").await.json().await.unwrap();
    assert_eq!(json!([none["items"], none["cursor"]]), json!([[], null]));
    assert_snapshot!(problem(world.get("/api/jobs?limit=101&order=asc").await).await, @r#"
    422 validation_failed: 2 fields are not right
    /limit: limit must be from 1 to 100
    /order: a list has only the parameters limit, status, workflow and cursor
    "#);
}

#[tokio::test]
async fn a_waiting_job_is_canceled_at_once_and_again_without_harm() {
    let world = World::start().await;
    let job = world.submitted().await;
    let cancel = job["urls"]["cancel"].as_str().unwrap();
    for _ in 0..2 {
        let response = world.request("POST", cancel).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let canceled: Value = response.json().await.unwrap();
        assert_eq!(json!([canceled["status"], canceled["version"]]), json!(["canceled", 2]));
        assert!(canceled["finished_at"].is_string() && canceled["expires_at"].is_string());
    }
}

#[tokio::test]
async fn a_finished_job_is_not_canceled() {
    let world = World::start().await;
    let mut agent = Agent::connect(&world).await;
    let job = world.submitted().await;
    let lease = agent.starts().await;
    agent.succeeds(&world, &lease, b"video", b"poster").await;
    let response = world.request("POST", job["urls"]["cancel"].as_str().unwrap()).send().await.unwrap();
    assert_snapshot!(problem(response).await, @"409 already_finished: the job has succeeded already; there is nothing to cancel");
}

#[tokio::test]
async fn a_job_tells_how_it_ran() {
    let world = World::start().await;
    let mut agent = Agent::connect(&world).await;
    let job = world.submitted().await;
    let lease = agent.starts().await;
    agent.reports(&lease, 25).await;
    let running = world.job(&job).await;
    assert_eq!(json!([running["status"], running["attempts"]]), json!(["running", 1]));
    let progress = &running["progress"];
    assert_eq!(
        json!([progress["phase"], progress["step"], progress["steps"], progress["fraction"]]),
        json!(["denoise", 25, 100, 0.25])
    );
    let eta = |bound| progress["eta_ms"][bound].as_u64().unwrap();
    assert!(eta("low") <= eta("high"), "{progress}");
    assert_eq!(json!([running["agent"]["name"], running["agent"]["slot"]]), json!(["a1", 0]));
    assert_eq!(running["engine"], "scripted");
    agent.succeeds(&world, &lease, b"video", b"poster").await;
    let done = world.job(&job).await;
    assert_eq!(done["status"], "succeeded");
    let output = &done["outputs"][0];
    assert_eq!(
        json!([
            output["bytes"],
            output["frames"],
            output["fps"],
            output["duration_ms"],
            output["content_type"]
        ]),
        json!([5, 81, 16, 5062, "video/mp4"])
    );
    let itself = done["urls"]["self"].as_str().unwrap();
    assert_eq!(output["url"], json!(format!("{itself}/outputs/0")));
    assert_eq!(output["poster_url"], json!(format!("{itself}/outputs/0/poster")));
    let timings: Vec<_> = done["timings"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        timings,
        ["decode_ms", "denoise_ms", "encode_ms", "gpu_ms", "load_ms", "queued_ms", "upload_ms"]
    );
    assert_eq!(done["timings"]["load_ms"], 5);
}

#[tokio::test]
async fn an_unknown_job_is_not_found_and_a_deleted_one_is_gone() {
    let world = World::start().await;
    for id in ["11111111-1111-8111-9111-111111111100", "not-an-id", "..%2f..%2fetc", "%00"] {
        for (method, tail) in [
            ("GET", ""),
            ("DELETE", ""),
            ("POST", "/cancel"),
            ("POST", "/retry"),
            ("GET", "/events"),
            ("GET", "/outputs/0"),
            ("GET", "/inputs/0"),
        ] {
            let response = world.request(method, &format!("/api/jobs/{id}{tail}")).send().await.unwrap();
            assert!(problem(response).await.starts_with("404 not_found: "), "{method} {id}{tail}");
        }
    }
    let job = world.submitted().await;
    world.request("POST", job["urls"]["cancel"].as_str().unwrap()).send().await.unwrap();
    let id = job["id"].as_str().unwrap().parse().unwrap();
    world.app.store.forget(id, true).await.unwrap();
    for (method, url) in [("GET", "self"), ("POST", "cancel"), ("GET", "events")] {
        let response = world.request(method, job["urls"][url].as_str().unwrap()).send().await.unwrap();
        assert_eq!(problem(response).await, "410 gone: the job was deleted", "{url}");
    }
}
