//! What a picture sent with a request may be.

use serde::Serialize;
use utoipa::ToSchema;

use super::field::{Field, FieldDefault, Kind, Limits};

/// The limits of every input picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct PictureLimits {
    /// Bytes of the file, or characters of its base64 text.
    pub max_bytes: usize,
    pub max_side: u32,
    pub max_pixels: u64,
    #[schema(value_type = Vec<String>)]
    pub content_types: &'static [&'static str],
}

/// 10 MiB, 8192 × 8192, 40 megapixels.
pub const PICTURE: PictureLimits = PictureLimits {
    max_bytes: 10 * 1024 * 1024,
    max_side: 8192,
    max_pixels: 40_000_000,
    content_types: &["image/png", "image/jpeg", "image/webp"],
};

/// A field that takes exactly one picture.
pub(super) const fn one(name: &'static str, label: &'static str, help: &'static str) -> Field {
    Field { name, label, kind: Kind::Pictures(Limits::new(1, 1)), default: FieldDefault::Required, help }
}

/// A field that takes one picture or none.
pub(super) const fn optional(name: &'static str, label: &'static str, help: &'static str) -> Field {
    Field { name, label, kind: Kind::Pictures(Limits::new(0, 1)), default: FieldDefault::Absent, help }
}
