//! Pictures that people send: recognized by their content, decoded in full to prove that they can be, and stored as
//! they came without their metadata.

mod decode;
mod error;
mod jpeg;
mod oriented;
mod png;
mod thumbnail;
mod turns;
mod webp;

use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use spool_shared::workflow::{PICTURE, Size};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use error::PictureError;
pub use oriented::{HEAD_BYTES, Oriented, added, oriented};
pub use thumbnail::THUMBNAIL_SIZES;
pub use turns::{Making, Turns};

/// The formats taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Png,
    Jpeg,
    Webp,
}

impl Format {
    /// Recognizes a file by its first bytes; its name and its declared type count for nothing.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }

    /// The format of this type.
    #[must_use]
    pub fn named(content_type: &str) -> Option<Self> {
        [Self::Png, Self::Jpeg, Self::Webp].into_iter().find(|format| format.content_type() == content_type)
    }

    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }

    /// The file without what is not the picture: EXIF, XMP, comments, text, thumbnails, whatever follows its end.
    fn without_metadata(self, bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
        match self {
            Self::Png => png::without_metadata(bytes),
            Self::Jpeg => jpeg::without_metadata(bytes),
            Self::Webp => webp::without_metadata(bytes),
        }
    }
}

/// A picture that decodes, ready to be stored.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The file without metadata; its pixels are untouched, its colour profile kept.
    pub bytes: Bytes,
    pub format: Format,
    /// Of [`Self::bytes`], in hexadecimal.
    pub sha256: String,
    /// As stored, before `orientation` is applied.
    pub size: Size,
    /// EXIF 1–8, removed from the file with the rest of the metadata.
    pub orientation: u8,
}

/// Validates pictures, few enough at a time that their decoded pixels fit the memory set aside for them.
#[derive(Clone)]
pub struct Pictures {
    kib: Arc<Semaphore>,
    budget_kib: u32,
    sources: Arc<Semaphore>,
    /// Who makes which thumbnail.
    pub turns: Turns,
}

impl Pictures {
    #[must_use]
    pub fn new(mib: u32) -> Self {
        let budget_kib = mib.saturating_mul(1024);
        Self {
            kib: Arc::new(Semaphore::new(budget_kib as usize)),
            budget_kib,
            sources: thumbnail::sources(),
            turns: Turns::default(),
        }
    }

    /// Decodes a file in full, waiting for memory first, and takes its metadata off.
    pub async fn validate(&self, bytes: Bytes) -> Result<Picture, PictureError> {
        if bytes.len() > PICTURE.max_bytes {
            return Err(PictureError::TooManyBytes { bytes: bytes.len() });
        }
        if bytes.is_empty() {
            return Err(PictureError::Empty);
        }
        let format = Format::of(&bytes).ok_or(PictureError::UnknownFormat)?;
        let header = decode::header(&bytes, format)?;
        let memory = self.memory(header.decoding_bytes).await?;
        let decoded = tokio::task::spawn_blocking(move || {
            // Held here: a request that gives up meanwhile does not free memory that is still in use.
            let _memory = memory;
            // Decoded is what will be stored: decoders read on where a file is broken, each in its own way, so that the
            // same file could fail without its metadata.
            let bytes = Bytes::from(format.without_metadata(&bytes)?);
            decode::fully(&bytes, format, header.size)?;
            if format.without_metadata(&bytes)? != bytes {
                return Err(PictureError::broken("what is metadata depends on what was taken off already"));
            }
            // The first frame of an animation may have been drawn anew, without loss.
            if bytes.len() > PICTURE.max_bytes {
                return Err(PictureError::TooManyBytes { bytes: bytes.len() });
            }
            let sha256 = hex::encode(Sha256::digest(&bytes));
            Ok(Picture { bytes, format, sha256, size: header.size, orientation: header.orientation })
        });
        decoded.await.map_err(|_| PictureError::Closed)?
    }

    /// Waits for memory to decode in. A picture that needs more than all that is set aside is decoded alone.
    async fn memory(&self, decoding_bytes: u64) -> Result<OwnedSemaphorePermit, PictureError> {
        let kib = u32::try_from(decoding_bytes / 1024 + 1).unwrap_or(u32::MAX).min(self.budget_kib);
        Arc::clone(&self.kib).acquire_many_owned(kib).await.map_err(|_| PictureError::Closed)
    }
}

#[cfg(test)]
mod tests;
