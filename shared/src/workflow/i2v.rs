//! `i2v`: a picture becomes a video (Wan 2.2 I2V A14B).

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

use super::{
    Preset, Violation, ViolationCode, Workflow,
    common::{
        CFG_SCALE, NEGATIVE_PROMPT, NEGATIVE_PROMPT_FIELD, PRESET_FIELD, PROMPT, PROMPT_FIELD,
        PresetDefaults, SEED, SEED_FIELD, STEPS, cfg_scale_field, ignored_negative_prompt, steps_field,
        to_u32,
    },
    field::{Field, FieldDefault, Kind, Limits, Scalar},
    picture,
    read::{Reader, four_n_plus_one, multiple_of_16},
    size::{Size, SizeRule},
};
use crate::class::{Class, Length, Resolution};

/// The Lightning LoRA was distilled for 4 steps; with 8 motion is livelier.
pub const LIGHTNING: PresetDefaults = PresetDefaults { num_inference_steps: 8, cfg_scale: 1.0 };
/// The schedule of the model's authors.
pub const QUALITY: PresetDefaults = PresetDefaults { num_inference_steps: 40, cfg_scale: 3.5 };

/// 1280 × 720 is the larger of the two sizes that the model was released for.
pub const SIZE: SizeRule = SizeRule { multiple_of: 16, min_side: 128, max_side: 1280, max_area: 921_600 };

const NUM_FRAMES: Limits<i64> = Limits::new(5, 161);
/// What the model was trained on: 81 frames at 16 a second.
const DEFAULT_FRAMES: i64 = 81;
const FPS: Limits<i64> = Limits::new(4, 60);
const DEFAULT_FPS: i64 = 16;

/// The pictures, in the order in which agents get them.
pub const PICTURES: &[Field] = &[
    picture::one("input_image", "Picture", "The first frame of the video."),
    picture::optional("end_image", "End picture", "The last frame of the video."),
];

/// The parameters.
pub const FIELDS: &[Field] = &[
    PROMPT_FIELD,
    NEGATIVE_PROMPT_FIELD,
    PRESET_FIELD,
    steps_field(LIGHTNING, QUALITY),
    cfg_scale_field(LIGHTNING, QUALITY),
    SIZE.field("width", "Width"),
    SIZE.field("height", "Height"),
    Field {
        name: "num_frames",
        label: "Frames",
        kind: Kind::Integer { limits: NUM_FRAMES, step: 4 },
        default: FieldDefault::Fixed(Scalar::Integer(DEFAULT_FRAMES)),
        help: "Length in frames: 4n + 1. 81 frames at 16 a second last five seconds.",
    },
    Field {
        name: "fps",
        label: "Frames a second",
        kind: Kind::Integer { limits: FPS, step: 1 },
        default: FieldDefault::Fixed(Scalar::Integer(DEFAULT_FPS)),
        help: "How fast the frames are played. The model was trained at 16.",
    },
    SEED_FIELD,
];

/// A request whose parameters are within their limits.
#[derive(Debug, Clone, PartialEq, Serialize, Validate)]
pub struct I2vRequest {
    #[validate(length(min = PROMPT.min, max = PROMPT.max))]
    prompt: String,
    #[validate(length(max = NEGATIVE_PROMPT.max))]
    negative_prompt: Option<String>,
    preset: Preset,
    #[validate(range(min = STEPS.min, max = STEPS.max))]
    num_inference_steps: i64,
    #[validate(range(min = CFG_SCALE.min, max = CFG_SCALE.max))]
    cfg_scale: f64,
    #[validate(range(min = SIZE.min_side, max = SIZE.max_side), custom(function = "multiple_of_16"))]
    width: Option<i64>,
    #[validate(range(min = SIZE.min_side, max = SIZE.max_side), custom(function = "multiple_of_16"))]
    height: Option<i64>,
    #[validate(range(min = NUM_FRAMES.min, max = NUM_FRAMES.max), custom(function = "four_n_plus_one"))]
    num_frames: i64,
    #[validate(range(min = FPS.min, max = FPS.max))]
    fps: i64,
    #[validate(range(min = SEED.min, max = SEED.max))]
    seed: Option<i64>,
}

