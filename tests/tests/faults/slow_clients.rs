//! Clients that send a request so slowly that it never ends.

use std::{cell::Cell, time::Duration};

use futures_util::{StreamExt, future::join_all, stream::FuturesUnordered};
use spool_tests::{PATIENCE, World, process::resident_bytes, within};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Sockets that trickle, half of them in the head of a request and half in its body.
const SOCKETS: usize = 500;
/// Between two bytes.
const PAUSE: Duration = Duration::from_millis(100);
/// What one of them may cost.
const BYTES_A_SOCKET: u64 = 96 * 1024;

/// Sends `start` at once and then one byte at a time; what the server says before it ends the connection.
async fn trickles(address: &str, start: String) -> String {
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    socket.write_all(start.as_bytes()).await.expect("the beginning is sent");
    let (mut reading, mut writing) = socket.split();
    let mut answer = Vec::new();
    let sending = async {
        let mut ticks = tokio::time::interval(PAUSE);
        loop {
            ticks.tick().await;
            if writing.write_all(b"x").await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    let hearing = async {
        let mut bytes = [0; 1024];
        // A reset after the answer is an end, too.
        while let Ok(length @ 1..) = reading.read(&mut bytes).await {
            answer.extend_from_slice(bytes.get(..length).unwrap_or_default());
        }
    };
    tokio::select! {
        () = sending => {}
        () = hearing => {}
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_clients_that_trickle_are_ended_and_the_others_are_served_meanwhile() {
    let world = World::plan().agents(1).patient().start().await;
    let (address, pid) = (world.replica(0).address(), world.replica(0).process().pid());
    world.client().succeeded("steps=1").await;
    let before = resident_bytes(pid);
    let slow: FuturesUnordered<_> = (0..SOCKETS)
        .map(|number| {
            let start = if number % 2 == 0 {
                format!("GET /api/jobs HTTP/1.1\r\nhost: {address}\r\nx-slow: ")
            } else {
                format!(
                    "POST /api/workflows/i2v HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
                     content-length: 1000000\r\n\r\n{{"
                )
            };
            async move { (number % 2 == 0, trickles(address, start).await) }
        })
        .collect();
    let over = Cell::new(false);
    let ending = async {
        let answers: Vec<_> = slow.collect().await;
        over.set(true);
        answers
    };
    let served = async {
        let (mut jobs, mut grown) = (0, 0);
        while !over.get() {
            world.client().succeeded("steps=1").await;
            assert_eq!(world.client().get("/api/jobs").await.status(), 200);
            grown = resident_bytes(pid).saturating_sub(before).max(grown);
            jobs += 1;
        }
        (jobs, grown)
    };
    let both = async { tokio::join!(ending, served) };
    let (answers, (jobs, grown)) = within(PATIENCE, "every slow request is ended", both).await;

    assert_eq!(answers.len(), SOCKETS);
    for (in_head, answer) in answers {
        // Of a request that has no head yet nothing needs to be said.
        let fits = answer.starts_with("HTTP/1.1 408") || (in_head && answer.is_empty());
        assert!(fits, "{answer}");
    }
    assert!(jobs >= 3, "only {jobs} jobs were served beside {SOCKETS} slow sockets");
    assert!(grown < SOCKETS as u64 * BYTES_A_SOCKET, "the API has grown by {grown} bytes");
    join_all((0..10).map(|_| world.client().get("/healthz"))).await;
}
