//! What was open with a key that is revoked.

use std::time::{Duration, Instant};

use futures_util::{Stream, StreamExt as _};

use crate::{browser::Browser, world::World};

const BOB: (&str, &str, &str) = ("bob", "bob-secret", "submit");
/// Revoked one after the other, from the first to the last.
const LENT: [(&str, &str, &str); 4] = [
    ("lent-1", "secret-1", "submit"),
    ("lent-2", "secret-2", "submit"),
    ("lent-3", "secret-3", "submit"),
    ("lent-4", "secret-4", "submit"),
];

/// The events of a job of this key, after the first one of them.
async fn followed(world: &World, secret: &str) -> impl Stream<Item = reqwest::Result<bytes::Bytes>> + Unpin {
    let job = world.submitted_with_key(secret).await;
    let events = world.asked_by(secret, "GET", job["urls"]["events"].as_str().unwrap()).send().await.unwrap();
    let mut stream = Box::pin(events.bytes_stream());
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains("event: job") {
        seen.extend_from_slice(&stream.next().await.unwrap().unwrap());
    }
    stream
}

/// A page of whoever has this key, after its first snapshot.
async fn shown(world: &World, secret: &str) -> Browser {
    let headers = [("authorization", format!("Bearer {secret}"))];
    let mut page = Browser::open_as(&world.address, &headers).await.unwrap();
    page.until_told("snapshot").await;
    page
}

#[tokio::test]
async fn the_streams_of_a_revoked_key_close_within_a_second_and_those_of_others_stay() {
    let world = World::with_keys(&[&LENT[..], &[BOB]].concat(), &[]).await;
    let mut bob = followed(&world, "bob-secret").await;
    let mut open = Vec::new();
    for (_, secret, _) in LENT {
        open.push((secret, followed(&world, secret).await, shown(&world, secret).await));
    }

    let mut delays = Vec::new();
    for (revoked, (secret, mut stream, mut page)) in open.into_iter().enumerate() {
        let changed = Instant::now();
        world.change_keys(&[&LENT[revoked + 1..], &[BOB]].concat());
        let ends =
            tokio::time::timeout(Duration::from_mins(1), async { tokio::join!(stream.next(), page.ends()) });
        let (end, code) = ends.await.expect("what was open ends");
        delays.push(changed.elapsed());
        assert!(end.is_none(), "the stream ends in order");
        assert_eq!(code, Some(4001));
        let again = world.asked_by(secret, "GET", "/api/jobs").send().await.unwrap();
        assert_eq!(again.status(), 401);
    }
    // Each but the first began right after the server had looked, and so waited for a whole look: all would be late
    // if it looked too rarely. A busy machine may delay some of them.
    let soonest = delays[1..].iter().min().unwrap();
    assert!(*soonest < Duration::from_secs(1), "{delays:?}");
    assert!(tokio::time::timeout(Duration::from_millis(1), bob.next()).await.is_err());
    assert_eq!(world.asked_by("bob-secret", "GET", "/api/jobs").send().await.unwrap().status(), 200);
}
