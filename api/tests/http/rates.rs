//! What is too much at once.

use std::time::Duration;

use insta::assert_snapshot;
use reqwest::Response;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::world::{World, a_body, form, png, problem};

const KEYS: [(&str, &str, &str); 2] = [("alice", "alice-secret", "submit"), ("bob", "bob-secret", "submit")];

async fn submit(world: &World, secret: &str) -> Response {
    world.asked_by(secret, "POST", "/api/workflows/i2v").json(&a_body()).send().await.unwrap()
}

#[tokio::test]
async fn a_key_submits_so_often_a_minute_and_others_are_not_held_up() {
    let world = World::with_keys(&KEYS, &["--rate-per-minute", "2"]).await;
    for _ in 0..2 {
        assert_eq!(submit(&world, "alice-secret").await.status(), 202);
    }
    let response = submit(&world, "alice-secret").await;
    let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
    assert_snapshot!(problem(response).await, @"429 rate_limited: at most 2 jobs and pictures a minute are taken from one caller");
    assert_eq!(submit(&world, "bob-secret").await.status(), 202);
    let reading = world.asked_by("alice-secret", "GET", "/api/jobs").send().await.unwrap();
    assert_eq!(reading.status(), 200);
}

#[tokio::test]
async fn without_keys_a_rate_that_is_set_counts_addresses() {
    let world = World::with(&["--rate-per-minute", "1", "--trusted-proxies", "127.0.0.1"]).await;
    let from = async |address: &str| {
        let request = world.request("POST", "/api/workflows/i2v").header("x-forwarded-for", address);
        request.json(&a_body()).send().await.unwrap().status().as_u16()
    };
    assert_eq!([from("10.0.0.1").await, from("10.0.0.1").await, from("10.0.0.2").await], [202, 429, 202]);
}

#[tokio::test]
async fn uploads_of_one_key_that_do_not_end_hold_up_nobody_else() {
    let world = World::with_keys(&KEYS, &["--body-mib", "128"]).await;
    let head = "POST /api/workflows/i2v HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer alice-secret\r\n\
                content-type: application/json\r\ncontent-length: 31000000\r\n\r\n";
    let beginning = format!("{head}{}", " ".repeat(128 * 1024));
    let mut stuck = Vec::new();
    for _ in 0..9 {
        let mut socket = TcpStream::connect(&world.address).await.unwrap();
        socket.write_all(beginning.as_bytes()).await.unwrap();
        stuck.push(socket);
    }
    let stuck_for_good = tokio::time::timeout(Duration::from_secs(30), async {
        while world.app.bodies.held() < 60_000_000 {
            tokio::task::yield_now().await;
        }
    });
    stuck_for_good.await.unwrap();
    let mut large = png(64, 64);
    large.resize(10 * 1024 * 1024, 0);
    let form = form(&json!({"prompt": "a cat"}), &[("input_image", large)]);
    let honest = world.asked_by("bob-secret", "POST", "/api/workflows/i2v").multipart(form).send();
    let honest = tokio::time::timeout(Duration::from_secs(8), honest).await.expect("nobody holds it up");
    assert_eq!(honest.unwrap().status(), 202);
    // Those of the key itself that find no room hear so; it is one of the nine that do not hold any.
    let mut answer = vec![0; 1024];
    let refused =
        futures_util::future::select_all(stuck.iter_mut().map(|socket| Box::pin(socket.readable())));
    let (_, index, _) = refused.await;
    let length = stuck[index].read(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 429") && answer.contains("retry-after: 5"), "{answer}");
}

#[tokio::test]
async fn a_key_has_so_many_streams_open_and_one_that_ends_makes_room() {
    let world = World::with_keys(&KEYS, &["--max-sockets-per-key", "2", "--max-sockets", "3"]).await;
    let job = world.submitted_with_key("alice-secret").await;
    let others = world.submitted_with_key("bob-secret").await;
    let follow = async |secret: &str, job: &serde_json::Value| {
        world.asked_by(secret, "GET", job["urls"]["events"].as_str().unwrap()).send().await.unwrap()
    };
    let one = follow("alice-secret", &job).await;
    let two = follow("alice-secret", &job).await;
    let full = problem(follow("alice-secret", &job).await).await;
    assert_snapshot!(full, @"429 rate_limited: this key has 2 connections open already; close some first");
    let three = follow("bob-secret", &others).await;
    let full = problem(follow("bob-secret", &others).await).await;
    assert_snapshot!(full, @"503 unavailable: 3 connections are open already; try again");
    let cancel = job["urls"]["cancel"].as_str().unwrap();
    world.asked_by("alice-secret", "POST", cancel).send().await.unwrap();
    for ended in [one, two] {
        assert!(ended.text().await.unwrap().contains("canceled"));
    }
    let room = tokio::time::timeout(Duration::from_secs(30), async {
        while follow("bob-secret", &others).await.status() != 200 {
            tokio::task::yield_now().await;
        }
    });
    room.await.unwrap();
    drop(three);
}

#[tokio::test]
async fn a_key_has_so_many_jobs_waiting() {
    let world = World::with_keys(&KEYS, &["--queue-limit-per-key", "2", "--queue-limit", "3"]).await;
    let first = world.submitted_with_key("alice-secret").await;
    world.submitted_with_key("alice-secret").await;
    let full = problem(submit(&world, "alice-secret").await).await;
    assert_snapshot!(full, @"429 queue_full: 2 jobs of this key wait already; try again later");
    world.submitted_with_key("bob-secret").await;
    let full = problem(submit(&world, "bob-secret").await).await;
    assert_snapshot!(full, @"429 queue_full: 3 jobs wait already; try again later");
    let cancel = first["urls"]["cancel"].as_str().unwrap();
    world.asked_by("alice-secret", "POST", cancel).send().await.unwrap();
    assert_eq!(submit(&world, "alice-secret").await.status(), 202);
}
