//! Replicas of the API that are killed.

use std::{path::Path, time::Duration};

use spool_shared::job::Status;
use spool_tests::{World, job::Spent, redis::Remains};
use tokio::{io::AsyncWriteExt, net::TcpStream, time::sleep};

const ONE: Spent = Spent { attempts: 1, failures: 0, losses: 0, bounces: 0, drains: 0 };

/// The files of a folder and those below it.
fn files_below(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries.flatten().map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_dies_while_a_body_comes_leaves_no_key_and_no_file() {
    let mut world = World::plan().start().await;
    let redis = world.redis();
    let keys = || -> Vec<String> {
        let all: Vec<String> = redis::Commands::keys(&mut redis.connect(), "*").expect("keys");
        all.into_iter().filter(|key| key.contains(":job:") || key.contains("image")).collect()
    };
    let mut socket = TcpStream::connect(world.replica(0).address()).await.expect("a connection");
    let head = "POST /api/workflows/i2v HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Content-Length: 12000000\r\n\r\n{\"prompt\":\"x\",\"input_image\":\"";
    socket.write_all(head.as_bytes()).await.expect("the head is sent");
    // More than the kernel keeps: some of it was read.
    socket.write_all(&vec![b'A'; 11_000_000]).await.expect("most of the body is sent");
    world.replica(0).process().kill();

    assert_eq!((keys(), files_below(&world.folder().join("data"))), (Vec::new(), 0));
    world.restart_replica(0);
    world.add_agent();
    world.client().succeeded("steps=1").await;
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
}

/// Two jobs run on while no replica is there for so long; nothing is requeued.
async fn nothing_is_requeued_after(world: World, away: Duration) {
    let mut world = world;
    let script = format!("steps={} step_ms=100", away.as_millis() / 100 + 5);
    let jobs = [world.client().submit(&script).await, world.client().submit(&script).await];
    for job in &jobs {
        world.client().running(&job.id).await;
    }
    for index in 0..2 {
        world.replica(index).process().kill();
    }
    sleep(away).await;
    for index in 0..2 {
        world.restart_replica(index);
    }
    for job in &jobs {
        let job = world.client().ended(&job.id).await;
        assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE), "{job:?}");
    }
    assert_eq!((world.redis().told("lost"), world.redis().remains()), (0, Remains::ended(2, 0, 0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_every_replica_is_away_for_half_of_an_agents_death_agents_work_on() {
    let plan = World::plan().replicas(2).agents(2);
    let plan = plan.with("SPOOL_AGENT_DEAD_MS", "6000").with("SPOOL_LEASE_MS", "9000");
    nothing_is_requeued_after(plan.start().await, Duration::from_secs(3)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_every_replica_was_away_for_longer_than_an_agents_death_nobody_is_judged_for_it() {
    let plan = World::plan().replicas(2).agents(2);
    nothing_is_requeued_after(plan.start().await, Duration::from_secs(7)).await;
}
