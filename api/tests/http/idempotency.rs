//! `Idempotency-Key`.

use insta::assert_snapshot;
use reqwest::Response;
use serde_json::{Value, json};

use crate::world::{World, base64, form, png, problem};

async fn keyed(world: &World, key: &str, body: &Value) -> Response {
    world
        .request("POST", "/api/workflows/i2v")
        .header("Idempotency-Key", key)
        .json(body)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn the_same_request_under_the_same_key_is_the_same_job() {
    let world = World::start().await;
    let body = json!({"prompt": "once", "input_image": base64(&png(64, 48))});
    let first: Value = keyed(&world, "k-1", &body).await.json().await.unwrap();
    let again = keyed(&world, "k-1", &body).await;
    assert_eq!(
        (again.status().as_u16(), &again.headers()["idempotent-replayed"]),
        (202, &"true".parse().unwrap())
    );
    assert_eq!(again.json::<Value>().await.unwrap(), first, "the drawn seed too");
    // Written out differently, it still means the same.
    let same = json!({"prompt": "once", "preset": "lightning", "fps": 16, "seed": null});
    let request = world.request("POST", "/api/workflows/i2v").header("Idempotency-Key", "k-1");
    let response = request.multipart(form(&same, &[("input_image", png(64, 48))])).send().await.unwrap();
    assert_eq!(response.json::<Value>().await.unwrap()["id"], first["id"]);
    assert_eq!(
        world.get("/api/jobs").await.json::<Value>().await.unwrap()["items"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn another_request_under_the_same_key_is_refused() {
    let world = World::start().await;
    let body = json!({"prompt": "once", "input_image": base64(&png(64, 48))});
    keyed(&world, "k-1", &body).await;
    for change in [
        json!({"prompt": "twice"}),
        json!({"seed": 1}),
        json!({"priority": "low"}),
        json!({"input_image": base64(&png(48, 64))}),
        json!({"end_image": base64(&png(64, 48))}),
    ] {
        let mut other = body.clone();
        other.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refused = problem(keyed(&world, "k-1", &other).await).await;
        assert_eq!(
            refused,
            "422 idempotency_key_reused: this Idempotency-Key came with another request before; use a new one"
        );
    }
    assert_eq!(keyed(&world, "k-2", &body).await.status(), 202);
}

#[tokio::test]
async fn fifty_requests_at_once_under_one_key_make_one_job() {
    let world = World::start().await;
    let body = json!({"prompt": "once", "input_image": base64(&png(16, 16))});
    let all = futures_util::future::join_all((0..50).map(|_| keyed(&world, "k", &body))).await;
    let mut ids = Vec::new();
    for response in all {
        assert_eq!(response.status(), 202);
        ids.push(response.json::<Value>().await.unwrap()["id"].to_string());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn a_key_must_be_visible_and_short() {
    let world = World::start().await;
    let body = json!({"prompt": "once", "input_image": base64(&png(16, 16))});
    let refused = problem(keyed(&world, &"k".repeat(256), &body).await).await;
    assert_snapshot!(refused, @"400 bad_request: Idempotency-Key must be 1 to 255 visible ASCII characters");
    assert_eq!(keyed(&world, &"k".repeat(255), &body).await.status(), 202);
}
