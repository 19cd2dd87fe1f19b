//! What was open with a key that is revoked.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;

use crate::world::World;

const ALICE: (&str, &str, &str) = ("alice", "alice-secret", "submit");
const BOB: (&str, &str, &str) = ("bob", "bob-secret", "submit");

#[tokio::test]
async fn the_streams_of_a_revoked_key_close_within_a_second_and_those_of_others_stay() {
    let world = World::with_keys(&[ALICE, BOB], &[]).await;
    let follow = async |secret: &str| {
        let job = world.submitted_with_key(secret).await;
        let events =
            world.asked_by(secret, "GET", job["urls"]["events"].as_str().unwrap()).send().await.unwrap();
        let mut stream = events.bytes_stream();
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains("event: job") {
            seen.extend_from_slice(&stream.next().await.unwrap().unwrap());
        }
        stream
    };
    let mut alice = follow("alice-secret").await;
    let mut bob = follow("bob-secret").await;
    world.change_keys(&[BOB]);
    let changed = Instant::now();
    let ended = tokio::time::timeout(Duration::from_secs(30), alice.next()).await.unwrap();
    assert!(ended.is_none(), "the stream ends in order");
    // A busy machine is given more; the promise is a second.
    assert!(changed.elapsed() < Duration::from_secs(5), "{:?}", changed.elapsed());
    let again = world.asked_by("alice-secret", "GET", "/api/jobs").send().await.unwrap();
    assert_eq!(again.status(), 401);
    assert!(tokio::time::timeout(Duration::from_millis(1), bob.next()).await.is_err());
    assert_eq!(world.asked_by("bob-secret", "GET", "/api/jobs").send().await.unwrap().status(), 200);
}
