//! What can be done with a job that has ended: delete it, run it again.

use futures_util::TryStreamExt as _;
use insta::assert_snapshot;
use reqwest::Response;
use serde_json::{Value, json};
use spool_api::storage::{ObjectPath, StorageError};

use crate::{
    agent::Agent,
    world::{World, problem},
};

async fn send(world: &World, method: &str, url: &Value) -> Response {
    world.request(method, url.as_str().unwrap()).send().await.unwrap()
}

/// A job that made a video.
async fn succeeded(world: &World) -> Value {
    let mut agent = Agent::connect(world).await;
    let job = world.submitted().await;
    let lease = agent.starts().await;
    agent.succeeds(world, &lease, b"video", b"poster").await;
    world.job(&job).await
}

async fn canceled(world: &World) -> Value {
    let job = world.submitted().await;
    send(world, "POST", &job["urls"]["cancel"]).await.json().await.unwrap()
}

async fn files(world: &World, folder: &str) -> Vec<ObjectPath> {
    let found = world.app.storage.list(folder).map_ok(|object| object.path);
    let found: Result<Vec<_>, StorageError> = found.try_collect().await;
    found.unwrap()
}

#[tokio::test]
async fn a_deleted_job_leaves_no_file_and_no_place_in_the_list() {
    let world = World::start().await;
    let job = succeeded(&world).await;
    assert_eq!(files(&world, "results").await.len(), 2);
    let response = send(&world, "DELETE", &job["urls"]["self"]).await;
    assert_eq!(response.status(), 204);
    assert_eq!(response.bytes().await.unwrap(), "");
    assert_eq!(files(&world, "results").await, []);
    for (method, url) in [
        ("GET", &job["urls"]["self"]),
        ("GET", &job["outputs"][0]["url"]),
        ("GET", &job["inputs"][0]["url"]),
        ("POST", &job["urls"]["retry"]),
        ("DELETE", &job["urls"]["self"]),
    ] {
        let refused = problem(send(&world, method, url).await).await;
        assert_eq!(refused, "410 gone: the job was deleted", "{method} {url}");
    }
    let list: Value = world.get("/api/jobs").await.json().await.unwrap();
    assert_eq!(list["items"], json!([]));
}

#[tokio::test]
async fn a_job_that_has_not_ended_is_neither_deleted_nor_run_again() {
    let world = World::start().await;
    let job = world.submitted().await;
    let refused = problem(send(&world, "DELETE", &job["urls"]["self"]).await).await;
    assert_snapshot!(refused, @"409 not_finished: the job is queued; cancel it or wait for its end first");
    let mut agent = Agent::connect(&world).await;
    agent.starts().await;
    let refused = problem(send(&world, "POST", &job["urls"]["retry"]).await).await;
    assert_snapshot!(refused, @"409 not_finished: the job is running; cancel it or wait for its end first");
    assert_eq!(world.job(&job).await["status"], "running");
}

#[tokio::test]
async fn a_retry_is_a_new_job_with_the_same_parameters_and_pictures() {
    let world = World::start().await;
    for first in [canceled(&world).await, succeeded(&world).await] {
        let response = send(&world, "POST", &first["urls"]["retry"]).await;
        assert_eq!(response.status(), 202);
        let location = response.headers()["location"].to_str().unwrap().to_owned();
        let again: Value = response.json().await.unwrap();
        assert_eq!(json!(location), again["urls"]["self"]);
        assert_ne!(again["id"], first["id"]);
        let again = world.job(&again).await;
        assert_eq!(json!([again["parent_id"], again["failures"]]), json!([first["id"], 0]));
        for key in ["workflow", "params", "priority"] {
            assert_eq!(again[key], first[key], "{key}");
        }
        let [before, after] = [&first, &again].map(|job| &job["inputs"][0]["url"]);
        let picture = send(&world, "GET", after).await.bytes().await.unwrap();
        assert_eq!(picture, send(&world, "GET", before).await.bytes().await.unwrap());
        send(&world, "POST", &again["urls"]["cancel"]).await;
    }
}

#[tokio::test]
async fn a_retry_under_one_key_makes_one_job() {
    let world = World::start().await;
    let (first, other) = (canceled(&world).await, canceled(&world).await);
    let retry = async |job: &Value| {
        let request = world.request("POST", job["urls"]["retry"].as_str().unwrap());
        request.header("Idempotency-Key", "once").send().await.unwrap()
    };
    let again: Value = retry(&first).await.json().await.unwrap();
    let replayed = retry(&first).await;
    assert_eq!(replayed.headers()["idempotent-replayed"], "true");
    assert_eq!(replayed.json::<Value>().await.unwrap()["id"], again["id"]);
    assert!(problem(retry(&other).await).await.starts_with("422 idempotency_key_reused: "));
}

#[tokio::test]
async fn a_retry_needs_the_pictures_that_were_sent() {
    let world = World::start().await;
    let job = canceled(&world).await;
    for path in files(&world, "inputs").await {
        world.app.storage.delete(&path).await.unwrap();
    }
    let refused = problem(send(&world, "POST", &job["urls"]["retry"]).await).await;
    assert_snapshot!(refused, @"410 gone: a picture of the job is no longer stored; send it with a new request");
}
