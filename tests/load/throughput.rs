//! Jobs a second, from the first submit to the last success that a client hears of.

use std::time::Instant;

use futures_util::future::join_all;
use spool_tests::World;

/// Each client submits a job, follows its events to the end, and submits the next.
pub(crate) async fn print(what: &str, world: &World, jobs: usize, clients: usize) {
    let started = Instant::now();
    let one = async || {
        let mut times = Vec::new();
        for _ in 0..jobs / clients {
            let submitted = Instant::now();
            world.client().succeeded("steps=1").await;
            times.push(submitted.elapsed());
        }
        times
    };
    let times = join_all((0..clients).map(|_| one())).await.concat();
    let done = u32::try_from(times.len()).unwrap_or(u32::MAX);
    let rate = f64::from(done) / started.elapsed().as_secs_f64();
    crate::latency::row(what, &times, Some(rate));
}
