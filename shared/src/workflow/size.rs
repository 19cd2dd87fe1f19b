//! Frame and picture sizes in pixels.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ViolationCode,
    field::{Field, FieldDefault, Kind, Limits},
    read::Reader,
};

/// Pixels, after the EXIF orientation was applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

impl Size {
    #[must_use]
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    #[must_use]
    pub const fn area(self) -> u64 {
        self.width as u64 * self.height as u64
    }
}

/// What a workflow makes of `width` and `height`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct SizeRule {
    /// Both sides are multiples of this.
    pub multiple_of: i64,
    pub min_side: i64,
    pub max_side: i64,
    /// Pixels of the whole picture.
    pub max_area: i64,
}

impl SizeRule {
    /// The field of one side.
    pub(super) const fn field(self, name: &'static str, label: &'static str) -> Field {
        Field {
            name,
            label,
            kind: Kind::Integer { limits: Limits::new(self.min_side, self.max_side), step: self.multiple_of },
            default: FieldDefault::FromPicture,
            help: "Pixels. Follows the first picture when width and height are absent.",
        }
    }

    /// Notes what the sides break together.
    pub(super) fn check(self, width: Option<i64>, height: Option<i64>, reader: &mut Reader<'_>) {
        match (width, height) {
            (Some(_), None) if !reader.has("height") => {
                self.refuse_half(reader, "height", "width");
            }
            (None, Some(_)) if !reader.has("width") => {
                self.refuse_half(reader, "width", "height");
            }
            (Some(width), Some(height)) => {
                let area = width.saturating_mul(height);
                let limits = self.min_side..=self.max_side;
                // A side that is out of range has a sentence of its own.
                if area > self.max_area && limits.contains(&width) && limits.contains(&height) {
                    let message = format!(
                        "width × height must be at most {} pixels, not {width} × {height} = {area}",
                        self.max_area
                    );
                    reader.refuse("width", ViolationCode::OutOfRange, message);
                }
            }
            _ => {}
        }
    }

    fn refuse_half(self, reader: &mut Reader<'_>, missing: &'static str, given: &str) {
        let Self { multiple_of, min_side, max_side, .. } = self;
        let message = format!(
            "{missing} is required when {given} is given: give both, each a multiple of {multiple_of} from {min_side} \
             to {max_side}, or neither"
        );
        reader.refuse(missing, ViolationCode::Missing, message);
    }
}
