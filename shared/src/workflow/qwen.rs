//! `qwen`: one to three pictures are edited into one (Qwen-Image-Edit).

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

use super::{
    Preset, QwenModel, Violation, ViolationCode, Workflow,
    common::{
        CFG_SCALE, NEGATIVE_PROMPT, NEGATIVE_PROMPT_FIELD, PRESET_FIELD, PROMPT, PROMPT_FIELD,
        PresetDefaults, SEED, SEED_FIELD, STEPS, cfg_scale_field, ignored_negative_prompt, steps_field,
        to_u32,
    },
    field::{Field, FieldDefault, Kind, Limits, Scalar},
    read::{Reader, multiple_of_32},
    size::{Size, SizeRule},
};
use crate::class::Class;

/// What the Lightning LoRA was distilled for.
pub const LIGHTNING: PresetDefaults = PresetDefaults { num_inference_steps: 4, cfg_scale: 1.0 };
/// The schedule of the model's authors.
pub const QUALITY: PresetDefaults = PresetDefaults { num_inference_steps: 40, cfg_scale: 4.0 };

/// The longest side follows from the area and the shortest other side: 1,600,000 / 128, down to a multiple of 32.
pub const SIZE: SizeRule =
    SizeRule { multiple_of: 32, min_side: 128, max_side: 1_600_000 / 128 / 32 * 32, max_area: 1_600_000 };

const DEFAULT_MODEL: QwenModel = QwenModel::Edit2511;

/// The pictures.
pub const PICTURES: &[Field] = &[Field {
    name: "edit_image",
    label: "Pictures",
    kind: Kind::Pictures(Limits::new(1, 3)),
    default: FieldDefault::Required,
    help: "One to three pictures; the prompt may call them picture 1, 2 and 3.",
}];

/// The parameters.
pub const FIELDS: &[Field] = &[
    PROMPT_FIELD,
    NEGATIVE_PROMPT_FIELD,
    Field {
        name: "model",
        label: "Model",
        kind: Kind::Word(QwenModel::WORDS),
        default: FieldDefault::Fixed(Scalar::Word(DEFAULT_MODEL.as_str())),
        help: "The checkpoint of Qwen-Image-Edit; edit is the first one.",
    },
    PRESET_FIELD,
    steps_field(LIGHTNING, QUALITY),
    cfg_scale_field(LIGHTNING, QUALITY),
    SIZE.field("width", "Width"),
    SIZE.field("height", "Height"),
    SEED_FIELD,
];

/// A request whose parameters are within their limits.
#[derive(Debug, Clone, PartialEq, Serialize, Validate)]
pub struct QwenRequest {
    #[validate(length(min = PROMPT.min, max = PROMPT.max))]
    prompt: String,
    #[validate(length(max = NEGATIVE_PROMPT.max))]
    negative_prompt: Option<String>,
    model: QwenModel,
    preset: Preset,
    #[validate(range(min = STEPS.min, max = STEPS.max))]
    num_inference_steps: i64,
    #[validate(range(min = CFG_SCALE.min, max = CFG_SCALE.max))]
    cfg_scale: f64,
    #[validate(range(min = SIZE.min_side, max = SIZE.max_side), custom(function = "multiple_of_32"))]
    width: Option<i64>,
    #[validate(range(min = SIZE.min_side, max = SIZE.max_side), custom(function = "multiple_of_32"))]
    height: Option<i64>,
    #[validate(range(min = SEED.min, max = SEED.max))]
    seed: Option<i64>,
}

/// Everything an engine needs to know beside the pictures.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct QwenParams {
    pub prompt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<String>,
    pub preset: Preset,
    pub model: QwenModel,
    pub num_inference_steps: u32,
    pub cfg_scale: f64,
    pub width: u32,
    pub height: u32,
    pub seed: u32,
}

impl QwenRequest {
    /// Reads the parameters of a request, without its pictures.
    pub fn read(raw: &Map<String, Value>) -> Result<Self, Vec<Violation>> {
        let mut reader = Reader::new(raw, Workflow::Qwen);
        let preset = reader.word("preset", Preset::from_word).unwrap_or(Preset::Lightning);
        let defaults = match preset {
            Preset::Lightning => LIGHTNING,
            Preset::Quality => QUALITY,
        };
        let request = Self {
            prompt: reader.text("prompt").unwrap_or_default(),
            negative_prompt: reader.text("negative_prompt").filter(|text| !text.is_empty()),
            model: reader.word("model", QwenModel::from_word).unwrap_or(DEFAULT_MODEL),
            preset,
            num_inference_steps: reader
                .integer("num_inference_steps")
                .unwrap_or(defaults.num_inference_steps),
            cfg_scale: reader.number("cfg_scale").unwrap_or(defaults.cfg_scale),
            width: reader.integer("width"),
            height: reader.integer("height"),
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
    pub fn resolve(self, first: Size, seed: u32) -> QwenParams {
        let size = match (self.width, self.height) {
            (Some(width), Some(height)) => Size::new(to_u32(width), to_u32(height)),
            _ => default_size(first),
        };
        QwenParams {
            prompt: self.prompt,
            negative_prompt: self.negative_prompt,
            preset: self.preset,
            model: self.model,
            num_inference_steps: to_u32(self.num_inference_steps),
            cfg_scale: self.cfg_scale,
            width: size.width,
            height: size.height,
            seed: self.seed.map_or(seed, to_u32),
        }
    }
}

impl QwenParams {
    #[must_use]
    pub const fn class(&self) -> Class {
        Class::Qwen(self.model, self.preset)
    }
}

/// The size for a picture: its aspect at 1024 × 1024 pixels, each side rounded to a multiple of 32. The engine
/// resizes its inputs by the same formula, and an output of another size drifts away from them. Sides that
/// would break [`SIZE`], beyond 64 : 1, are held at its limits.
#[must_use]
pub fn default_size(picture: Size) -> Size {
    const AREA: f64 = 1024.0 * 1024.0;
    let ratio = f64::from(picture.width.max(1)) / f64::from(picture.height.max(1));
    let width = (AREA * ratio).sqrt();
    Size::new(rounded(width), rounded(width / ratio))
}

/// To a multiple of 32, halves to the even one as Python's `round` does, within [`SIZE`].
fn rounded(side: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a positive number of 32nds, far below 2³²"
    )]
    let thirty_seconds = (side / 32.0).round_ties_even() as u32;
    (thirty_seconds * 32).clamp(to_u32(SIZE.min_side), to_u32(SIZE.max_side))
}
