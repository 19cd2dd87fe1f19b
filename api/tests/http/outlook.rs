//! What a request would meet, told before it is made.

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::{
    agent::Agent,
    world::{World, problem},
};

async fn outlook(world: &World, path: &str) -> Value {
    let response = world.get(&format!("/api/workflows/{path}")).await;
    assert_eq!(response.status(), 200, "{path}");
    response.json().await.unwrap()
}

/// As it is once it is as wanted: what is told may be a second old.
async fn becomes(world: &World, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let told = async {
        loop {
            let told = outlook(world, path).await;
            if wanted(&told) {
                return told;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), told).await.expect("the outlook becomes as wanted")
}

#[tokio::test]
async fn the_class_follows_the_parameters_at_every_border() {
    let world = World::start().await;
    for (path, class) in [
        ("i2v/outlook", "i2v.480p.81.lightning"),
        ("i2v/outlook?width=832&height=480&num_frames=81", "i2v.480p.81.lightning"),
        ("i2v/outlook?width=832&height=496", "i2v.720p.81.lightning"),
        ("i2v/outlook?num_frames=85&preset=quality", "i2v.480p.161.quality"),
        ("i2v/outlook?width=1280&height=720&num_frames=161", "i2v.720p.161.lightning"),
        ("qwen/outlook", "qwen.2511.lightning"),
        ("qwen/outlook?model=edit&preset=quality&width=1600&height=992", "qwen.edit.quality"),
        ("upscale/outlook", "upscale.2x"),
        ("upscale/outlook?scale=4", "upscale.4x"),
    ] {
        let told = outlook(&world, path).await;
        let keys: Vec<_> = told.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["attempt_ms", "class", "unservable", "wait_ms", "waiting", "workflow"]);
        assert_eq!(json!([told["class"], told["unservable"]["missing"]]), json!([class, class]), "{path}");
        assert_eq!(told["workflow"], class.split('.').next().unwrap());
    }
}

#[tokio::test]
async fn what_is_beyond_a_limit_or_unknown_is_refused_in_the_words_of_a_submit() {
    let world = World::start().await;
    for path in [
        "i2v/outlook?width=832",
        "i2v/outlook?width=1280&height=736",
        "i2v/outlook?width=1296&height=128",
        "i2v/outlook?num_frames=82",
        "i2v/outlook?num_frames=165",
        "i2v/outlook?num_frames=81.0",
        "i2v/outlook?num_frames=",
        "i2v/outlook?preset=fast",
        "i2v/outlook?fps=16",
        "qwen/outlook?model=2510",
        "qwen/outlook?width=848&height=512",
        "upscale/outlook?scale=3",
        "upscale/outlook?width=832",
    ] {
        let refused = problem(world.get(&format!("/api/workflows/{path}")).await).await;
        let name = path.split_once('?').unwrap().1.split(['=', '&']).next().unwrap();
        let pointer = if path.ends_with("?width=832") && path.starts_with("i2v") { "height" } else { name };
        assert!(refused.starts_with("422 validation_failed: "), "{path} {refused}");
        assert!(
            refused.contains(&format!("\n/{pointer}: ")) && refused.lines().count() == 2,
            "{path} {refused}"
        );
    }
    assert_snapshot!(problem(world.get("/api/workflows/i2v/outlook?num_frames=7&seed=1").await).await, @r"
    422 validation_failed: 2 fields are not right
    /seed: an outlook of i2v has only the parameters preset, width, height, num_frames
    /num_frames: num_frames must be 4n + 1 from 5 to 161, not 7; the nearest are 5 and 9
    ");
    let unknown = problem(world.get("/api/workflows/t2v/outlook").await).await;
    assert_eq!(unknown, "404 not_found: there is no such workflow");
    let posted = problem(world.post("/api/workflows/i2v/outlook", &json!({})).await).await;
    assert_eq!(posted, "405 method_not_allowed: this address takes GET, HEAD");
}

#[tokio::test]
async fn it_says_what_is_missing_how_much_waits_and_how_long_it_takes() {
    let world = World::start().await;
    let waiting = world.submitted().await;
    let nobody = becomes(&world, "i2v/outlook", |told| told["waiting"] == 1).await;
    assert_eq!(nobody["unservable"], waiting["unservable"], "as a job that waits has it");
    assert_eq!(json!([nobody["attempt_ms"], nobody["wait_ms"], nobody["waiting"]]), json!([null, null, 1]));
    let mut agent = Agent::connect(&world).await;
    let lease = agent.starts().await;
    becomes(&world, "i2v/outlook", |told| told["unservable"].is_null() && told["waiting"] == 0).await;
    agent.succeeds(&world, &lease, b"video", b"poster").await;
    // Nothing waits and a place is free.
    let free = becomes(&world, "i2v/outlook", |told| told["wait_ms"] == json!({"low": 0, "high": 0})).await;
    assert!(free["attempt_ms"]["low"].as_u64() <= free["attempt_ms"]["high"].as_u64(), "{free}");
    assert!(free["attempt_ms"]["low"].is_u64(), "{free}");
    for _ in 0..3 {
        world.submitted().await;
    }
    agent.starts().await;
    let busy = becomes(&world, "i2v/outlook", |told| told["waiting"] == 2).await;
    assert!(busy["wait_ms"]["high"].as_u64() >= busy["attempt_ms"]["high"].as_u64(), "{busy}");
    // Of another class the same agent does what it offers, and no more is said.
    let other = outlook(&world, "upscale/outlook").await;
    assert_eq!(other["waiting"], 0);
}
