//! One file of a result on its way in. What has come is kept as parts, so that it can go on after a cut, on any replica.

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use object_store::{MultipartUpload, ObjectStoreExt as _, path::Path};
use sha2::{Digest as _, Sha256};

use super::{
    ResultFile, Storage, StorageError,
    parts::{Part, Slice, beginning},
};

/// How much is held in memory before it is written as a part; a smaller file is never written in parts. This is also
/// what is lost when a replica is killed, so it is no larger than what an agent may send ahead.
const PART_BYTES: usize = 2 * 1024 * 1024;
/// The smallest piece that S3 takes of an object, except for the last one.
const PIECE_BYTES: usize = 5 * 1024 * 1024;

/// A file that is being received. Dropped without [`Upload::keep`], it leaves the parts that were written before.
pub struct Upload {
    storage: Storage,
    /// What the file will be called once it is whole and right.
    path: Path,
    /// Where its parts are.
    parts: Path,
    sha256: String,
    bytes: u64,
    /// How much of the file stands in parts. The buffer goes on from there.
    kept: u64,
    buffer: BytesMut,
}

/// Why an upload did not become an object.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// Parts went away meanwhile.
    #[error("only {have} bytes are there")]
    Incomplete { have: u64 },
    #[error("the bytes do not have the announced SHA-256")]
    Hash,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Upload {
    pub(super) async fn resume(
        storage: Storage,
        file: &ResultFile<'_>,
        bytes: u64,
    ) -> Result<Self, StorageError> {
        let (path, parts, sha256) = (file.path()?, file.parts()?, file.sha256.to_owned());
        let mut upload = Self { storage, path, parts, sha256, bytes, kept: 0, buffer: BytesMut::new() };
        upload.kept = upload.beginning().await?.1;
        if upload.kept > bytes {
            // Of another file: this one is not so long.
            upload.discard().await?;
            upload.kept = 0;
        }
        Ok(upload)
    }

    /// How many bytes came so far, without a gap.
    #[must_use]
    pub fn have(&self) -> u64 {
        self.kept + self.buffer.len() as u64
    }

    /// How many bytes the file will have.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes the next bytes, in memory.
    pub fn push(&mut self, bytes: &Bytes) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Whether so much is in memory that it should be kept.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.buffer.len() >= PART_BYTES
    }

    /// Writes what is in memory as a part.
    pub async fn keep(&mut self) -> Result<(), StorageError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let bytes = self.buffer.split().freeze();
        let part = Part::new(self.kept, bytes.len() as u64);
        self.kept += bytes.len() as u64;
        self.storage.objects.put(&self.part(&part), bytes.into()).await?;
        Ok(())
    }

    /// Makes the whole file visible under its name, if it is what was announced. Bytes that are not are forgotten.
    pub async fn finish(mut self) -> Result<(), UploadError> {
        let finished = match self.kept {
            0 => self.write_once().await,
            _ => self.assemble().await,
        };
        match finished {
            Err(UploadError::Hash) => {
                self.discard().await?;
                Err(UploadError::Hash)
            }
            // Another connection made it whole, and took the parts away.
            Err(UploadError::Storage(StorageError::Missing) | UploadError::Incomplete { .. }) => {
                if self.storage.size(&self.path).await.is_ok_and(|size| size == self.bytes) {
                    return Ok(());
                }
                Err(UploadError::Incomplete { have: self.beginning().await?.1.min(self.bytes) })
            }
            other => other,
        }
    }

    /// Forgets what came so far.
    pub async fn discard(&self) -> Result<(), StorageError> {
        self.storage.delete_folder(self.parts.as_ref()).await
    }

    /// The file came in one go and stands in memory.
    async fn write_once(&mut self) -> Result<(), UploadError> {
        let bytes = self.buffer.split().freeze();
        if bytes.len() as u64 != self.bytes {
            return Err(UploadError::Incomplete { have: 0 });
        }
        if hex::encode(Sha256::digest(&bytes)) != self.sha256 {
            return Err(UploadError::Hash);
        }
        self.storage.objects.put(&self.path, bytes.into()).await.map_err(StorageError::from)?;
        Ok(())
    }

    async fn assemble(&mut self) -> Result<(), UploadError> {
        self.keep().await?;
        let (slices, have) = self.beginning().await?;
        if have != self.bytes {
            return Err(UploadError::Incomplete { have });
        }
        let target = self.storage.objects.put_multipart(&self.path).await.map_err(StorageError::from)?;
        let mut target = Assembly { target, hash: Sha256::new(), buffer: BytesMut::new() };
        let copied = self.copy(&slices, &mut target).await;
        let completed = match copied {
            Ok(()) => {
                target.target.complete().await.map(drop).map_err(|error| StorageError::from(error).into())
            }
            failed => failed,
        };
        if let Err(error) = completed {
            // The reason matters more than whether this can be undone.
            target.target.abort().await.ok();
            return Err(error);
        }
        // It is visible: parts that stay behind go with the attempt.
        self.discard().await.ok();
        Ok(())
    }

    async fn copy(&self, slices: &[Slice], target: &mut Assembly) -> Result<(), UploadError> {
        for Slice { part, range } in slices {
            let mut reading = self.storage.read(&self.part(part), Some(range.clone())).await?;
            while let Some(bytes) = reading.bytes.try_next().await? {
                target.write(&bytes).await?;
            }
        }
        target.flush().await?;
        let hash = std::mem::take(&mut target.hash).finalize();
        if hex::encode(hash) == self.sha256 { Ok(()) } else { Err(UploadError::Hash) }
    }

    /// What stands in parts, whichever connection brought it.
    async fn beginning(&self) -> Result<(Vec<Slice>, u64), StorageError> {
        let listed: Vec<_> = self.storage.list(self.parts.as_ref()).try_collect().await?;
        let parts = listed.iter().filter_map(|object| Part::named(object.path.filename()?, object.bytes));
        Ok(beginning(parts.collect()))
    }

    fn part(&self, part: &Part) -> Path {
        self.parts.clone().join(part.name())
    }
}

/// An object that is written from parts.
struct Assembly {
    target: Box<dyn MultipartUpload>,
    hash: Sha256,
    buffer: BytesMut,
}

impl Assembly {
    async fn write(&mut self, bytes: &Bytes) -> Result<(), StorageError> {
        self.hash.update(bytes);
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE_BYTES {
            self.flush().await?;
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), StorageError> {
        let piece = self.buffer.split().freeze();
        if !piece.is_empty() {
            self.target.put_part(piece.into()).await?;
        }
        Ok(())
    }
}
