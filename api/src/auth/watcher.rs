//! Sees when the files of keys and tokens change.

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::Access;

/// How often the files are looked at: a revoked key ends within a second.
const LOOK: Duration = Duration::from_millis(500);

/// Reads changed files again, and every file at a SIGHUP, until `stop`. Returns at once where both sides are open:
/// then a SIGHUP ends the program, as it does when the terminal of a program closes.
pub async fn watch(access: Access, stop: CancellationToken) {
    if access.clients.is_open() && access.agents.is_open() {
        return;
    }
    let mut hangup = signal(SignalKind::hangup())
        .inspect_err(|error| warn!(%error, "SIGHUP cannot be heard: {error}"))
        .ok();
    loop {
        let forced = tokio::select! {
            () = stop.cancelled() => return,
            () = asked(&mut hangup) => {
                info!("SIGHUP: the files of keys and tokens are read again");
                true
            }
            () = tokio::time::sleep(LOOK) => false,
        };
        let rings = access.clone();
        let reading = tokio::task::spawn_blocking(move || {
            rings.clients.refresh(forced);
            rings.agents.refresh(forced);
        });
        if reading.await.is_err() {
            warn!("The files of keys and tokens could not be read");
        }
    }
}

async fn asked(hangup: &mut Option<Signal>) {
    match hangup {
        Some(hangup) => drop(hangup.recv().await),
        None => std::future::pending().await,
    }
}
