//! One field of a workflow: its type, limits, default and help. The table of fields is the one description that
//! validation's sentences, `/api/config` and the JSON schema are made from.

use serde::Serialize;

use super::Preset;

/// The smallest and the largest value that pass.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits<T> {
    pub min: T,
    pub max: T,
}

impl<T> Limits<T> {
    #[must_use]
    pub const fn new(min: T, max: T) -> Self {
        Self { min, max }
    }
}

/// A field of a workflow's request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    pub name: &'static str,
    /// What a form writes above it.
    pub label: &'static str,
    pub kind: Kind,
    pub default: FieldDefault,
    pub help: &'static str,
}

/// The type of a field with its limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Unicode text; the limits count scalar values.
    Text(Limits<u64>),
    /// `min`, `min + step`, … up to `max`.
    Integer {
        limits: Limits<i64>,
        step: i64,
    },
    Number(Limits<f64>),
    /// One of these words.
    Word(&'static [&'static str]),
    /// One of these whole numbers.
    OneOf(&'static [i64]),
    /// That many pictures: a list where more than one is allowed.
    Pictures(Limits<u32>),
    /// The id of another job.
    Job,
}

/// What holds when a field is absent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FieldDefault {
    /// Nothing: it must be given.
    Required,
    /// Nothing, and that is fine.
    Absent,
    /// Drawn at random, and told in the job.
    Random,
    /// Follows from the first picture.
    FromPicture,
    Fixed(Scalar),
    /// Depends on the preset.
    Preset {
        lightning: Scalar,
        quality: Scalar,
    },
}

/// A default's value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Scalar {
    Integer(i64),
    Number(f64),
    Word(&'static str),
}

impl FieldDefault {
    /// The value under `preset`, where it does not depend on anything else.
    #[must_use]
    pub const fn under(self, preset: Preset) -> Option<Scalar> {
        match (self, preset) {
            (Self::Fixed(value), _)
            | (Self::Preset { lightning: value, .. }, Preset::Lightning)
            | (Self::Preset { quality: value, .. }, Preset::Quality) => Some(value),
            _ => None,
        }
    }
}

impl Field {
    /// What a value must be, to follow "`name` must be".
    pub(super) fn rule(&self) -> String {
        match self.kind {
            Kind::Text(Limits { min: 0, max }) => format!("text of at most {max} characters"),
            Kind::Text(Limits { min, max }) => format!("text of {min} to {max} characters"),
            Kind::Integer { limits: Limits { min, max }, .. } => format!("from {min} to {max}"),
            Kind::Number(Limits { min, max }) => format!("from {min} to {max}"),
            Kind::Word(words) => one_of(words.iter().map(|word| format!("{word:?}"))),
            Kind::OneOf(numbers) => one_of(numbers.iter().map(ToString::to_string)),
            Kind::Pictures(Limits { max: 1, .. }) => "one picture".into(),
            Kind::Pictures(Limits { min, max }) => format!("{} to {max} pictures", min.max(1)),
            Kind::Job => "the id of a job".into(),
        }
    }

    /// The rule with the type, to follow "`name` must be" where the type is what is wrong.
    pub(super) fn typed_rule(&self) -> String {
        let rule = self.rule();
        match self.kind {
            Kind::Integer { .. } => format!("a whole number {rule}"),
            Kind::OneOf(_) => format!("the whole number {rule}"),
            Kind::Number(_) => format!("a number {rule}"),
            Kind::Text(_) | Kind::Word(_) | Kind::Pictures(_) | Kind::Job => rule,
        }
    }
}

/// "a, b or c"
fn one_of(items: impl Iterator<Item = String>) -> String {
    let mut items: Vec<String> = items.collect();
    match items.pop() {
        Some(last) if !items.is_empty() => format!("{} or {last}", items.join(", ")),
        Some(last) => last,
        None => String::new(),
    }
}
