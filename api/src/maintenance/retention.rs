//! The end of a job's record, and of its hope.

use tracing::{info, warn};

use crate::{
    storage::{Storage, StorageError},
    store::{Store, StoreError},
};

/// How many jobs one pass deletes.
const LIMIT: isize = 100;

#[derive(Debug, thiserror::Error)]
enum PassError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

pub(super) async fn pass(store: &Store, storage: &Storage) {
    if let Err(error) = forget_outlived(store, storage).await {
        warn!(%error, "Outlived jobs could not be deleted: {error}");
    }
    if let Err(error) = expire_unserved(store).await {
        warn!(%error, "Jobs that nobody can run could not be ended: {error}");
    }
}

/// T13. Files first: a record without files is a lie, files without a record are only rubbish.
async fn forget_outlived(store: &Store, storage: &Storage) -> Result<(), PassError> {
    for job in store.outlived(LIMIT).await? {
        storage.delete_job(job).await?;
        store.forget(job, false).await?;
    }
    Ok(())
}

/// T12.
async fn expire_unserved(store: &Store) -> Result<(), PassError> {
    for job in store.unserved().await? {
        if store.expire(job).await? {
            info!(job.id = %job, "Job {job} expired: no connected agent could run it");
        }
    }
    Ok(())
}
