//! Reads typed values out of a JSON object, notes everything that is wrong with it and stops at nothing.

use serde_json::{Map, Value};
use validator::{Validate, ValidationError, ValidationErrors};

use super::{
    Violation, ViolationCode, Workflow,
    common::{PARENT_FIELD, PRIORITY_FIELD},
    field::{Field, FieldDefault, Kind},
    violation::shown,
};

/// At most this many violations are told: a body of nothing but unknown fields is not answered in full.
const MAX_VIOLATIONS: usize = 50;

/// A `null` counts as an absent field throughout.
pub(super) struct Reader<'a> {
    raw: &'a Map<String, Value>,
    fields: &'static [Field],
    violations: Vec<Violation>,
}

impl<'a> Reader<'a> {
    /// Begins to read `raw`, whose pictures were taken out before.
    pub(super) fn new(raw: &'a Map<String, Value>, workflow: Workflow) -> Self {
        let fields = workflow.fields();
        // What a request may have beside the parameters was taken out of `raw`, but is no secret.
        let beside = [workflow.own_field(), PRIORITY_FIELD, PARENT_FIELD];
        let known = workflow.pictures().iter().chain(fields).chain(&beside).map(|field| field.name);
        let known: Vec<_> = known.collect();
        let violations = raw
            .keys()
            .filter(|name| fields.iter().all(|field| field.name != name.as_str()))
            .take(MAX_VIOLATIONS)
            .map(|name| Violation::unknown(name, &known.join(", ")))
            .collect();
        Self { raw, fields, violations }
    }

    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.read(name, |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn integer(&mut self, name: &'static str) -> Option<i64> {
        let kind = self.fields.iter().find(|field| field.name == name).map(|field| field.kind);
        self.read(name, |value| value.as_i64().or_else(|| beyond(value, kind?)))
    }

    pub(super) fn number(&mut self, name: &'static str) -> Option<f64> {
        self.read(name, Value::as_f64)
    }

    pub(super) fn word<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let word = self.text(name)?;
        self.chosen(name, parse(&word))
    }

    pub(super) fn one_of<T>(&mut self, name: &'static str, parse: impl Fn(i64) -> Option<T>) -> Option<T> {
        let number = self.integer(name)?;
        self.chosen(name, parse(number))
    }

    /// Whether the request says anything of `name`, be it right or wrong.
    pub(super) fn has(&self, name: &str) -> bool {
        self.raw.get(name).is_some_and(|value| !value.is_null())
    }

    /// Notes a violation that no single field shows.
    pub(super) fn refuse(&mut self, name: &'static str, code: ViolationCode, message: String) {
        self.violations.push(Violation::new(name, code, message));
    }

    /// Adds what the validator finds. `request` is what was read.
    pub(super) fn finish<R: Validate>(mut self, request: R) -> Result<R, Vec<Violation>> {
        if let Err(errors) = request.validate() {
            self.add(&errors);
        }
        self.violations.truncate(MAX_VIOLATIONS);
        if self.violations.is_empty() { Ok(request) } else { Err(self.violations) }
    }

    fn read<T>(&mut self, name: &'static str, parse: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let field = self.fields.iter().find(|field| field.name == name)?;
        match self.raw.get(name) {
            None | Some(Value::Null) => {
                if field.default == FieldDefault::Required {
                    self.violations.push(Violation::missing(field));
                }
                None
            }
            Some(value) => {
                let parsed = parse(value);
                if parsed.is_none() {
                    self.note(name, ViolationCode::WrongType);
                }
                parsed
            }
        }
    }

    fn chosen<T>(&mut self, name: &'static str, choice: Option<T>) -> Option<T> {
        if choice.is_none() {
            self.note(name, ViolationCode::NotAChoice);
        }
        choice
    }

    fn add(&mut self, errors: &ValidationErrors) {
        let found = errors.field_errors();
        // In the order of the table, so that the same request is always answered alike.
        for field in self.fields {
            let Some(errors) = found.get(field.name) else { continue };
            // A width that is far too large need not also hear that it is no multiple of 16.
            let worst = errors.iter().find(|error| error.code != OFF_STEP).or(errors.first());
            let Some(error) = worst else { continue };
            let pointer = format!("/{}", field.name);
            // A missing prompt is not also too short.
            if self.violations.iter().all(|violation| violation.pointer != pointer) {
                self.note(field.name, code_of(error, field, self.raw));
            }
        }
    }

