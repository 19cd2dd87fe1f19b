//! One object on its way in.

use bytes::{Bytes, BytesMut};
use object_store::MultipartUpload;
use sha2::{Digest as _, Sha256};

use super::StorageError;

/// The smallest part that S3 takes, except for the last one.
const PART_BYTES: usize = 5 * 1024 * 1024;

/// Bytes that are being written, not visible yet. Dropped without [`Upload::commit`], it leaves nothing behind.
pub struct Upload {
    parts: Box<dyn MultipartUpload>,
    buffer: BytesMut,
    hash: Sha256,
    written: u64,
}

/// Why an upload did not become an object.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    #[error("{written} bytes came instead of {expected}")]
    Length { written: u64, expected: u64 },
    #[error("the bytes do not have the announced SHA-256")]
    Hash,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Upload {
    pub(super) fn new(parts: Box<dyn MultipartUpload>) -> Self {
        Self { parts, buffer: BytesMut::new(), hash: Sha256::new(), written: 0 }
    }

    /// How many bytes came so far.
    #[must_use]
    pub const fn written(&self) -> u64 {
        self.written
    }

    /// Takes the next bytes.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), StorageError> {
        self.hash.update(&bytes);
        self.written += bytes.len() as u64;
        self.buffer.extend_from_slice(&bytes);
        if self.buffer.len() >= PART_BYTES {
            self.flush().await?;
        }
        Ok(())
    }

    /// Makes the object visible, if it is what was announced.
    pub async fn commit(mut self, sha256: &str, bytes: u64) -> Result<(), UploadError> {
        if self.written != bytes {
            let written = self.written;
            self.abort().await?;
            return Err(UploadError::Length { written, expected: bytes });
        }
        if hex::encode(std::mem::take(&mut self.hash).finalize()) != sha256 {
            self.abort().await?;
            return Err(UploadError::Hash);
        }
        self.flush().await?;
        self.parts.complete().await.map_err(StorageError::from)?;
        Ok(())
    }

    /// Forgets the bytes.
    pub async fn abort(mut self) -> Result<(), StorageError> {
        Ok(self.parts.abort().await?)
    }

    async fn flush(&mut self) -> Result<(), StorageError> {
        let part = self.buffer.split().freeze();
        if !part.is_empty() {
            self.parts.put_part(part.into()).await?;
        }
        Ok(())
    }
}
