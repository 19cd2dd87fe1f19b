//! What a socket costs that says nothing.

use std::time::Duration;

use spool_tests::{World, bare_agent::BareAgent, page::Page, process::resident_bytes};

/// What the first ones bring is there once, however many follow.
const FIRST: usize = 50;

pub(crate) async fn browsers(world: &World, count: usize) {
    let open = || Page::shown(world.replica(0).address());
    row(world, "browser", count, Duration::from_millis(1), open).await;
}

/// One after another, more slowly than the 50 a second that a replica takes on.
pub(crate) async fn agents(world: &World, count: usize) {
    let open = || BareAgent::dial("idle", world.replica(0).address(), 1);
    row(world, "agent", count, Duration::from_millis(25), open).await;
}

async fn row<T, F: Future<Output = T>>(
    world: &World,
    what: &str,
    count: usize,
    pause: Duration,
    open: impl Fn() -> F,
) {
    let resident = || resident_bytes(world.replica(0).process().pid());
    let mut ticks = tokio::time::interval(pause);
    let (mut all, mut before) = (Vec::new(), 0);
    for number in 0..FIRST + count {
        if number == FIRST {
            before = resident();
        }
        ticks.tick().await;
        all.push(open().await);
    }
    let each = resident().saturating_sub(before) / u64::try_from(count).expect("a count") / 1024;
    println!("{count} idle {what} sockets: {each} KiB each");
}