    /// Notes that the value of `name` breaks its field's rule.
    fn note(&mut self, name: &'static str, code: ViolationCode) {
        let Some(field) = self.fields.iter().find(|field| field.name == name) else { return };
        let value = self.raw.get(name).unwrap_or(&Value::Null);
        self.violations.push(Violation::new(name, code, sentence(field, code, value)));
    }
}

fn code_of(error: &ValidationError, field: &Field, raw: &Map<String, Value>) -> ViolationCode {
    match (error.code.as_ref(), field.kind) {
        (OFF_STEP, _) => ViolationCode::OffStep,
        ("length", Kind::Text(limits)) => match raw.get(field.name) {
            Some(Value::String(text)) if characters(text) > limits.max => ViolationCode::TooLong,
            _ => ViolationCode::TooShort,
        },
        _ => ViolationCode::OutOfRange,
    }
}

fn sentence(field: &Field, code: ViolationCode, value: &Value) -> String {
    let (name, rule) = (field.name, field.rule());
    match (code, field.kind, value) {
        (ViolationCode::OffStep, Kind::Integer { limits, step }, Value::Number(number)) => {
            let value = number.as_i64().unwrap_or(limits.min);
            let below = value - (value - limits.min).rem_euclid(step);
            let steps = if limits.min % step == 0 {
                format!("a multiple of {step}")
            } else {
                format!("{step}n + {}", limits.min % step)
            };
            format!(
                "{name} must be {steps} {rule}, not {value}; the nearest are {below} and {}",
                below + step
            )
        }
        (ViolationCode::WrongType, Kind::Integer { .. } | Kind::OneOf(_), Value::Number(number)) => {
            let rule = field.typed_rule();
            format!("{name} must be {rule}, written without a decimal point or an exponent, not {number}")
        }
        (ViolationCode::WrongType, ..) => {
            format!("{name} must be {}, not {}", field.typed_rule(), shown(value))
        }
        (ViolationCode::TooLong | ViolationCode::TooShort, _, Value::String(text)) => {
            format!("{name} must be {rule}, not {}", characters(text))
        }
        _ => format!("{name} must be {rule}, not {}", shown(value)),
    }
}

/// A whole number beyond the limits of `kind` that came as a float: because it has an exponent, or more digits than 64
/// bits hold. That it is too large says more than that it is a float.
fn beyond(value: &Value, kind: Kind) -> Option<i64> {
    let limits = match kind {
        Kind::Integer { limits, .. } => limits.min..=limits.max,
        Kind::OneOf(numbers) => *numbers.iter().min()?..=*numbers.iter().max()?,
        _ => return None,
    };
    let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
    let farthest = if number > 0.0 { i64::MAX } else { i64::MIN };
    let whole = format!("{number:.0}").parse().unwrap_or(farthest);
    (!limits.contains(&whole)).then_some(whole)
}

fn characters(text: &str) -> u64 {
    text.chars().count() as u64
}

const OFF_STEP: &str = "off_step";

/// For `#[validate(custom(…))]`: `value` is a multiple of `STEP` plus `REST`.
fn on_step<const STEP: i64, const REST: i64>(value: i64) -> Result<(), ValidationError> {
    if value.rem_euclid(STEP) == REST { Ok(()) } else { Err(ValidationError::new(OFF_STEP)) }
}

pub(super) fn multiple_of_16(value: i64) -> Result<(), ValidationError> {
    on_step::<16, 0>(value)
}

pub(super) fn multiple_of_32(value: i64) -> Result<(), ValidationError> {
    on_step::<32, 0>(value)
}

/// 4n + 1: the video autoencoder makes one latent of the first frame and one of each four after it.
pub(super) fn four_n_plus_one(value: i64) -> Result<(), ValidationError> {
    on_step::<4, 1>(value)
}
