//! The API describes itself: the document is the one that is committed, and says nothing that is not served.

use std::path::Path;

use serde_json::Value;

use crate::world::{World, a_body, base64};

#[tokio::test]
async fn the_committed_document_is_the_one_that_is_served() {
    let world = World::start().await;
    let served = world.get("/api/openapi.json").await.text().await.unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    if std::env::var_os("SPOOL_BLESS").is_some() {
        std::fs::write(&path, &served).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        served == committed,
        "api/openapi.json is not what is served; SPOOL_BLESS=1 writes it again, git diff shows the change"
    );
}

#[tokio::test]
async fn every_operation_of_the_document_is_served() {
    let world = World::start().await;
    let document: Value = world.get("/api/openapi.json").await.json().await.unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let path = path.replace("{id}", "x").replace("{index}", "0");
            let response = world.request(&method.to_uppercase(), &path).send().await.unwrap();
            if response.status().as_u16() < 400 {
                continue;
            }
            let body = response.text().await.unwrap();
            assert!(!body.contains("there is nothing at this address"), "{method} {path}");
            assert!(!body.contains("method_not_allowed"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_examples_of_errors_are_what_the_server_says() {
    let open = World::start().await;
    let keys = World::with_keys(&[("alice", "alice-secret", "submit")], &[]).await;
    let document: Value = open.get("/api/openapi.json").await.json().await.unwrap();
    let job = open.submitted().await;
    let path = job["urls"]["self"].as_str().unwrap();
    let submit = |body: &Value| open.request("POST", "/api/workflows/i2v").json(body);
    let with = |name: &str, value: Value| {
        let mut body = a_body();
        body[name] = value;
        body
    };
    let canceled = open.submitted().await["id"].as_str().unwrap().to_owned();
    open.request("POST", &format!("/api/jobs/{canceled}/cancel")).send().await.unwrap();
    open.request("DELETE", &format!("/api/jobs/{canceled}")).send().await.unwrap();
    let other = submit(&with("seed", 8.into())).header("idempotency-key", "k");
    assert_eq!(other.send().await.unwrap().status(), 202);
    let drain = format!("/api/agents/{}/drain", "0".repeat(32));
    let text = base64(b"cat.png");
    for (code, request) in [
        ("bad_request", submit(&a_body()).header("idempotency-key", "a b")),
        (
            "malformed_body",
            open.request("POST", "/api/workflows/i2v").header("content-type", "application/json"),
        ),
        ("unauthorized", keys.request("GET", "/api/jobs")),
        ("forbidden", keys.asked_by("alice-secret", "POST", &drain)),
        ("origin_refused", open.request("GET", "/api/jobs").header("origin", "https://example.com")),
        ("host_refused", open.request("GET", "/api/jobs").header("host", "example.com")),
        ("not_found", open.request("GET", &format!("/api/jobs/{}", "0".repeat(32)))),
        ("method_not_allowed", open.request("PUT", "/api/queues")),
        ("gone", open.request("GET", &format!("/api/jobs/{canceled}"))),
        ("unsupported_media_type", open.request("POST", "/api/workflows/i2v").body("{}")),
        ("validation_failed", submit(&with("fps", 61.into()))),
        ("image_unreadable", submit(&with("input_image", text.into()))),
        ("idempotency_key_reused", submit(&a_body()).header("idempotency-key", "k")),
    ] {
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        let mut example = document["components"]["examples"][code]["value"].clone();
        example["request_id"] = answer["request_id"].clone();
        assert_eq!(answer, example);
    }
    // Its example speaks of a job that runs.
    let waits: Value = open.request("DELETE", path).send().await.unwrap().json().await.unwrap();
    let example = document["components"]["examples"]["not_finished"]["value"]["detail"].as_str().unwrap();
    assert_eq!(waits["detail"], example.replace("running", "queued"));
}

#[tokio::test]
async fn the_example_of_the_configuration_is_that_of_a_server_with_the_defaults() {
    let world = World::start().await;
    let document: Value = world.get("/api/openapi.json").await.json().await.unwrap();
    let media = "/paths/~1api~1config/get/responses/200/content/application~1json/example";
    let example = document.pointer(media).unwrap();
    let config: Value = world.get("/api/config").await.json().await.unwrap();
    assert_eq!(example["limits"], config["limits"]);
    assert_eq!(example["workflows"][0], config["workflows"][2]);
}