/// Everything an engine needs to know beside the pictures.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct I2vParams {
    pub prompt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<String>,
    pub preset: Preset,
    pub num_inference_steps: u32,
    pub cfg_scale: f64,
    pub width: u32,
    pub height: u32,
    pub num_frames: u32,
    pub fps: u32,
    pub seed: u32,
    /// Whether a second picture is the last frame.
    pub end_image: bool,
}

impl I2vRequest {
    /// Reads the parameters of a request, without its pictures.
    pub fn read(raw: &Map<String, Value>) -> Result<Self, Vec<Violation>> {
        let mut reader = Reader::new(raw, Workflow::I2v);
        let preset = reader.word("preset", Preset::from_word).unwrap_or(Preset::Lightning);
        let defaults = match preset {
            Preset::Lightning => LIGHTNING,
            Preset::Quality => QUALITY,
        };
        let request = Self {
            prompt: reader.text("prompt").unwrap_or_default(),
            negative_prompt: reader.text("negative_prompt").filter(|text| !text.is_empty()),
            preset,
            num_inference_steps: reader
                .integer("num_inference_steps")
                .unwrap_or(defaults.num_inference_steps),
            cfg_scale: reader.number("cfg_scale").unwrap_or(defaults.cfg_scale),
            width: reader.integer("width"),
            height: reader.integer("height"),
            num_frames: reader.integer("num_frames").unwrap_or(DEFAULT_FRAMES),
            fps: reader.integer("fps").unwrap_or(DEFAULT_FPS),
            seed: reader.integer("seed"),
        };
        SIZE.check(request.width, request.height, &mut reader);
        if let Some(why) = ignored_negative_prompt(request.negative_prompt.as_deref(), request.cfg_scale) {
            reader.refuse("negative_prompt", ViolationCode::Conflict, why);
        }
        reader.finish(request)
    }

    /// Fills in what follows from the pictures. `seed` is taken where the request has none.
    #[must_use]
    pub fn resolve(self, first: Size, end_image: bool, seed: u32) -> I2vParams {
        let size = match (self.width, self.height) {
            (Some(width), Some(height)) => Size::new(to_u32(width), to_u32(height)),
            _ => default_size(first),
        };
        I2vParams {
            prompt: self.prompt,
            negative_prompt: self.negative_prompt,
            preset: self.preset,
            num_inference_steps: to_u32(self.num_inference_steps),
            cfg_scale: self.cfg_scale,
            width: size.width,
            height: size.height,
            num_frames: to_u32(self.num_frames),
            fps: to_u32(self.fps),
            seed: self.seed.map_or(seed, to_u32),
            end_image,
        }
    }
}

impl I2vParams {
    #[must_use]
    pub const fn class(&self) -> Class {
        Class::I2v(Resolution::of(self.width, self.height), Length::of(self.num_frames), self.preset)
    }
}

/// The frame size for a picture: its aspect at the area of 832 × 480, each side rounded down to a multiple
/// of 16, as the model's own code does it. A picture longer than 4.1 : 1 is held at 1280 pixels.
#[must_use]
pub fn default_size(picture: Size) -> Size {
    let (long, short) = (picture.width.max(picture.height).max(1), picture.width.min(picture.height).max(1));
    let (long, short) = (u64::from(long), u64::from(short));
    let area = u64::from(Resolution::P480_PIXELS);
    // Whole-number roots: 832 × 480 itself must not become 816 by a rounding error.
    let mut longer = down((area * long / short).isqrt());
    let mut shorter = down((area * short / long).isqrt());
    if longer > 1280 {
        longer = 1280;
        shorter = down(1280 * short / long).max(128);
    }
    let (longer, shorter) = (u32::try_from(longer).unwrap_or(1280), u32::try_from(shorter).unwrap_or(128));
    if picture.width >= picture.height { Size::new(longer, shorter) } else { Size::new(shorter, longer) }
}

const fn down(side: u64) -> u64 {
    side / 16 * 16
}
