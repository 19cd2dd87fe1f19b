//! What is wrong with a request, one sentence for each field.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Field, words};

words! {
    /// The kind of a [`Violation`], for programs.
    ViolationCode {
        /// A required field is not there.
        Missing = "missing",
        /// The workflow has no such field.
        UnknownField = "unknown_field",
        /// Text where a number belongs, and the like.
        WrongType = "wrong_type",
        /// Below the minimum or above the maximum.
        OutOfRange = "out_of_range",
        /// A text with too few characters.
        TooShort = "too_short",
        /// A text with too many characters, or a list with too many items.
        TooLong = "too_long",
        /// Between two allowed values.
        OffStep = "off_step",
        /// Not one of the allowed words.
        NotAChoice = "not_a_choice",
        /// A picture with too many bytes or pixels.
        TooLarge = "too_large",
        /// A picture that cannot be decoded, or text that is no base64.
        Unreadable = "unreadable",
        /// No picture of the caller has this id, or none has it any more.
        UnknownImage = "unknown_image",
        /// No job of the caller has this id, or none has it any more.
        UnknownJob = "unknown_job",
        /// Each field is right alone, but not together with another.
        Conflict = "conflict",
    }
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Violation {
    /// Where it is, as a JSON pointer (RFC 6901) into the parameters.
    pub pointer: String,
    pub code: ViolationCode,
    /// A sentence that names the field and the limit.
    pub message: String,
}

impl Violation {
    /// A violation of the top-level field `name`.
    #[must_use]
    pub fn new(name: &str, code: ViolationCode, message: impl Into<String>) -> Self {
        let name: String = name.chars().take(SHOWN_CHARS).collect();
        Self {
            pointer: format!("/{}", name.replace('~', "~0").replace('/', "~1")),
            code,
            message: message.into(),
        }
    }

    /// `field` is required and not there.
    #[must_use]
    pub fn missing(field: &Field) -> Self {
        let (name, rule) = (field.name, field.typed_rule());
        Self::new(name, ViolationCode::Missing, format!("{name} is required: {rule}"))
    }

    pub(super) fn unknown(name: &str, known: &str) -> Self {
        let message = format!("{} is not a field of this workflow; it has {known}", clipped(name));
        Self::new(name, ViolationCode::UnknownField, message)
    }
}

/// A sentence repeats at most this much of what was sent.
const SHOWN_CHARS: usize = 60;

/// What was sent, as a sentence repeats it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(bool) => bool.to_string(),
        // Digits, as most people write them: 1e9 is read as a float, and so is what 64 bits do not hold.
        Value::Number(number) => match number.as_f64() {
            Some(whole) if number.is_f64() && whole.fract() == 0.0 => clipped(&format!("{whole:.0}")),
            _ => number.to_string(),
        },
        Value::String(text) => format!("the text {:?}", clipped(text)),
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "an object".into(),
    }
}

fn clipped(text: &str) -> String {
    let mut chars = text.chars();
    let mut clipped: String = chars.by_ref().take(SHOWN_CHARS).collect();
    if chars.next().is_some() {
        clipped.push('…');
    }
    clipped
}
