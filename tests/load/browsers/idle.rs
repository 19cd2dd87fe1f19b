//! What a socket costs that says nothing.

use futures_util::{StreamExt, stream};
use spool_tests::{World, bare_agent::BareAgent, page::Page, process::resident_bytes};

/// How many are opened at once.
const AT_ONCE: usize = 50;

pub(crate) async fn browsers(world: &World, count: usize) {
    let open = || Page::shown(world.replica(0).address());
    row(world, "browser", count, open).await;
}

pub(crate) async fn agents(world: &World, count: usize) {
    let open = || BareAgent::dial("idle", world.replica(0).address(), 1);
    row(world, "agent", count, open).await;
}

async fn row<T, F: Future<Output = T>>(world: &World, what: &str, count: usize, open: impl Fn() -> F) {
    let resident = || resident_bytes(world.replica(0).process().pid());
    // What the first ones bring is there once, however many follow.
    let _first: Vec<T> = stream::iter(0..AT_ONCE).map(|_| open()).buffer_unordered(AT_ONCE).collect().await;
    let before = resident();
    let all: Vec<T> = stream::iter(0..count).map(|_| open()).buffer_unordered(AT_ONCE).collect().await;
    let each = resident().saturating_sub(before) / u64::try_from(count).expect("a count") / 1024;
    println!("{count} idle {what} sockets: {each} KiB each");
    drop(all);
}
