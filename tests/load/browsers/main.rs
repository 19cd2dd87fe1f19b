//! What browsers cost, and how soon they hear:
//! `cargo run --release -p spool-tests --example browsers -- [SOCKETS]`.
//!
//! One replica with a Redis of its own. First the memory of idle sockets, of browsers and of agents; then 50 jobs that
//! report 20 times a second each, with 10 browsers; then the same beside 200 browsers that read nothing.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a program for the console that may stop with its cause"
)]

mod idle;
mod progress;

use spool_tests::World;

#[tokio::main]
async fn main() {
    let sockets = std::env::args().nth(1).map_or(2_000, |text| text.parse().expect("a number of sockets"));
    let world = World::plan().patient().with("SPOOL_LOG", "info").start().await;
    idle::browsers(&world, sockets).await;
    idle::agents(&world, sockets).await;
    drop(world);

    for stalled in [0, 200] {
        let world = World::plan().patient().with("SPOOL_LOG", "info").start().await;
        progress::print(&world, stalled).await;
    }
}
