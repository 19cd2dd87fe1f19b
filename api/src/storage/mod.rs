//! Pictures and results: objects in a folder that all replicas share. Redis holds only their names and hashes.
//!
//! - `inputs/<sha256>`: a picture as it is stored, shared by every job that uses it
//! - `results/<job>/<token>/<index>-<sha256>`, and `.poster` behind it for the still picture of a video: written
//!   under the token of the lease, so that a superseded attempt can never touch a newer result
//! - `thumbnails/<sha256>/…` and `results/<job>/<token>/thumbnails/…`: made when first asked for
//! - `sessions/<id>`: that a session uses this storage, renewed by its sweepers

mod path;
mod staged;
mod upload;

use std::{
    fs::DirBuilder, io::ErrorKind, ops::Range, os::unix::fs::DirBuilderExt as _, path::Path as FilePath,
    sync::Arc,
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream::BoxStream};
use object_store::{
    GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, local::LocalFileSystem, path::Path,
};
use spool_shared::ids::{JobId, Token};

pub use path::{BadHash, ResultFile, attempt_name, input_path, input_thumbnail};
pub use upload::{Upload, UploadError};

/// What went wrong with an object.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("the folder {0} cannot be used: {1}")]
    Folder(String, std::io::Error),
    #[error("there is no such object")]
    Missing,
    #[error("there is no room for more: {0}")]
    Full(object_store::Error),
    #[error(transparent)]
    BadHash(#[from] BadHash),
    #[error("storage failed: {0}")]
    Failed(object_store::Error),
}

impl From<object_store::Error> for StorageError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            other if is_full(&other) => Self::Full(other),
            other => Self::Failed(other),
        }
    }
}

/// Whether the disk, this user's share of it, or a file on it may not grow any more.
fn is_full(error: &object_store::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        if matches!(kind, Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// A handle on the objects; cheap to clone.
#[derive(Clone)]
pub struct Storage {
    objects: Arc<dyn ObjectStore>,
    /// Where the objects are, if in a folder.
    folder: Option<Arc<FilePath>>,
}

/// An object, or a range of it, about to be read.
pub struct Reading {
    /// Bytes of the whole object.
    pub size: u64,
    pub bytes: BoxStream<'static, Result<Bytes, StorageError>>,
}

/// An object as a listing tells of it.
#[derive(Debug, Clone)]
pub struct Listed {
    pub path: Path,
    pub bytes: u64,
    /// Milliseconds since the epoch, on the clock of the storage.
    pub modified_ms: i64,
}

impl Storage {
    /// Opens a folder, and makes it, readable by this user alone, if it is not there.
    pub fn folder(folder: &FilePath) -> Result<Self, StorageError> {
        let failed = |error| StorageError::Folder(folder.display().to_string(), error);
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        let objects = LocalFileSystem::new_with_prefix(folder)?.with_automatic_cleanup(true);
        Ok(Self { objects: Arc::new(objects), folder: Some(folder.into()) })
    }

    /// Stores a picture under its hash; it must be held in the store. Written even if it is there: a fresh copy
    /// keeps the sweeper away also where the store has lost its data.
    pub async fn put_input(&self, sha256: &str, bytes: Bytes) -> Result<(), StorageError> {
        self.objects.put(&input_path(sha256)?, bytes.into()).await?;
        Ok(())
    }

    /// Stores a small object in one go.
    pub async fn put(&self, path: &Path, bytes: Bytes) -> Result<(), StorageError> {
        self.objects.put(path, bytes.into()).await?;
        Ok(())
    }

    /// Reads a whole object into memory.
    pub async fn read_whole(&self, path: &Path) -> Result<Bytes, StorageError> {
        Ok(self.objects.get(path).await?.bytes().await?)
    }

    /// Begins to write an object. Nothing of it is visible before [`Upload::commit`].
    pub async fn begin(&self, path: &Path) -> Result<Upload, StorageError> {
        Ok(Upload::new(self.objects.put_multipart(path).await?))
    }

    /// Whether the object is there, and its bytes.
    pub async fn size(&self, path: &Path) -> Result<u64, StorageError> {
        Ok(self.objects.head(path).await?.size)
    }

    /// Opens an object, or `range` of it, which must lie within.
    pub async fn read(&self, path: &Path, range: Option<Range<u64>>) -> Result<Reading, StorageError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let found = self.objects.get_opts(path, options).await?;
        let size = found.meta.size;
        Ok(Reading { size, bytes: found.into_stream().map_err(StorageError::from).boxed() })
    }

    /// Every object under a folder such as `inputs`, in no order.
    pub fn list(&self, folder: &str) -> impl Stream<Item = Result<Listed, StorageError>> + Send + use<> {
        self.objects.list(Some(&Path::from(folder))).map(|listed| {
            let object = listed?;
            let modified_ms = object.last_modified.timestamp_millis();
            Ok(Listed { path: object.location, bytes: object.size, modified_ms })
        })
    }

    /// Deletes one object; one that is not there is fine.
    pub async fn delete(&self, path: &Path) -> Result<(), StorageError> {
        match self.objects.delete(path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes all results of a job.
    pub async fn delete_job(&self, job: JobId) -> Result<(), StorageError> {
        self.delete_folder(&format!("results/{job}")).await
    }

    /// Deletes what one attempt of a job wrote.
    pub async fn delete_attempt(&self, job: JobId, token: &Token) -> Result<(), StorageError> {
        self.delete_folder(&format!("results/{job}/{}", token.reveal())).await
    }

    async fn delete_folder(&self, folder: &str) -> Result<(), StorageError> {
        let mut objects = std::pin::pin!(self.list(folder));
        while let Some(object) = objects.try_next().await? {
            self.delete(&object.path).await?;
        }
        Ok(())
    }

    /// Shows that a session uses this storage; the time on the clock of the storage, milliseconds since the epoch.
    pub async fn sign_in(&self, session: &str) -> Result<i64, StorageError> {
        let path = Path::from(format!("sessions/{session}"));
        self.objects.put(&path, Bytes::new().into()).await?;
        Ok(self.objects.head(&path).await?.last_modified.timestamp_millis())
    }

    /// Whether another session has signed in after `cutoff_ms`. Signs that are older are removed.
    pub async fn has_other_session(&self, session: &str, cutoff_ms: i64) -> Result<bool, StorageError> {
        let mut signs = std::pin::pin!(self.list("sessions"));
        let mut found = false;
        while let Some(sign) = signs.try_next().await? {
            if sign.path.filename() == Some(session) {
                continue;
            }
            if sign.modified_ms > cutoff_ms {
                found = true;
            } else {
                self.delete(&sign.path).await?;
            }
        }
        Ok(found)
    }

    /// Removes what writers that were killed left half written before `cutoff_ms`; how many files that were.
    pub async fn remove_staged(&self, cutoff_ms: i64) -> Result<usize, StorageError> {
        let Some(folder) = self.folder.clone() else { return Ok(0) };
        let failed = |error| StorageError::Folder("of the objects".to_owned(), error);
        let walk = tokio::task::spawn_blocking(move || staged::remove_older(&folder, cutoff_ms));
        walk.await.map_err(|error| failed(std::io::Error::other(error)))?.map_err(failed)
    }

    /// Proves that objects can be written, by writing one.
    pub async fn probe(&self) -> Result<(), StorageError> {
        let path = Path::from(format!("probe/{:016x}", rand::random::<u64>()));
        self.objects.put(&path, Bytes::from_static(b"probe").into()).await?;
        self.delete(&path).await
    }
}

#[cfg(test)]
mod tests;
