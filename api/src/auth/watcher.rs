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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::file::Hash;

    #[tokio::test(start_paused = true)]
    async fn a_key_that_is_taken_out_of_its_file_ends_within_a_second() {
        let folder = tempfile::tempdir().unwrap();
        let (path, next) = (folder.path().join("keys"), folder.path().join("next"));
        let line = |name: &str, secret: &str| format!("{name} {}\n", Hash::of(secret));
        std::fs::write(&path, line("bob", "b") + &line("alice", "a")).unwrap();
        let access = Access::read(Some(&path), None).unwrap();
        let alice = access.clients.find("a").unwrap();
        let stop = CancellationToken::new();
        let watching = tokio::spawn(watch(access, stop.clone()));
        // Just after a look, so that the next one is as far away as it can be.
        tokio::time::sleep(LOOK * 10 + LOOK / 100).await;
        assert!(!alice.end().is_cancelled());

        let changed = tokio::time::Instant::now();
        std::fs::write(&next, line("bob", "b")).unwrap();
        std::fs::rename(&next, &path).unwrap();
        alice.revoked().await;

        assert!(changed.elapsed() <= Duration::from_secs(1), "{:?}", changed.elapsed());
        stop.cancel();
        watching.await.unwrap();
    }
}
