//! Browsers' sockets: what a page shows equals what the server has, whatever was cut, missed or late.

use std::time::Duration;

use serde_json::{Value, json};
use spool_shared::ids::JobId;

use crate::{agent::Agent, browser::Browser, world::World};

/// The jobs as `GET /api/jobs` shows them, by id.
async fn listed(world: &World) -> Vec<Value> {
    let list: Value = world.get("/api/jobs?limit=100").await.json().await.unwrap();
    let mut jobs = list["items"].as_array().unwrap().clone();
    jobs.sort_by_key(|job| job["id"].as_str().unwrap().to_owned());
    jobs
}

/// What the page shows, without what changes although nothing happens to the job.
fn shown<'a>(jobs: impl IntoIterator<Item = &'a Value>) -> Vec<Value> {
    let mut jobs: Vec<Value> = jobs.into_iter().cloned().collect();
    for job in &mut jobs {
        let job = job.as_object_mut().unwrap();
        job.remove("queue_position");
        job.remove("starts_in_ms");
        if let Some(progress) = job["progress"].as_object_mut() {
            progress.remove("eta_ms");
        }
    }
    jobs
}

async fn agrees(browser: &mut Browser, world: &World) {
    let wanted = shown(&listed(world).await);
    browser.until(|browser| shown(browser.jobs.values()) == wanted).await;
}

