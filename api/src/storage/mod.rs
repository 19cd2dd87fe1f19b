//! Pictures and results: objects in a folder that all replicas share. Redis holds only their names and hashes.
//!
//! - `inputs/<sha256>`: a picture as it is stored, shared by every job that uses it
//! - `results/<job>/<token>/<index>-<sha256>`, and `.poster` behind it for the still picture of a video: written
//!   under the token of the lease, so that a superseded attempt can never touch a newer result

mod path;
mod upload;

use std::{fs::DirBuilder, ops::Range, os::unix::fs::DirBuilderExt as _, path::Path as FilePath, sync::Arc};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream::BoxStream};
use object_store::{
    GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, local::LocalFileSystem, path::Path,
};
use spool_shared::ids::{JobId, Token};

pub use path::{BadHash, ResultFile, input_path};
pub use upload::{Upload, UploadError};

/// What went wrong with an object.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("the folder {0} cannot be used: {1}")]
    Folder(String, std::io::Error),
    #[error("there is no such object")]
    Missing,
    #[error(transparent)]
    BadHash(#[from] BadHash),
    #[error("storage failed: {0}")]
    Failed(object_store::Error),
}

impl From<object_store::Error> for StorageError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            other => Self::Failed(other),
        }
    }
}

/// A handle on the objects; cheap to clone.
#[derive(Clone)]
pub struct Storage {
    objects: Arc<dyn ObjectStore>,
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
        Ok(Self { objects: Arc::new(objects) })
    }

    /// Stores a picture under its hash. Written even if it is there: a fresh copy keeps the sweeper away until the
    /// job refers to it.
    pub async fn put_input(&self, sha256: &str, bytes: Bytes) -> Result<(), StorageError> {
        self.objects.put(&input_path(sha256)?, bytes.into()).await?;
        Ok(())
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

    /// Proves that objects can be written, by writing one.
    pub async fn probe(&self) -> Result<(), StorageError> {
        let path = Path::from(format!("probe/{:016x}", rand::random::<u64>()));
        self.objects.put(&path, Bytes::from_static(b"probe").into()).await?;
        self.delete(&path).await
    }
}

#[cfg(test)]
mod tests;
