//! The tables of fields as data: for `GET /api/config`, which forms are built from, and as JSON schemas for the
//! OpenAPI document.

use serde_json::{Map, Value, json};

use super::{Field, FieldDefault, Kind, Preset, Workflow, field::Limits, i2v, qwen};

impl Workflow {
    /// A heading for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::I2v => "Picture to video",
            Self::Qwen => "Edit pictures",
            Self::Upscale => "Upscale",
        }
    }

    /// What it does, in a sentence.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        match self {
            Self::I2v => "Turns a picture into a short video that follows a prompt.",
            Self::Qwen => "Edits one to three pictures into a new one that follows a prompt.",
            Self::Upscale => "Makes a picture two or four times as wide and high.",
        }
    }
}

/// A workflow with all that a form needs to know: `{name, title, summary, fields[], pictures[], size}`.
#[must_use]
pub fn description(workflow: Workflow) -> Value {
    let size = match workflow {
        Workflow::I2v => json!(i2v::SIZE),
        Workflow::Qwen => json!(qwen::SIZE),
        Workflow::Upscale => Value::Null,
    };
    json!({
        "name": workflow.as_str(),
        "title": workflow.title(),
        "summary": workflow.summary(),
        "pictures": workflow.pictures().iter().map(field).collect::<Vec<_>>(),
        "fields": workflow.fields().iter().map(field).collect::<Vec<_>>(),
        "size": size,
    })
}

/// One field as an object: `name`, `label`, `help`, `type`, `required` and `default` always; the type's limits,
/// `choices`, and `defaults` by preset where there are any.
#[must_use]
pub fn field(field: &Field) -> Value {
    let mut object = limits(field.kind);
    let under = |preset| json!(field.default.under(preset));
    object.insert("name".into(), field.name.into());
    object.insert("label".into(), field.label.into());
    object.insert("help".into(), field.help.into());
    object.insert("required".into(), (field.default == FieldDefault::Required).into());
    object.insert("default".into(), under(Preset::Lightning));
    match field.default {
        FieldDefault::Preset { .. } => {
            let by_preset = Preset::ALL.map(|preset| (preset.as_str().to_owned(), under(preset)));
            object.insert("defaults".into(), Value::Object(Map::from_iter(by_preset)));
        }
        FieldDefault::Random => {
            object.insert("default_from".into(), "random".into());
        }
        FieldDefault::FromPicture => {
            object.insert("default_from".into(), "picture".into());
        }
        FieldDefault::Required | FieldDefault::Absent | FieldDefault::Fixed(_) => {}
    }
    Value::Object(object)
}

fn limits(kind: Kind) -> Map<String, Value> {
    let object = match kind {
        Kind::Text(Limits { min, max }) => json!({"type": "text", "min_length": min, "max_length": max}),
        Kind::Integer { limits: Limits { min, max }, step } => {
            json!({"type": "integer", "minimum": min, "maximum": max, "step": step})
        }
        Kind::Number(Limits { min, max }) => json!({"type": "number", "minimum": min, "maximum": max}),
        Kind::Word(choices) => json!({"type": "choice", "choices": choices}),
        Kind::OneOf(choices) => json!({"type": "choice", "choices": choices}),
        Kind::Pictures(Limits { min, max }) => json!({"type": "picture", "min_items": min, "max_items": max}),
        Kind::Job => json!({"type": "job"}),
    };
    match object {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

/// The JSON schema of a workflow's request body, pictures, `workflow` and `extra` fields included.
#[must_use]
pub fn schema(workflow: Workflow, extra: &[Field]) -> Value {
    let own = [workflow.own_field()];
    let fields = || workflow.pictures().iter().chain(workflow.fields()).chain(&own).chain(extra);
    let required: Vec<_> =
        fields().filter(|field| field.default == FieldDefault::Required).map(|field| field.name).collect();
    let properties: Map<String, Value> =
        fields().map(|field| (field.name.to_owned(), property(field))).collect();
    json!({
        "type": "object",
        "description": workflow.summary(),
        "required": required,
        "properties": properties,
        "additionalProperties": false,
    })
}

/// A field that a request may leave out or set to `null`, unless it is required.
fn property(field: &Field) -> Value {
    let mut schema = parameter(field);
    if let Value::Object(object) = &mut schema
        && field.default != FieldDefault::Required
    {
        allow_null(object);
    }
    schema
}

/// The JSON schema of a field's value.
#[must_use]
pub fn parameter(field: &Field) -> Value {
    let mut schema = match field.kind {
        Kind::Text(Limits { min, max }) => json!({"type": "string", "minLength": min, "maxLength": max}),
        Kind::Integer { limits: Limits { min, max }, step } if min % step == 0 => {
            json!({"type": "integer", "minimum": min, "maximum": max, "multipleOf": step})
        }
        // 4n + 1 has no keyword of its own.
        Kind::Integer { limits: Limits { min, max }, step } => {
            let values: Vec<i64> = (min..=max).step_by(usize::try_from(step).unwrap_or(1)).collect();
            json!({"type": "integer", "enum": values})
        }
        Kind::Number(Limits { min, max }) => json!({"type": "number", "minimum": min, "maximum": max}),
        Kind::Word(choices) => json!({"type": "string", "enum": choices}),
        Kind::OneOf(choices) => json!({"type": "integer", "enum": choices}),
        Kind::Pictures(Limits { max: 1, .. }) => picture(),
        Kind::Pictures(Limits { min, max }) => {
            let list = json!({"type": "array", "minItems": min, "maxItems": max, "items": picture()});
            json!({"anyOf": [picture(), list]})
        }
        Kind::Job => json!({"type": "string", "format": "uuid"}),
    };
    if let Value::Object(object) = &mut schema {
        object.insert("title".into(), field.label.into());
        object.insert("description".into(), help(field).into());
        if let FieldDefault::Fixed(default) = field.default {
            object.insert("default".into(), json!(default));
        }
    }
    schema
}

/// What may be absent may be `null` as well, which means the same.
fn allow_null(schema: &mut Map<String, Value>) {
    if let Some(kind) = schema.get_mut("type") {
        *kind = json!([kind.take(), "null"]);
    }
    if let Some(Value::Array(choices)) = schema.get_mut("enum") {
        choices.push(Value::Null);
    }
    for name in ["oneOf", "anyOf"] {
        if let Some(Value::Array(kinds)) = schema.get_mut(name) {
            kinds.push(json!({"type": "null"}));
        }
    }
}

/// The help, with the defaults that depend on something.
fn help(field: &Field) -> String {
    match field.default {
        FieldDefault::Preset { lightning, quality } => {
            let (lightning, quality) = (json!(lightning), json!(quality));
            format!("{} Default: {lightning} with lightning, {quality} with quality.", field.help)
        }
        _ => field.help.to_owned(),
    }
}

fn picture() -> Value {
    json!({"oneOf": [
        {
            "type": "string",
            "contentEncoding": "base64",
            "description": "A PNG, JPEG or WebP file as base64 text, bare or as a data URL.",
        },
        {
            "type": "object",
            "description": "A picture that was uploaded before.",
            "required": ["image_id"],
            "properties": {"image_id": {"type": "string", "pattern": "^[0-9a-f]{64}\\.[1-8]$"}},
            "additionalProperties": false,
        },
    ]})
}
