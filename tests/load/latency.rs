//! From a submit to the event that says that the job runs.

use std::time::{Duration, Instant};

use spool_tests::World;

/// One job at a time for an agent that is idle.
pub(crate) async fn print(what: &str, world: &World, jobs: usize) {
    let mut times = Vec::new();
    for _ in 0..jobs {
        let submitted = Instant::now();
        let job = world.client().submit("steps=1").await;
        world.client().until(&job.id, "the job runs", |job| job.attempts == 1).await;
        times.push(submitted.elapsed());
        world.client().ended(&job.id).await;
    }
    row(what, &times, None);
}

/// Prints the median and the 99th percentile.
pub(crate) fn row(what: &str, times: &[Duration], rate: Option<f64>) {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = |percent: usize| {
        let time =
            sorted.get((sorted.len() * percent / 100).min(sorted.len() - 1)).expect("at least one time");
        format!("{:.1}", time.as_secs_f64() * 1000.0)
    };
    let rate = rate.map(|rate| format!("{rate:.0}")).unwrap_or_default();
    println!("{what:<44} {:>9} {rate:>9} {:>9} {:>9}", sorted.len(), at(50), at(99));
}
