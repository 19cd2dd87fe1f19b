//! How fast jobs are taken, beside what Redis itself does on this machine:
//! `cargo run --release -p spool-tests --example submit -- [JOBS]`.
//!
//! One replica with a Redis of its own and no agent. 50 connections submit upscales of one uploaded picture, each the
//! next when the answer to the last has come; then `redis-benchmark` adds entries of 500 bytes to a stream in the same
//! Redis over as many connections. What the waiting jobs take in Redis is printed at the end.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a program for the console that may stop with its cause"
)]

use std::{process::Command, time::Instant};

use futures_util::future::join_all;
use spool_tests::{World, process::cpu_time};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const CONNECTIONS: usize = 50;

#[tokio::main]
async fn main() {
    let jobs = std::env::args().nth(1).map_or(100_000, |text| text.parse().expect("a number of jobs"));
    let world =
        World::plan().patient().with("SPOOL_LOG", "info").with("SPOOL_QUEUE_LIMIT", "10000000").start().await;
    let image = world.client().upload().await;
    let request = request(world.replica(0).address(), &image);

    let redis = world.redis().process().pid();
    let (memory, cpu, started) = (world.redis().used_memory(), cpu_time(redis), Instant::now());
    let one = async || submit(world.replica(0).address(), &request, jobs / CONNECTIONS).await;
    join_all((0..CONNECTIONS).map(|_| one())).await;
    let taken = count(jobs / CONNECTIONS * CONNECTIONS);
    let submits = taken / started.elapsed().as_secs_f64();
    let cpu = cpu_time(redis).saturating_sub(cpu).as_secs_f64() * 1e6 / taken;
    let memory = count(world.redis().used_memory() - memory) / taken / 10.0;

    let adds = added(world.redis().door());
    println!(
        "submit with an image id: {submits:.0} jobs/s; Redis' own XADD: {adds:.0}/s; ratio {:.2}",
        submits / adds
    );
    println!("Redis, for each submit: {cpu:.0} µs of a core; for 100,000 waiting jobs: {memory:.0} MB");
}

fn count(number: impl TryInto<u32>) -> f64 {
    number.try_into().map_or(f64::NAN, f64::from)
}

/// As small as a request for a job can be, ready to be sent again and again.
fn request(address: &str, image: &str) -> Vec<u8> {
    let body = format!("{{\"input_image\":{{\"image_id\":\"{image}\"}},\"scale\":2}}");
    let head = format!(
        "POST /api/workflows/upscale HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    (head + &body).into_bytes()
}

async fn submit(address: &str, request: &[u8], jobs: usize) {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("no delay");
    let mut answer = Vec::new();
    for _ in 0..jobs {
        stream.write_all(request).await.expect("the request is sent");
        answer.clear();
        while !is_whole(&answer) {
            assert!(stream.read_buf(&mut answer).await.expect("an answer") > 0, "the connection was closed");
        }
        assert!(answer.starts_with(b"HTTP/1.1 202 "), "{}", String::from_utf8_lossy(&answer));
    }
}

/// Whether head and body of an answer are there.
fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.and_then(|length| length.parse().ok()).expect("an answer with a length")
}

/// Entries a second that Redis adds to a stream when nothing else is in the way.
fn added((socket, password): (&str, &str)) -> f64 {
    let field = "x".repeat(500);
    let benchmark = Command::new("redis-benchmark")
        .args(["-s", socket, "-a", password, "-c", &CONNECTIONS.to_string(), "-n", "300000", "--csv"])
        .args(["XADD", "benchmark", "MAXLEN", "~", "1000", "*", "field", &field])
        .output()
        .expect("redis-benchmark, which comes with redis-server");
    let said = String::from_utf8_lossy(&benchmark.stdout);
    let row = said.lines().find(|line| line.starts_with("\"XADD"));
    let rate = row.and_then(|row| row.split("\",\"").nth(1)?.trim_matches('"').parse().ok());
    rate.unwrap_or_else(|| panic!("redis-benchmark said: {said}"))
}
