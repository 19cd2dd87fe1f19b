//! Server-sent events.

use futures_util::StreamExt as _;
use reqwest::Response;
use serde_json::{Value, json};

use crate::{agent::Agent, world::World};

/// A stream of events, read block by block.
struct Events {
    response: Response,
    text: String,
}

impl Events {
    async fn open(world: &World, job: &Value, last: Option<&str>) -> Self {
        let mut request = world.request("GET", job["urls"]["events"].as_str().unwrap());
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        let mut events = Self { response, text: String::new() };
        assert_eq!(events.block().await.as_deref(), Some("retry: 1000"));
        events
    }

    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            let chunk = self.response.chunk().await.unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next event: its name, id and data.
    async fn next(&mut self) -> Option<(String, String, Value)> {
        let block = self.block().await?;
        let field = |name: &str| {
            let line = block.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
            line.unwrap_or_default().to_owned()
        };
        Some((field("event"), field("id"), serde_json::from_str(&field("data")).unwrap()))
    }

    /// The next job.
    async fn job(&mut self) -> (String, Value) {
        let (name, id, job) = self.next().await.expect("an event");
        assert_eq!(name, "job");
        (id, job)
    }
}

#[tokio::test]
async fn a_stream_tells_every_status_with_growing_versions_and_ends_with_the_job() {
    let world = World::start().await;
    let job = world.submitted().await;
    let mut events = Events::open(&world, &job, None).await;
    let mut seen = vec![events.job().await.1];
    assert_eq!(seen[0]["status"], "queued");
    let mut agent = Agent::connect(&world).await;
    let lease = agent.starts().await;
    while seen.last().unwrap()["status"] != "running" {
        seen.push(events.job().await.1);
    }
    agent.reports(&lease, 50).await;
    while seen.last().unwrap()["progress"]["step"] != 50 {
        seen.push(events.job().await.1);
    }
    agent.succeeds(&world, &lease, b"video", b"poster").await;
    while let Some((_, _, job)) = events.next().await {
        seen.push(job);
    }
    assert_eq!(seen.last().unwrap(), &world.job(&job).await);
    assert!(seen.windows(2).all(|pair| pair[0]["version"].as_u64() < pair[1]["version"].as_u64()));
}

#[tokio::test]
async fn whoever_knows_the_newest_version_is_not_told_it_again() {
    let world = World::start().await;
    let job = world.submitted().await;
    let (id, first) = Events::open(&world, &job, None).await.job().await;
    let mut resumed = Events::open(&world, &job, Some(&id)).await;
    world.request("POST", job["urls"]["cancel"].as_str().unwrap()).send().await.unwrap();
    let (last, canceled) = resumed.job().await;
    assert_eq!(json!([first["version"], canceled["version"], canceled["status"]]), json!([1, 2, "canceled"]));
    assert!(resumed.next().await.is_none());
    // A browser that comes back after the end is told to stay away.
    let request = world.request("GET", job["urls"]["events"].as_str().unwrap()).header("Last-Event-ID", last);
    assert_eq!(request.send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn an_old_or_foreign_position_gets_the_job_as_it_is() {
    let world = World::start().await;
    let job = world.submitted().await;
    let position = world.app.store.position().await.unwrap();
    let other = "11111111-1111-4111-9111-111111111111:1:1";
    for last in [&format!("{position}"), &format!("{position}:0"), other, "nonsense", ""] {
        let (_, snapshot) = Events::open(&world, &job, Some(last)).await.job().await;
        assert_eq!(snapshot["version"], 1, "{last}");
    }
}

#[tokio::test]
async fn progress_is_merged_and_the_last_report_arrives() {
    let world = World::start().await;
    let mut agent = Agent::connect(&world).await;
    let job = world.submitted().await;
    let lease = agent.starts().await;
    let mut events = Events::open(&world, &job, None).await;
    for seq in 1..=100 {
        agent.reports(&lease, seq).await;
    }
    let mut count = 0;
    loop {
        count += 1;
        if events.job().await.1["progress"]["step"] == 100 {
            break;
        }
    }
    assert!(count < 50, "{count} events for 100 reports");
}

#[tokio::test]
async fn a_stream_hears_that_the_session_ended() {
    let world = World::start().await;
    let job = world.submitted().await;
    let mut events = Events::open(&world, &job, None).await;
    events.job().await;
    let mut redis = world.connection().await;
    redis::cmd("FLUSHALL").exec_async(&mut redis).await.unwrap();
    let (name, _, data) = events.next().await.unwrap();
    assert_eq!((name.as_str(), data), ("reset", json!({"code": "session_reset"})));
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn a_job_that_is_there_in_the_new_session_too_is_not_said_to_be_over() {
    let world = World::start().await;
    let job = world.submitted().await;
    let mut events = Events::open(&world, &job, None).await;
    events.job().await;
    let mut redis = world.connection().await;
    redis::cmd("DEL").arg("spool:{0}:session").exec_async(&mut redis).await.unwrap();
    while let Some((name, ..)) = events.next().await {
        assert_eq!(name, "job");
    }
    // Whoever comes back is shown it.
    let (_, again) = Events::open(&world, &job, None).await.job().await;
    assert_eq!(json!([again["id"], again["status"]]), json!([job["id"], "queued"]));
}

#[tokio::test]
async fn a_hundred_watchers_all_see_the_end() {
    let world = World::start().await;
    let job = world.submitted().await;
    let streams: Vec<_> =
        futures_util::stream::iter(0..100).then(|_| Events::open(&world, &job, None)).collect().await;
    world.request("POST", job["urls"]["cancel"].as_str().unwrap()).send().await.unwrap();
    for mut events in streams {
        let mut last = Value::Null;
        while let Some((_, _, job)) = events.next().await {
            last = job;
        }
        assert_eq!(last["status"], "canceled");
    }
}
