//! A Redis that lost its newest data, as one that takes over may have: whoever watches comes back to what is there.

#![expect(
    clippy::disallowed_methods,
    reason = "what Redis holds is changed as one, and no script may do that"
)]

use serde_json::{Value, json};

use crate::{agent::Agent, browser::Browser, world::World};

/// A key, what it holds, and how long it lives; 0 for ever.
type Kept = (String, Vec<u8>, i64);

/// Everything that Redis holds.
async fn copied(world: &World) -> Vec<Kept> {
    let mut redis = world.connection().await;
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut redis).await.unwrap();
    let mut copy = Vec::new();
    for key in keys {
        let (bytes, lives): (Option<Vec<u8>>, i64) =
            redis::pipe().cmd("DUMP").arg(&key).cmd("PTTL").arg(&key).query_async(&mut redis).await.unwrap();
        copy.extend(bytes.map(|bytes| (key, bytes, lives.max(0))));
    }
    copy
}

/// Redis holds this and nothing else; `cut` also breaks every connection to it.
async fn put_back(world: &World, copy: &[Kept], cut: bool) {
    let mut pipe = redis::pipe();
    pipe.atomic().cmd("FLUSHALL");
    for (key, bytes, lives) in copy {
        pipe.cmd("RESTORE").arg(key).arg(lives).arg(bytes);
    }
    if cut {
        pipe.cmd("CLIENT").arg("KILL").arg("TYPE").arg("normal").arg("SKIPME").arg("yes");
    }
    pipe.exec_async(&mut world.connection().await).await.unwrap();
}

/// A page that shows one waiting job.
async fn page(world: &World) -> (Browser, Value) {
    let mut browser = Browser::open(&world.address, None).await;
    browser.until_told("snapshot").await;
    let job = world.submitted().await;
    browser.until_status(&job, "queued").await;
    (browser, job)
}

async fn canceled(world: &World, job: &Value) {
    let response = world.request("POST", job["urls"]["cancel"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_page_goes_back_with_a_redis_that_lost_its_newest_events_and_follows_it_from_there() {
    let world = World::start().await;
    let (mut browser, job) = page(&world).await;
    let copy = copied(&world).await;
    for cut in [false, true] {
        canceled(&world, &job).await;
        browser.until_status(&job, "canceled").await;

        put_back(&world, &copy, cut).await;

        browser.until_status(&job, "queued").await;
    }
    // Its event has the number that the first cancel had.
    canceled(&world, &job).await;
    browser.until_status(&job, "canceled").await;
}

#[tokio::test]
async fn numbers_that_were_given_to_other_events_deceive_no_page() {
    let world = World::start().await;
    let (mut browser, job) = page(&world).await;
    let before = copied(&world).await;
    let other = world.submitted().await;
    browser.until_status(&other, "queued").await;
    let another = copied(&world).await;
    put_back(&world, &before, false).await;
    browser.until(|browser| browser.jobs.len() == 1).await;
    canceled(&world, &job).await;
    browser.until_status(&job, "canceled").await;

    // As many events as were told, but others.
    put_back(&world, &another, true).await;

    browser.until_status(&other, "queued").await;
    browser.until_status(&job, "queued").await;
}

#[tokio::test]
async fn events_that_are_lost_at_the_end_of_a_quiet_stream_are_noticed() {
    let world = World::start().await;
    let (mut browser, job) = page(&world).await;

    // A transition whose event is lost.
    let record = format!("spool:{{0}}:job:{}", job["id"].as_str().unwrap());
    let mut pipe = redis::pipe();
    pipe.atomic().cmd("HSET").arg(record).arg(&["status", "canceled", "version", "2"]);
    pipe.cmd("HINCRBY").arg("spool:{0}:counters").arg("events").arg(1);
    pipe.exec_async(&mut world.connection().await).await.unwrap();

    browser.until_status(&job, "canceled").await;
    let next = world.submitted().await;
    browser.until_status(&next, "queued").await;
    let snapshots = browser.heard.iter().filter(|name| *name == "snapshot").count();
    assert_eq!(snapshots, 2, "noticed once: {:?}", browser.heard);
}

#[tokio::test]
async fn a_stream_of_events_ends_although_versions_are_counted_again() {
    let world = World::start().await;
    let job = world.submitted().await;
    let copy = copied(&world).await;
    let mut agent = Agent::connect(&world).await;
    let mut stream = world.get(job["urls"]["events"].as_str().unwrap()).await;
    agent.starts().await;
    let mut heard = String::new();
    while !heard.contains(&json!("running").to_string()) {
        heard += std::str::from_utf8(&stream.chunk().await.unwrap().expect("it goes on")).unwrap();
    }

    put_back(&world, &copy, false).await;
    canceled(&world, &job).await;

    let end = tokio::time::timeout(std::time::Duration::from_mins(1), stream.text()).await;
    assert!(end.expect("it ends").unwrap().contains(r#""status":"canceled""#));
}
