//! How fast results are stored, beside a bare TCP connection on this machine:
//! `cargo run --release -p spool-tests --example upload -- [MB]`.
//!
//! A bare agent sends one file of so many megabytes, then as much in files of 2 MB, to one replica with a folder. Each
//! row is from the first byte to `stored`.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a program for the console that may stop with its cause"
)]

use std::time::{Duration, Instant};

use spool_tests::{World, bare_agent::BareAgent};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const SMALL: usize = 2_000_000;
const PIECE: usize = 256 * 1024;

#[tokio::main]
async fn main() {
    let megabytes = std::env::args().nth(1).map_or(100, |text| text.parse().expect("a number of megabytes"));
    let size: usize = megabytes * 1_000_000;
    let file = picture(size);
    row("bare TCP on loopback", size, loopback(&file).await);

    let world = World::plan().patient().with("SPOOL_LOG", "info").start().await;
    let mut agent = BareAgent::dial("bare", world.replica(0).address(), 1).await;
    let mut bulk = agent.bulk().await;
    row("one file", size, store(&world, &mut agent, &mut bulk, &file).await);
    let (small, mut took) = (picture(SMALL), Duration::ZERO);
    let files = size / SMALL;
    for _ in 0..files {
        took += store(&world, &mut agent, &mut bulk, &small).await;
    }
    row("files of 2 MB, one after another", files * SMALL, took);
}

/// Runs one job whose result is the file; how long the file took.
async fn store(
    world: &World,
    agent: &mut BareAgent,
    bulk: &mut spool_tests::bulk::BulkLink,
    file: &[u8],
) -> Duration {
    let submitted = world.client().submit("stored by the agent").await;
    let assigned = agent.assigned().await;
    agent.accepts(assigned);
    agent.starts(assigned);
    let started = Instant::now();
    let output = bulk.stores(assigned, file).await;
    let took = started.elapsed();
    agent.succeeds(assigned, output);
    world.client().ended(&submitted.id).await;
    took
}

/// As many bytes from one task to another, and one byte back.
async fn loopback(file: &[u8]) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let size = file.len();
    let taking = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let (mut piece, mut taken) = (vec![0; PIECE], 0);
        while taken < size {
            taken += stream.read(&mut piece).await.expect("bytes");
        }
        stream.write_all(&[1]).await.expect("an open connection");
    });
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let started = Instant::now();
    for piece in file.chunks(PIECE) {
        stream.write_all(piece).await.expect("an open connection");
    }
    stream.read_exact(&mut [0]).await.expect("the end");
    let took = started.elapsed();
    taking.await.expect("no panic");
    took
}

/// Bytes that begin like a PNG.
fn picture(size: usize) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.resize_with(size, rand::random);
    bytes
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn row(what: &str, bytes: usize, took: Duration) {
    let rate = bytes as f64 / took.as_secs_f64() / 1e6;
    println!("{what:<40} {:>8.1} MB {rate:>8.0} MB/s", bytes as f64 / 1e6);
}
