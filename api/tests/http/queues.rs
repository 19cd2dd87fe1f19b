//! What waits, as everyone sees it.

use serde_json::{Value, json};

use crate::{agent::Agent, world::World};

#[tokio::test]
async fn the_queues_tell_what_waits_for_what_and_who_could_take_it() {
    let world = World::with(&["--queue-limit", "7"]).await;
    for _ in 0..3 {
        world.submitted().await;
    }
    let mut agent = Agent::connect(&world).await;
    let lease = agent.starts().await;
    let queues: Value = world.get("/api/queues").await.json().await.unwrap();
    assert_eq!(
        json!([queues["waiting"], queues["delayed"], queues["limit"], queues["assigned"], queues["running"]]),
        json!([2, 0, 7, 0, 1])
    );
    let i2v = &queues["items"][0];
    assert_eq!(
        json!([
            i2v["workflow"],
            i2v["depth"],
            i2v["delayed"],
            i2v["agents"],
            i2v["places"],
            i2v["estimated_wait_ms"]
        ]),
        json!(["i2v", {"high": 0, "normal": 2, "low": 0}, 0, 1, {"total": 1, "free": 0}, null])
    );
    assert!(i2v["oldest_waiting_ms"].is_u64());
    let classes = i2v["classes"].as_array().unwrap();
    assert_eq!(classes.len(), 8);
    assert_eq!(
        json!([classes[0]["class"], classes[0]["depth"]["normal"]]),
        json!(["i2v.480p.81.lightning", 2])
    );
    assert_eq!(
        json!([classes[7]["class"], classes[7]["oldest_waiting_ms"]]),
        json!(["i2v.720p.161.quality", null])
    );
    agent.succeeds(&world, &lease, b"video", b"poster").await;
    agent.starts().await;
    let queues: Value = world.get("/api/queues").await.json().await.unwrap();
    let class = &queues["items"][0]["classes"][0];
    assert!(class["attempt_ms"]["low"].is_u64() && class["estimated_wait_ms"]["high"].is_u64(), "{class}");
}
