//! `upscale`: a picture is enlarged (Real-ESRGAN).

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

use super::{
    Scale, Violation, ViolationCode, Workflow,
    common::{SEED, SEED_FIELD, to_u32},
    field::{Field, FieldDefault, Kind, Scalar},
    picture::{self, PICTURE},
    read::Reader,
    size::Size,
};
use crate::class::Class;

const DEFAULT: Scale = Scale::X2;

/// The picture.
pub const PICTURES: &[Field] = &[picture::one("input_image", "Picture", "The picture to enlarge.")];

/// The parameters.
pub const FIELDS: &[Field] = &[
    Field {
        name: "scale",
        label: "Scale",
        kind: Kind::OneOf(&[2, 4]),
        default: FieldDefault::Fixed(Scalar::Integer(2)),
        help: "How many times wider and higher. The result may have 40 megapixels and 8192 pixels a side.",
    },
    SEED_FIELD,
];

/// A request whose parameters are within their limits.
#[derive(Debug, Clone, PartialEq, Serialize, Validate)]
pub struct UpscaleRequest {
    scale: Scale,
    #[validate(range(min = SEED.min, max = SEED.max))]
    seed: Option<i64>,
}

/// Everything an engine needs to know beside the picture.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct UpscaleParams {
    #[schema(value_type = u32)]
    pub scale: Scale,
    pub seed: u32,
}

impl UpscaleRequest {
    /// Reads the parameters of a request, without its picture.
    pub fn read(raw: &Map<String, Value>) -> Result<Self, Vec<Violation>> {
        let mut reader = Reader::new(raw, Workflow::Upscale);
        let parse = |factor: i64| u32::try_from(factor).ok().and_then(|factor| Scale::try_from(factor).ok());
        let scale = reader.one_of("scale", parse).unwrap_or(DEFAULT);
        let seed = reader.integer("seed");
        reader.finish(Self { scale, seed })
    }

    /// Checks the size of the result, which may be sent in again. `seed` is taken where the request has none.
    pub fn resolve(self, picture: Size, seed: u32) -> Result<UpscaleParams, Vec<Violation>> {
        let factor = self.scale.factor();
        let size = Size::new(picture.width.saturating_mul(factor), picture.height.saturating_mul(factor));
        if size.width.max(size.height) > PICTURE.max_side || size.area() > PICTURE.max_pixels {
            let message = format!(
                "scale {factor} would make a picture of {} × {}; the result may have at most {} pixels a side \
                 and {} in all",
                size.width, size.height, PICTURE.max_side, PICTURE.max_pixels
            );
            return Err(vec![Violation::new("scale", ViolationCode::Conflict, message)]);
        }
        Ok(UpscaleParams { scale: self.scale, seed: self.seed.map_or(seed, to_u32) })
    }
}

impl UpscaleParams {
    #[must_use]
    pub const fn class(&self) -> Class {
        Class::Upscale(self.scale)
    }
}
