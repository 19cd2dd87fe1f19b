//! Removes files that belong to nobody: pictures that nothing refers to, what attempts wrote that neither run nor
//! won, thumbnails of either, and what killed writers left half written.
//!
//! Nothing that a request or a job needs is ever removed. A picture is held in the store before it is written
//! and referred to when its job is accepted, and [`Store::condemn`] takes only what is neither. A file must also have a
//! certain age, and no other session may have shown itself in the storage within that time: it would know owners
//! that this one does not. Any number of replicas may sweep at once.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use spool_shared::ids::JobId;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    storage::{Listed, ObjectPath, Storage, StorageError, attempt_name, input_path},
    store::{Store, StoreError},
};

/// How many files the store is asked about at once: while they are deleted, requests that bring one of them wait.
const BATCH: usize = 64;
/// How many are deleted side by side.
const PARALLEL: usize = 8;
/// How many files one pass removes of a kind; the next one goes on.
const LIMIT: usize = 2_000;
/// A file that was written to within this time may still be on its way, however short the age is set.
const UNFINISHED_MS: i64 = 10 * 60 * 1_000;
/// Condemned files that are not deleted by then are left to the next pass.
const HURRY: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Removes files of nobody that are older than `age`, until `stop`. Not at the start: jobs that wait come first.
pub async fn sweep(store: Store, storage: Storage, period: Duration, age: Duration, stop: CancellationToken) {
    if !super::rest(period, &stop).await {
        return;
    }
    super::every(period, &stop, || async {
        match sweep_once(&store, &storage, age).await {
            Ok(0) => {}
            Ok(removed) => info!(files = removed, "Removed {removed} files that belonged to nobody"),
            Err(error) => warn!(%error, "Files that belong to nobody could not be removed: {error}"),
        }
    })
    .await;
}

/// One pass; how many files it removed.
pub async fn sweep_once(store: &Store, storage: &Storage, age: Duration) -> Result<usize, SweepError> {
    let age_ms = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    // Of a data set that is not ours nothing can be concluded.
    store.position().await?;
    let session = store.session().to_string();
    let now_ms = storage.sign_in(&session).await?;
    let cutoff_ms = now_ms.saturating_sub(age_ms);
    if storage.has_other_session(&session, cutoff_ms).await? {
        return Ok(0);
    }
    store.drop_lapsed_references().await?;
    let sweep = Sweep { store, storage, cutoff_ms };
    let mut removed = 0;
    for folder in ["inputs", "thumbnails"] {
        removed += sweep.pictures(folder).await?;
    }
    removed += sweep.attempts("results").await?;
    Ok(removed + storage.remove_staged(cutoff_ms.min(now_ms - UNFINISHED_MS)).await?)
}

struct Sweep<'a> {
    store: &'a Store,
    storage: &'a Storage,
    cutoff_ms: i64,
}

impl Sweep<'_> {
    /// Files that are named by the hash of a picture.
    async fn pictures(&self, folder: &str) -> Result<usize, SweepError> {
        let mut removed = 0;
        let old = std::pin::pin!(self.old(folder, picture_of));
        let mut batches = old.try_chunks(BATCH);
        while let Some(batch) = batches.next().await {
            let batch = batch.map_err(|cut| cut.1)?;
            let named: HashSet<&str> = batch.iter().map(|(_, hash)| hash.as_str()).collect();
            let begun = Instant::now();
            let doomed = self.store.condemn(named.into_iter()).await?;
            let paths = batch.into_iter().filter(|(_, hash)| doomed.contains(hash)).map(|(path, _)| path);
            removed += self.delete(paths, begun).await;
            if begun.elapsed() < 2 * HURRY {
                self.store.pardon(&doomed).await?;
            }
            if removed >= LIMIT {
                break;
            }
        }
        Ok(removed)
    }

    /// Files under a job and one of its attempts.
    async fn attempts(&self, folder: &str) -> Result<usize, SweepError> {
        let mut removed = 0;
        let old = std::pin::pin!(self.old(folder, attempt_of));
        let mut batches = old.try_chunks(BATCH);
        while let Some(batch) = batches.next().await {
            let batch = batch.map_err(|cut| cut.1)?;
            let jobs = batch.iter().map(|(_, (job, _))| *job).collect();
            let counting = self.store.attempts_that_count(&jobs).await?;
            let counting: HashSet<(JobId, String)> =
                counting.iter().map(|(job, token)| (*job, attempt_name(token))).collect();
            let lost = batch.into_iter().filter(|(_, attempt)| !counting.contains(attempt));
            let paths = lost.map(|(path, _)| path);
            removed += self.delete(paths, Instant::now()).await;
            if removed >= LIMIT {
                break;
            }
        }
        Ok(removed)
    }

    /// The old files of a folder with what their names say; other names are not ours.
    fn old<T: Send + 'static>(
        &self,
        folder: &str,
        read: fn(&ObjectPath) -> Option<T>,
    ) -> impl futures_util::Stream<Item = Result<(ObjectPath, T), StorageError>> + use<T> {
        let cutoff_ms = self.cutoff_ms;
        let wanted = move |listed: Listed| {
            let old = listed.modified_ms <= cutoff_ms;
            let named = read(&listed.path).filter(|_| old);
            named.map(|named| (listed.path, named))
        };
        self.storage.list(folder).try_filter_map(move |listed| std::future::ready(Ok(wanted(listed))))
    }

    async fn delete(&self, paths: impl Iterator<Item = ObjectPath>, begun: Instant) -> usize {
        let deletions = stream::iter(paths).map(async |path| {
            if begun.elapsed() > HURRY {
                return false;
            }
            let deleted = self.storage.delete(&path).await;
            if let Err(error) = &deleted {
                warn!(%error, "A file that belongs to nobody could not be removed: {error}");
            }
            deleted.is_ok()
        });
        deletions.buffer_unordered(PARALLEL).filter(|deleted| std::future::ready(*deleted)).count().await
    }
}

/// `inputs/<sha256>` and `thumbnails/<sha256>/…`
fn picture_of(path: &ObjectPath) -> Option<String> {
    let hash = path.parts().nth(1)?;
    input_path(hash.as_ref()).is_ok().then(|| hash.as_ref().to_owned())
}

/// `results/<job>/<attempt>/…`
fn attempt_of(path: &ObjectPath) -> Option<(JobId, String)> {
    let mut parts = path.parts().skip(1);
    Some((parts.next()?.as_ref().parse().ok()?, parts.next()?.as_ref().to_owned()))
}
