//! The end of a job's record, and of its hope.

use spool_shared::ids::JobId;
use tracing::{info, warn};

use crate::{
    storage::{Storage, StorageError},
    store::{Forgotten, Store, StoreError},
};

/// How many jobs are asked for at once.
const LIMIT: usize = 100;

#[derive(Debug, thiserror::Error)]
enum PassError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

pub(crate) async fn pass(store: &Store, storage: &Storage) {
    if let Err(error) = forget_outlived(store, storage).await {
        warn!(%error, "Outlived jobs could not be deleted: {error}");
    }
    if let Err(error) = expire_unserved(store).await {
        warn!(%error, "Jobs that nobody can run could not be ended: {error}");
    }
}

/// T13 for every job whose time has come. One that cannot be deleted now does not keep the others.
async fn forget_outlived(store: &Store, storage: &Storage) -> Result<(), StoreError> {
    let mut kept = 0;
    loop {
        let jobs = store.outlived(kept, LIMIT).await?;
        for job in &jobs {
            match forget(store, storage, *job).await {
                // Whoever is asked for again is passed over, or this would never end.
                Ok(Forgotten::NotYet) => kept += 1,
                Ok(Forgotten::Now | Forgotten::Gone | Forgotten::Missing) => {}
                Err(PassError::Store(error)) if error.is_general() => return Err(error),
                Err(error) => {
                    kept += 1;
                    warn!(job.id = %job, %error, "Job {job} could not be deleted: {error}");
                }
            }
        }
        if jobs.len() < LIMIT {
            return Ok(());
        }
    }
}

/// Files first: a record without files is a lie, files without a record are only rubbish.
async fn forget(store: &Store, storage: &Storage, job: JobId) -> Result<Forgotten, PassError> {
    storage.delete_job(job).await?;
    Ok(store.forget(job, false).await?)
}

/// T12.
async fn expire_unserved(store: &Store) -> Result<(), StoreError> {
    for waiting in store.unserved().await? {
        let job = waiting.job;
        match store.expire(&waiting).await {
            Ok(true) => info!(job.id = %job, "Job {job} expired: no connected agent could run it"),
            Ok(false) => {}
            Err(error) if error.is_general() => return Err(error),
            Err(error) => warn!(job.id = %job, %error, "Job {job} could not be ended: {error}"),
        }
    }
    Ok(())
}
