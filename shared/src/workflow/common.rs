//! Fields that several workflows have.

use super::{
    Preset, Priority,
    field::{Field, FieldDefault, Kind, Limits, Scalar},
};

pub(super) const PROMPT: Limits<u64> = Limits::new(1, 500);
pub(super) const NEGATIVE_PROMPT: Limits<u64> = Limits::new(0, 500);
pub(super) const STEPS: Limits<i64> = Limits::new(1, 100);
pub(super) const CFG_SCALE: Limits<f64> = Limits::new(0.1, 20.0);
/// 32 bits: every engine takes that much.
pub(super) const SEED: Limits<i64> = Limits::new(0, u32::MAX as i64);

/// Steps and CFG scale where the request does not say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PresetDefaults {
    pub num_inference_steps: i64,
    pub cfg_scale: f64,
}

pub(super) const PRESET_FIELD: Field = Field {
    name: "preset",
    label: "Preset",
    kind: Kind::Word(Preset::WORDS),
    default: FieldDefault::Fixed(Scalar::Word(Preset::Lightning.as_str())),
    help: "lightning needs few steps; quality follows the base model's own schedule and takes far longer.",
};

pub(super) const fn steps_field(lightning: PresetDefaults, quality: PresetDefaults) -> Field {
    Field {
        name: "num_inference_steps",
        label: "Steps",
        kind: Kind::Integer { limits: STEPS, step: 1 },
        default: FieldDefault::Preset {
            lightning: Scalar::Integer(lightning.num_inference_steps),
            quality: Scalar::Integer(quality.num_inference_steps),
        },
        help: "Denoising steps. More take longer in proportion.",
    }
}

pub(super) const fn cfg_scale_field(lightning: PresetDefaults, quality: PresetDefaults) -> Field {
    Field {
        name: "cfg_scale",
        label: "CFG scale",
        kind: Kind::Number(CFG_SCALE),
        default: FieldDefault::Preset {
            lightning: Scalar::Number(lightning.cfg_scale),
            quality: Scalar::Number(quality.cfg_scale),
        },
        help: "How strictly the prompt is followed. At any value but 1 each step runs the model twice.",
    }
}

pub(super) const PROMPT_FIELD: Field = Field {
    name: "prompt",
    label: "Prompt",
    kind: Kind::Text(PROMPT),
    default: FieldDefault::Required,
    help: "What should happen, in plain words.",
};

pub(super) const NEGATIVE_PROMPT_FIELD: Field = Field {
    name: "negative_prompt",
    label: "Negative prompt",
    kind: Kind::Text(NEGATIVE_PROMPT),
    default: FieldDefault::Absent,
    help: "What should not appear. Needs a CFG scale other than 1.",
};

pub(super) const SEED_FIELD: Field = Field {
    name: "seed",
    label: "Seed",
    kind: Kind::Integer { limits: SEED, step: 1 },
    default: FieldDefault::Random,
    help: "The same seed with the same settings gives the same result. Drawn at random when absent.",
};

/// Stands in a request beside the parameters of every workflow.
pub const PRIORITY_FIELD: Field = Field {
    name: "priority",
    label: "Priority",
    kind: Kind::Word(Priority::WORDS),
    default: FieldDefault::Fixed(Scalar::Word(Priority::Normal.as_str())),
    help: "How urgent the job is against others that need the same kind of agent.",
};

/// Stands in a request beside the parameters of every workflow.
pub const PARENT_FIELD: Field = Field {
    name: "parent_id",
    label: "Made from",
    kind: Kind::Job,
    default: FieldDefault::Absent,
    help: "The job whose result this one begins with. It decides nothing; it shows where a result comes from.",
};

/// Stands in a request beside the parameters, so that a body says by itself what it is for.
pub(super) const fn workflow_field(only: &'static [&'static str]) -> Field {
    Field {
        name: "workflow",
        label: "Workflow",
        kind: Kind::Word(only),
        default: FieldDefault::Absent,
        help: "May name the workflow of the address, and no other.",
    }
}

/// Why a negative prompt is refused at a CFG scale of exactly 1, if it is: there the engine computes no
/// unconditional branch, so the text would change nothing.
pub(super) fn ignored_negative_prompt(negative_prompt: Option<&str>, cfg_scale: f64) -> Option<String> {
    let given = negative_prompt.is_some_and(|text| !text.is_empty());
    (given && (cfg_scale - 1.0).abs() < f64::EPSILON).then(|| {
        "negative_prompt must be left out when cfg_scale is 1: the engine ignores it there; \
         set cfg_scale above 1 to use it"
            .to_owned()
    })
}

/// A whole number that was checked to fit.
pub(super) fn to_u32(checked: i64) -> u32 {
    u32::try_from(checked).unwrap_or(u32::MAX)
}
