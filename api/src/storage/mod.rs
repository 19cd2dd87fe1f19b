//! Pictures and results: objects in a folder or a bucket that all replicas share. Redis holds only their names and
//! hashes.
//!
//! - `inputs/<sha256>`: a picture as it is stored, shared by every job that uses it
//! - `results/<job>/<attempt>/<index>-<sha256>`, and `.poster` behind it for the still picture of a video: written
//!   under the token of the lease, so that a superseded attempt can never touch a newer result
//! - `results/<job>/<attempt>/parts/<name of the file>/<from>-<to>`: what has come of a file that is not whole yet;
//!   it goes with the attempt
//! - `thumbnails/<sha256>/…` and `results/<job>/<attempt>/thumbnails/…`: made when first asked for
//! - `sessions/<id>`: that a session uses this storage, renewed by its sweepers

mod bucket;
mod error;
mod parts;
mod path;
mod staged;
mod upload;

use std::{
    collections::HashMap, fs::DirBuilder, io, ops::Range, os::unix::fs::DirBuilderExt as _,
    path::Path as FilePath, sync::Arc,
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream::BoxStream};
use object_store::{
    GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, local::LocalFileSystem, path::Path,
};
use spool_shared::ids::JobId;

/// The name of an object.
pub use object_store::path::Path as ObjectPath;

pub use bucket::Bucket;
pub use error::StorageError;
pub use path::{BadHash, ResultFile, attempt_name, input_path, input_thumbnail};
pub use upload::{Upload, UploadError};

/// A handle on the objects; cheap to clone.
#[derive(Clone)]
pub struct Storage {
    objects: Arc<dyn ObjectStore>,
    kind: Kind,
}

/// What the objects are.
#[derive(Clone)]
enum Kind {
    /// Files below this folder.
    Folder(Arc<FilePath>),
    /// Objects of the bucket of this name.
    Bucket(Arc<str>),
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
        let failed = |error: io::Error| StorageError::Folder(folder.display().to_string(), error.to_string());
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        let objects = LocalFileSystem::new_with_prefix(folder)?.with_automatic_cleanup(true);
        Ok(Self { objects: Arc::new(objects), kind: Kind::Folder(folder.into()) })
    }

    /// Opens a bucket; whether it can be used shows with [`Storage::prove`].
    #[must_use]
    pub fn bucket(bucket: Bucket) -> Self {
        Self { objects: bucket.objects, kind: Kind::Bucket(bucket.name) }
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

    /// Begins to receive a file of a result, or goes on with what came of it before, on whichever replica. Nothing of
    /// it is visible before [`Upload::finish`].
    pub async fn resume(&self, file: &ResultFile<'_>, bytes: u64) -> Result<Upload, StorageError> {
        Upload::resume(self.clone(), file, bytes).await
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

    /// The files of the attempt that `file` is of, with how far each reaches, whole or in parts. Parts that overlap,
    /// or stayed behind beside the whole file, count once.
    pub async fn attempt(&self, file: &ResultFile<'_>) -> Result<HashMap<Path, u64>, StorageError> {
        let mut files = HashMap::new();
        let mut listed = std::pin::pin!(self.list(&file.folder()));
        while let Some(object) = listed.try_next().await? {
            let (path, end) = path::reach(object.path, object.bytes);
            let reached = files.entry(path).or_default();
            *reached = end.max(*reached);
        }
        Ok(files)
    }

    /// Deletes one object; one that is not there is fine.
    pub async fn delete(&self, path: &Path) -> Result<(), StorageError> {
        match self.objects.delete(path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes all results of a job, and what has come of unfinished ones.
    pub async fn delete_job(&self, job: JobId) -> Result<(), StorageError> {
        self.delete_folder(&format!("results/{job}")).await
    }

    /// Also what a listing does not show: files that were being written when a replica was killed.
    async fn delete_folder(&self, folder: &str) -> Result<(), StorageError> {
        match &self.kind {
            Kind::Folder(root) => {
                let folder = root.join(folder);
                blocking(move || remove_folder(&folder)).await
            }
            Kind::Bucket(_) => {
                let objects = self.objects.list(Some(&Path::from(folder))).map_ok(|object| object.location);
                let mut deleted = self.objects.delete_stream(objects.boxed());
                while let Some(deleted) = deleted.next().await {
                    match deleted {
                        Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
                Ok(())
            }
        }
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
        // What a killed replica leaves in a bucket is in no listing: a rule of the bucket has to remove it (README).
        let Kind::Folder(folder) = self.kind.clone() else { return Ok(0) };
        blocking(move || staged::remove_older(&folder, cutoff_ms)).await
    }

    /// Proves at the start that the storage can be used, or says what is wrong with the settings.
    pub async fn prove(&self) -> Result<(), StorageError> {
        match (self.probe().await, &self.kind) {
            (Err(StorageError::Failed(why)), Kind::Bucket(name)) => {
                Err(StorageError::Bucket(name.to_string(), format!("{why}; {}", bucket::SETTINGS)))
            }
            (Err(StorageError::Missing), Kind::Bucket(name)) => {
                Err(StorageError::Bucket(name.to_string(), "it does not exist".to_owned()))
            }
            (Err(StorageError::Failed(why)), Kind::Folder(folder)) => {
                Err(StorageError::Folder(folder.display().to_string(), why))
            }
            (proved, _) => proved,
        }
    }

    /// Proves that objects can be written, by writing one.
    pub async fn probe(&self) -> Result<(), StorageError> {
        let path = Path::from(format!("probe/{:016x}", rand::random::<u64>()));
        self.objects.put(&path, Bytes::from_static(b"probe").into()).await?;
        self.delete(&path).await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, StorageError> {
    let done = tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)));
    // The error of a file operation does not name the file.
    done.map_err(|error| StorageError::Failed(error.to_string()))
}

/// Removes a folder with everything in it, and the folder above if nothing else is there.
fn remove_folder(folder: &FilePath) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        // Something was written into it meanwhile.
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => std::fs::remove_dir_all(folder)?,
        Err(error) => return Err(error),
    }
    // It usually holds other folders.
    drop(folder.parent().map(std::fs::remove_dir));
    Ok(())
}

#[cfg(test)]
mod tests;
