//! Clients that send a request so slowly that it never ends.

use std::{
    cell::Cell,
    sync::atomic::AtomicU64,
    time::{Duration, Instant},
};

use futures_util::{StreamExt, future::join_all, stream::FuturesUnordered};
use spool_tests::{
    PATIENCE, World,
    process::resident_bytes,
    slow_client::{Slow, trickles},
    within,
};
use tokio::time::sleep;

/// Sockets that trickle, half of them in the head of a request and half in its body.
const SOCKETS: usize = 500;
/// What one of them may cost.
const BYTES_A_SOCKET: u64 = 96 * 1024;
/// How long others wait for an answer beside them, all but one of a hundred.
const SOON: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_clients_that_trickle_are_ended_and_the_others_are_served_meanwhile() {
    let world = World::plan().agents(1).patient().start().await;
    let (address, pid) = (world.replica(0).address(), world.replica(0).process().pid());
    world.client().succeeded("steps=1").await;
    let before = resident_bytes(pid);
    let slow: FuturesUnordered<_> = (0..SOCKETS)
        .map(|number| {
            let slow = if number % 2 == 0 { Slow::Head } else { Slow::Body };
            async move {
                (slow == Slow::Head, trickles(address, slow, &AtomicU64::new(0)).await.expect("a connection"))
            }
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
    let asked = async {
        let mut waits = Vec::new();
        while !over.get() {
            let began = Instant::now();
            assert_eq!(world.client().get("/api/jobs").await.status(), 200);
            waits.push(began.elapsed());
            sleep(Duration::from_millis(5)).await;
        }
        waits.sort_unstable();
        waits
    };
    let all = async { tokio::join!(ending, served, asked) };
    let (answers, (jobs, grown), waits) = within(PATIENCE, "every slow request is ended", all).await;

    assert_eq!(answers.len(), SOCKETS);
    for (in_head, answer) in answers {
        // Of a request that has no head yet nothing needs to be said.
        let fits = answer.starts_with("HTTP/1.1 408") || (in_head && answer.is_empty());
        assert!(fits, "{answer}");
    }
    let late = waits[waits.len() * 99 / 100];
    println!("{} requests beside them; 99 of 100 took at most {late:?}, all {:?}", waits.len(), waits.last());
    assert!(waits.len() >= 100, "only {} requests", waits.len());
    assert!(late < SOON, "one of a hundred took {late:?} or more");
    assert!(jobs >= 3, "only {jobs} jobs were served beside {SOCKETS} slow sockets");
    assert!(grown < SOCKETS as u64 * BYTES_A_SOCKET, "the API has grown by {grown} bytes");
    join_all((0..10).map(|_| world.client().get("/healthz"))).await;
}
