//! `Idempotency-Key`.

use insta::assert_snapshot;
use reqwest::Response;
use serde_json::{Map, Value, json};
use spool_api::store::{Idempotency, NewJob, Submitted};
use spool_shared::{
    class::Class,
    ids::JobId,
    workflow::{Priority, Workflow},
};

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
async fn a_request_with_a_parent_is_another_one_than_without() {
    let world = World::start().await;
    let body = json!({"prompt": "once", "input_image": base64(&png(16, 16))});
    let first: Value = keyed(&world, "k-1", &body).await.json().await.unwrap();
    let mut child = body.clone();
    child["parent_id"] = first["id"].clone();
    assert!(problem(keyed(&world, "k-1", &child).await).await.starts_with("422 idempotency_key_reused"));
    let made: Value = keyed(&world, "k-2", &child).await.json().await.unwrap();
    let again: Value = keyed(&world, "k-2", &child).await.json().await.unwrap();
    assert_eq!(again, made);
    child["parent_id"] = Value::Null;
    assert_eq!(keyed(&world, "k-1", &child).await.json::<Value>().await.unwrap()["id"], first["id"]);
}

#[tokio::test]
async fn fifty_requests_at_once_under_one_key_over_two_replicas_make_one_job() {
    let world = World::start().await;
    let other = world.replica().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let body = json!({"prompt": "once", "input_image": base64(&png(16, 16))});
    let all = futures_util::future::join_all((0..50).map(|number| {
        let address = if number % 2 == 0 { &world.address } else { &other.address };
        let url = format!("http://{address}/api/workflows/i2v");
        http.post(url).header("Idempotency-Key", "k").json(&body).send()
    }));
    let mut ids = Vec::new();
    let mut first = 0;
    for response in all.await {
        let response = response.unwrap();
        assert_eq!(response.status(), 202);
        first += usize::from(!response.headers().contains_key("idempotent-replayed"));
        ids.push(response.json::<Value>().await.unwrap()["id"].to_string());
    }
    ids.dedup();
    assert_eq!((ids.len(), first), (1, 1));
    let jobs = world.get("/api/jobs").await.json::<Value>().await.unwrap();
    assert_eq!(jobs["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_whose_job_was_deleted_says_so() {
    let world = World::start().await;
    let body = json!({"prompt": "once", "input_image": base64(&png(16, 16))});
    let job: Value = keyed(&world, "k", &body).await.json().await.unwrap();
    for (method, url) in [("POST", &job["urls"]["cancel"]), ("DELETE", &job["urls"]["self"])] {
        assert!(world.request(method, url.as_str().unwrap()).send().await.unwrap().status().is_success());
    }
    let refused = problem(keyed(&world, "k", &body).await).await;
    assert_snapshot!(refused, @"410 gone: the job of this Idempotency-Key was deleted; use a new key to run it again");
    assert_eq!(keyed(&world, "k-2", &body).await.status(), 202);
}

#[tokio::test]
async fn the_same_key_of_two_owners_is_two_keys() {
    let world = World::start().await;
    for owner in ["a", "b"] {
        let id = JobId::from_random(rand::random());
        let idempotency = Some(Idempotency { key: "k".into(), body: owner.into() });
        let job = NewJob {
            id,
            workflow: Workflow::I2v,
            class: Class::all()[0],
            priority: Priority::Normal,
            owner: owner.to_owned(),
            params: Map::new(),
            inputs: Vec::new(),
            parent: None,
            idempotency,
        };
        let again = NewJob { id: JobId::from_random(rand::random()), ..job.clone() };
        assert!(matches!(world.app.store.submit(&job).await.unwrap(), Submitted::Accepted(_)));
        assert_eq!(world.app.store.submit(&again).await.unwrap(), Submitted::Replayed(id));
    }
}

#[tokio::test]
async fn a_key_must_be_visible_and_short() {
    let world = World::start().await;
    let body = json!({"prompt": "once", "input_image": base64(&png(16, 16))});
    let refused = problem(keyed(&world, &"k".repeat(256), &body).await).await;
    assert_snapshot!(refused, @"400 bad_request: Idempotency-Key must be 1 to 255 visible ASCII characters");
    assert_eq!(keyed(&world, &"k".repeat(255), &body).await.status(), 202);
}