async fn cancel(world: &World, job: &Value) {
    let response = world.request("POST", job["urls"]["cancel"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(response.status(), 200);
}

async fn delete(world: &World, job: &Value) {
    let response = world.request("DELETE", job["urls"]["self"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(response.status(), 204);
}

#[tokio::test]
async fn a_page_follows_a_job_from_the_submit_to_the_success() {
    let world = World::start().await;
    let mut agent = Agent::connect(&world).await;
    let mut browser = Browser::open(&world.address, None).await;
    browser.until_told("snapshot").await;
    assert_eq!(browser.heard, ["welcome", "snapshot"]);
    let job = world.submitted().await;
    browser.until_status(&job, "assigned").await;
    let lease = agent.starts().await;
    browser.until_status(&job, "running").await;
    agent.reports(&lease, 50).await;
    let id = job["id"].as_str().unwrap();
    browser.until(|browser| browser.jobs[id]["progress"]["step"] == 50).await;
    agent.succeeds(&world, &lease, b"video", b"poster").await;
    browser.until_status(&job, "succeeded").await;
    assert_eq!(browser.jobs.into_values().collect::<Vec<_>>(), listed(&world).await);
}

#[tokio::test]
async fn a_page_that_was_cut_anywhere_resumes_to_what_the_server_has() {
    let world = World::start().await;
    let mut agent = Agent::connect(&world).await;
    let mut cut = Vec::new();
    let mut browser = Browser::open(&world.address, None).await;
    browser.until_told("snapshot").await;
    for round in 0..4 {
        let [kept, canceled] = [world.submitted().await, world.submitted().await];
        browser.until_status(&kept, "assigned").await;
        cut.push(browser);
        let lease = agent.starts().await;
        browser = Browser::open(&world.address, None).await;
        browser.until_status(&kept, "running").await;
        cut.push(browser);
        browser = Browser::open(&world.address, None).await;
        browser.until_told("snapshot").await;
        agent.reports(&lease, 10 + round).await;
        cancel(&world, &canceled).await;
        browser.until_status(&canceled, "canceled").await;
        cut.push(browser);
        delete(&world, &canceled).await;
        browser = Browser::open(&world.address, None).await;
        browser.until_told("snapshot").await;
        agent.succeeds(&world, &lease, b"video", b"poster").await;
        browser.until_status(&kept, "succeeded").await;
    }
    // One that runs, with progress that made no event.
    let running = world.submitted().await;
    let lease = agent.starts().await;
    browser.until_status(&running, "running").await;
    cut.push(browser);
    agent.reports(&lease, 77).await;
    assert_eq!(cut.len(), 13);
    for browser in cut {
        let mut resumed = browser.resume(&world.address).await;
        agrees(&mut resumed, &world).await;
        assert_eq!(resumed.heard[..2], ["welcome", "resumed"]);
    }
}

#[tokio::test]
async fn a_position_that_leads_nowhere_gets_a_snapshot() {
    let world = World::start().await;
    let job = world.submitted().await;
    let position = world.app.store.position().await.unwrap();
    cancel(&world, &job).await;
    let mut redis = world.connection().await;
    redis::cmd("XTRIM").arg("spool:{0}:events").arg("MAXLEN").arg(0).exec_async(&mut redis).await.unwrap();
    let future = format!("{}:999", position.session);
    let other = "11111111-1111-4111-9111-111111111111:1";
    for resume in [&position.to_string(), &future, other, "nonsense", ""] {
        let mut browser = Browser::open(&world.address, Some(resume)).await;
        browser.until_told("snapshot").await;
        assert_eq!(browser.heard, ["welcome", "snapshot"], "{resume}");
        agrees(&mut browser, &world).await;
    }
}

#[tokio::test]
async fn a_new_session_resets_every_page_and_shows_it_the_new_one() {
    let world = World::start().await;
    world.submitted().await;
    let mut browser = Browser::open(&world.address, None).await;
    browser.until_told("snapshot").await;
    let before = browser.position.clone();
    let mut redis = world.connection().await;
    redis::cmd("FLUSHALL").exec_async(&mut redis).await.unwrap();
    browser.until_told("reset").await;
    browser.until_told("snapshot").await;
    assert!(browser.jobs.is_empty() && browser.position != before);
    let job = world.submitted().await;
    browser.until_status(&job, "queued").await;
    // Whoever was away meanwhile is not told an error either.
    let mut late = Browser::open(&world.address, before.as_deref()).await;
    late.until_told("snapshot").await;
    agrees(&mut late, &world).await;
}

#[tokio::test]
async fn a_job_is_rendered_once_for_all_pages_of_its_owner() {
    let world = World::start().await;
    let mut tabs = [Browser::open(&world.address, None).await, Browser::open(&world.address, None).await];
    for tab in &mut tabs {
        tab.until_told("snapshot").await;
    }
    let job = world.submitted().await;
    for tab in &mut tabs {
        tab.until_status(&job, "queued").await;
    }
    cancel(&world, &job).await;
    for tab in &mut tabs {
        tab.until_status(&job, "canceled").await;
    }
    assert_eq!((tabs[0].told.len(), &tabs[0].told), (2, &tabs[1].told));
    let [first, patch] = [0, 1].map(|index| serde_json::from_str::<Value>(&tabs[0].told[index]).unwrap());
    assert_eq!(first["p"][0]["workflow"], "i2v");
    assert!(patch["p"][0].get("workflow").is_none() && patch["p"][0]["version"] == 2);
}

#[tokio::test]
async fn progress_is_grouped_and_the_last_report_arrives() {
    let world = World::start().await;
    let mut agent = Agent::connect(&world).await;
    let job = world.submitted().await;
    let lease = agent.starts().await;
    let mut browser = Browser::open(&world.address, None).await;
    browser.until_told("snapshot").await;
    for seq in 1..=100 {
        agent.reports(&lease, seq).await;
    }
    let id = job["id"].as_str().unwrap();
    browser.until(|browser| browser.jobs[id]["progress"]["step"] == 100).await;
    assert!(browser.told.len() < 20, "{} messages for 100 reports", browser.told.len());
}

#[tokio::test]
async fn news_cross_replicas_whoever_has_the_agent_and_the_page() {
    let world = World::start().await;
    let (agents, pages) = (world.replica().await, world.replica().await);
    let mut agent = Agent::connect(&world).await;
    let mut browser = Browser::open(&pages.address, None).await;
    browser.until_told("snapshot").await;
    let job = world.submitted().await;
    browser.says(&json!({"t": "watch", "ids": [job["id"]]})).await;
    let lease = agent.starts().await;
    agent.reports(&lease, 30).await;
    agents.app.store.preview(agent.speaker(), &lease, 1, b"RIFF").await.unwrap();
    let id = job["id"].as_str().unwrap();
    browser.until(|browser| browser.jobs.get(id).is_some_and(|job| job["progress"]["step"] == 30)).await;
    browser.until(|browser| !browser.previews.is_empty()).await;
    assert_eq!(browser.previews, [(id.to_owned(), 1, b"RIFF".to_vec())]);
    cancel(&world, &job).await;
    browser.until_status(&job, "canceled").await;
}

#[tokio::test]
async fn previews_come_for_own_jobs_that_are_watched_and_for_no_others() {
    let world = World::start().await;
    let mut agent = Agent::connect(&world).await;
    let job = world.submitted().await;
    let lease = agent.starts().await;
    world.app.store.preview(agent.speaker(), &lease, 1, b"one").await.unwrap();
    let foreign = world.submitted_by("ann").await;
    let mut watching = Browser::open(&world.address, None).await;
    let ids = json!([foreign.to_string(), "nonsense", JobId::from_random([9; 16]).to_string(), job["id"]]);
    watching.says(&json!({"t": "watch", "ids": ids})).await;
    let mut other = Browser::open(&world.address, None).await;
    other.until_told("snapshot").await;
    // The one that was there already, as after a reload of the page.
    watching.until(|browser| browser.previews.len() == 1).await;
    for seq in 2..=20 {
        world
            .app
            .store
            .preview(agent.speaker(), &lease, seq, format!("picture {seq}").as_bytes())
            .await
            .unwrap();
    }
    watching.until(|browser| browser.previews.last().is_some_and(|(_, seq, _)| *seq == 20)).await;
    assert!(watching.previews.len() < 6, "{} previews", watching.previews.len());
    let id = job["id"].as_str().unwrap();
    assert!(watching.previews.iter().all(|(job, ..)| job == id));
    watching.says(&json!({"t": "watch", "ids": []})).await;
    cancel(&world, &job).await;
    for browser in [&mut watching, &mut other] {
        browser.until_status(&job, "canceled").await;
        assert!(!browser.jobs.contains_key(&foreign.to_string()));
    }
    assert!(other.previews.is_empty());
}

/// A page whose receive buffer is as small as it may be.
async fn stalled(world: &World) -> Browser {
    let stream = tokio::net::TcpSocket::new_v4().unwrap();
    stream.set_recv_buffer_size(4 * 1024).unwrap();
    let stream = stream.connect(world.address.parse().unwrap()).await.unwrap();
    let mut browser = Browser::over(stream, &world.address).await;
    browser.says(&json!({"t": "hello", "v": 1})).await;
    browser.until_told("snapshot").await;
    browser
}

/// A job whose frame is large: a few dozens of them fill every buffer on the way.
async fn large(world: &World) -> String {
    world.submitted_with("-", &"x".repeat(100_000)).await.to_string()
}

#[tokio::test]
async fn a_page_that_does_not_read_gets_one_snapshot_when_it_reads_again() {
    let world = World::start().await;
    let mut slow = stalled(&world).await;
    let mut quick = Browser::open(&world.address, None).await;
    quick.until_told("snapshot").await;
    let mut jobs = 0;
    while world.app.browsers.behind() == 0 {
        let job = large(&world).await;
        quick.until(|browser| browser.jobs.contains_key(&job)).await;
        jobs += 1;
        assert!(jobs < 1_000, "the page does not fall behind");
    }
    let last = large(&world).await;
    quick.until(|browser| browser.jobs.contains_key(&last)).await;
    slow.until(|browser| browser.jobs.contains_key(&last)).await;
    assert_eq!(slow.heard.iter().filter(|name| *name == "snapshot").count(), 2, "{:?}", slow.heard);
    let missed = jobs + 1 - slow.told.len();
    assert!(missed > 50, "missed {missed} of {jobs} messages");
    assert_eq!(slow.jobs.len(), jobs + 1);
}

#[tokio::test]
async fn a_page_that_reads_nothing_for_long_is_closed() {
    let world = World::with(&["--browser-beat-ms", "500"]).await;
    let mut slow = stalled(&world).await;
    // It lives and says so; only its reading stands still.
    let mut pings = tokio::time::interval(Duration::from_millis(200));
    while world.app.browsers.count() > 0 {
        tokio::select! {
            _ = pings.tick() => slow.says(&json!({"t": "ping"})).await,
            _ = large(&world) => {}
        }
    }
    assert_eq!(slow.ends().await, Some(1013));
}

#[tokio::test]
async fn every_end_has_its_code() {
    use tokio_tungstenite::tungstenite::Message;
    let world = World::start().await;
    let end_of = async |message: Message| {
        let mut browser = Browser::connect(&world.address).await;
        browser.sends(message).await;
        browser.ends().await
    };
    assert_eq!(end_of(Message::text(r#"{"t":"hello","v":2}"#)).await, Some(4002));
    assert_eq!(end_of(Message::text(r#"{"t":"ping"}"#)).await, Some(1008));
    assert_eq!(end_of(Message::text("hello")).await, Some(1007));
    assert_eq!(end_of(Message::binary(b"hello".as_slice())).await, Some(1003));
    let padded = |bytes: usize| {
        let hello = json!({"t": "hello", "v": 2, "x": ""}).to_string();
        hello.replace("\"x\":\"\"", &format!("\"x\":\"{}\"", "x".repeat(bytes - hello.len())))
    };
    assert_eq!(end_of(Message::text(padded(4096))).await, Some(4002));
    assert_eq!(end_of(Message::text(padded(4097))).await, Some(1009));
    let mut flooding = Browser::open(&world.address, None).await;
    for _ in 0..60 {
        flooding.says(&json!({"t": "news of a later version"})).await;
    }
    assert_eq!(flooding.ends().await, Some(1008));
    let mut waiting = Browser::open(&world.address, None).await;
    waiting.until_told("snapshot").await;
    world.app.begin_to_stop();
    assert_eq!(waiting.ends().await, Some(4003));
}

#[tokio::test]
async fn a_heartbeat_comes_by_itself_and_for_a_ping_and_silence_ends_a_page() {
    let world = World::with(&["--browser-beat-ms", "200"]).await;
    let mut browser = Browser::open(&world.address, None).await;
    browser.until_told("hb").await;
    let position = world.app.store.position().await.unwrap().to_string();
    assert_eq!(browser.position, Some(position));
    browser.says(&json!({"t": "ping"})).await;
    browser.until_told("hb").await;
    assert_eq!(browser.ends().await, Some(1008));
}

#[tokio::test]
async fn the_queue_is_shown_to_everyone_and_again_when_it_changes() {
    let world = World::start().await;
    let mut browser = Browser::open(&world.address, None).await;
    browser.until_told("snapshot").await;
    world.submitted_by("ann").await;
    browser.until_told("queue").await;
    assert!(browser.jobs.is_empty());
}

#[tokio::test]
async fn the_fleet_is_shown_as_the_list_of_agents_and_again_when_it_changes() {
    let world = World::start().await;
    let mut browser = Browser::open(&world.address, None).await;
    browser.until_told("snapshot").await;
    assert_eq!(browser.fleet, json!([]));
    let _agent = Agent::connect(&world).await;
    browser.until(|browser| browser.fleet[0]["state"] == "online").await;
    let list: Value = world.get("/api/agents").await.json().await.unwrap();
    assert_eq!(browser.fleet, list["items"]);
    let mut other = Browser::open(&world.address, None).await;
    other.until_told("snapshot").await;
    assert_eq!(other.fleet, list["items"]);
}

#[tokio::test]
async fn nothing_is_kept_when_the_last_page_of_an_owner_is_gone() {
    let world = World::with(&["--browser-beat-ms", "200"]).await;
    let mut browser = Browser::open(&world.address, None).await;
    browser.until_told("snapshot").await;
    assert_eq!(world.app.browsers.count(), 1);
    assert_eq!(browser.ends().await, Some(1008));
    let closed = async {
        while world.app.browsers.rooms() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), closed).await.expect("the room closes");
}

#[tokio::test]
async fn a_page_from_elsewhere_opens_no_socket() {
    let world = World::start().await;
    let handshake = |origin: Option<&'static str>| {
        let request = world.request("GET", "/api/ws").headers(
            [
                ("connection", "Upgrade"),
                ("upgrade", "websocket"),
                ("sec-websocket-version", "13"),
                ("sec-websocket-key", "x3JJHMbDL1EzLkh9GBhXDw=="),
            ]
            .into_iter()
            .chain(origin.map(|origin| ("origin", origin)))
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect(),
        );
        async { request.send().await.unwrap().status().as_u16() }
    };
    assert_eq!(handshake(None).await, 101);
    assert_eq!(handshake(Some("http://localhost:5173")).await, 101);
    for origin in ["https://example.com", "http://localhost.example.com", "null"] {
        assert_eq!(handshake(Some(origin)).await, 403, "{origin}");
    }
    assert_eq!(world.get("/api/ws").await.status(), 400);
}
