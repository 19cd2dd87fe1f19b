//! Replicas of the API that are killed.

use std::{path::Path, time::Duration};

use spool_shared::job::Status;
use spool_tests::{
    Job, PATIENCE, World, deadline::look_until, job::Spent, process::resident_bytes, redis::Remains, within,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};

const ONE: Spent = Spent { attempts: 1, failures: 0, losses: 0, bounces: 0, drains: 0 };

/// The files of a folder and those below it.
fn files_below(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries.flatten().map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}

/// What has begun of a request whose body is long: where it goes, what it is, and its first bytes.
const BODIES: [(&str, &str, &str); 3] = [
    ("/api/workflows/i2v", "application/json", "{\"prompt\":\"steps=1\",\"input_image\":\""),
    (
        "/api/workflows/i2v",
        "multipart/form-data; boundary=x",
        "--x\r\nContent-Disposition: form-data; name=\"params\"\r\nContent-Type: application/json\r\n\r\n\
         {\"prompt\":\"steps=1\"}\r\n--x\r\nContent-Disposition: form-data; name=\"input_image\"; \
         filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n",
    ),
    ("/api/images", "image/png", "\u{1}"),
];

/// Sends so much of a request that the replica has read a good part of it; the client's end of the connection.
async fn begins(world: &World, (path, kind, start): (&str, &str, &str)) -> TcpStream {
    const SENT: usize = 8_000_000;
    const READ: u64 = 4_000_000;
    let pid = world.replica(0).process().pid();
    let before = resident_bytes(pid);
    let mut socket = TcpStream::connect(world.replica(0).address()).await.expect("a connection");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nIdempotency-Key: once\r\n\
         Content-Length: {}\r\n\r\n{start}",
        SENT + SENT / 4
    );
    socket.write_all(head.as_bytes()).await.expect("the head is sent");
    socket.write_all(&vec![b'A'; SENT]).await.expect("most of the body is sent");
    let read = || (resident_bytes(pid) > before + READ).then_some(());
    assert!(
        tokio::task::block_in_place(|| look_until(PATIENCE, read)).is_some(),
        "{path} {kind} is not read"
    );
    socket
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_dies_while_a_body_comes_leaves_no_key_and_no_file() {
    for body in BODIES {
        let mut world = World::plan().start().await;
        let (keys, files) = (world.redis().keys(), files_below(world.folder()));
        let mut socket = begins(&world, body).await;
        world.replica(0).process().kill();

        let mut answer = Vec::new();
        let heard = within(PATIENCE, "the end of the connection", socket.read_to_end(&mut answer)).await;
        assert!(heard.is_err() || answer.is_empty(), "{body:?}: {}", String::from_utf8_lossy(&answer));
        let new: Vec<String> = world.redis().keys().into_iter().filter(|key| !keys.contains(key)).collect();
        assert_eq!((new, files_below(world.folder())), (Vec::new(), files), "{body:?}");

        // Nothing was taken, so the same key makes the job, and it is the only one.
        world.restart_replica(0);
        world.add_agent();
        let again = world.client().try_submit("once", "steps=1").await.expect("an answer");
        let replayed = again.headers().contains_key("Idempotent-Replayed");
        assert_eq!((again.status().as_u16(), replayed), (202, false), "{body:?}");
        let job: Job = again.json().await.expect("a job");
        let job = world.client().ended(&job.id).await;
        assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE), "{job:?}");
        assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
    }
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
