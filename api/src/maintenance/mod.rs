//! What must happen without anybody asking: the dead are buried, the outlived are forgotten.

mod reaper;
mod retention;
mod sweeper;

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::{measure::Figures, storage::Storage, store::Store};
pub use reaper::reap;
pub use sweeper::{SweepError, sweep, sweep_once};
#[cfg(test)]
pub(crate) use {reaper::judge_all as judge_once, retention::pass as forget_and_expire};

/// How often retention is looked at.
const RETENTION_PASS: Duration = Duration::from_secs(5);
/// How often figures are folded.
const FOLD: Duration = Duration::from_secs(5);
/// How often this replica says that it lives.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);

/// Deletes finished jobs whose retention ended and fails jobs that nobody could run, until `stop`.
pub async fn tidy(store: Store, storage: Storage, stop: CancellationToken) {
    every(RETENTION_PASS, &stop, || retention::pass(&store, &storage)).await;
}

/// Keeps figures from piling up between two looks at them, until `stop`.
pub async fn fold(figures: Figures, stop: CancellationToken) {
    every(FOLD, &stop, || async { figures.fold() }).await;
}

/// Says that this replica lives, until `stop`.
pub async fn live(store: Store, stop: CancellationToken) {
    every(SIGN_OF_LIFE, &stop, || async {
        if let Err(error) = store.sign_of_life().await {
            warn!(%error, "Cannot say that this replica lives: {error}");
        }
    })
    .await;
}

/// Runs `pass` again and again, the first time at once, with a little jitter so that replicas do not march in step.
async fn every<F: Future<Output = ()>>(period: Duration, stop: &CancellationToken, pass: impl Fn() -> F) {
    loop {
        pass().await;
        if !rest(period, stop).await {
            return;
        }
    }
}

/// Waits for most of `period`; whether to go on after it. Never for longer: what is promised of a death is the grace and
/// one period, and the pass itself takes some of that.
async fn rest(period: Duration, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        () = tokio::time::sleep(period.mul_f64(rand::random_range(0.6..0.9))) => true,
    }
}
