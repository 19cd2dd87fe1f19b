//! Why a picture is not taken.

use spool_shared::workflow::{PICTURE, Size};

/// Each sentence follows the name of the picture's field.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    #[error("may have at most {max} bytes, not {bytes}", max = PICTURE.max_bytes)]
    TooManyBytes { bytes: usize },
    #[error("may be at most {max} × {max} pixels, not {} × {}", .size.width, .size.height, max = PICTURE.max_side)]
    TooLongSide { size: Size },
    #[error("may have at most {max} pixels, not {} × {}", .size.width, .size.height, max = PICTURE.max_pixels)]
    TooManyPixels { size: Size },
    #[error("has {bytes} bytes, and thumbnails are made of files of at most {max}")]
    TooLargeForThumbnail { bytes: u64, max: u64 },
    #[error("is empty")]
    Empty,
    #[error("is not a PNG, JPEG or WebP picture; its content counts, not its name")]
    UnknownFormat,
    #[error("ends before the picture does: the file is truncated")]
    Truncated,
    /// With what the decoder says, which is for the log.
    #[error("is damaged: it begins like a picture, but cannot be decoded")]
    Broken(String),
    #[error("cannot be decoded: it needs more memory than a picture of its size should")]
    NeedsMemory,
    #[error("was not decoded: the server is stopping")]
    Closed,
}

impl PictureError {
    /// Whether a smaller picture would be taken.
    #[must_use]
    pub const fn is_too_large(&self) -> bool {
        matches!(self, Self::TooManyBytes { .. } | Self::TooLongSide { .. } | Self::TooManyPixels { .. })
    }

    /// What no sentence for people says: the decoder's own words.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        match self {
            Self::Broken(cause) => Some(cause),
            _ => None,
        }
    }

    pub(super) fn broken(what: impl std::fmt::Display) -> Self {
        Self::Broken(what.to_string())
    }
}
