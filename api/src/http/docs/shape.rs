//! A schema as people read it: its type in a few words, and its fields one by one.

use serde_json::Value;

use super::html::{escaped, line};

/// Choices are written out up to here.
const MANY: usize = 12;

/// The type in a few words, with links to named schemas.
pub(super) fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|target| target.rsplit('/').next()) {
        return format!("<a href=\"#schema-{0}\">{0}</a>", escaped(name));
    }
    for joined in ["oneOf", "anyOf"] {
        if let Some(kinds) = schema[joined].as_array() {
            return kinds.iter().map(kind).collect::<Vec<_>>().join(" or ");
        }
    }
    if let Some(choices) = schema["enum"].as_array() {
        return self::choices(choices);
    }
    if !schema["const"].is_null() {
        return code(&schema["const"]);
    }
    let name = match &schema["type"] {
        Value::String(name) => name.clone(),
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => "anything".into(),
    };
    let name = if name.starts_with("array") && schema["items"].is_object() {
        format!("list of {}", kind(&schema["items"]))
    } else {
        escaped(&name)
    };
    std::iter::once(name).chain(limits(schema)).collect::<Vec<_>>().join(", ")
}

fn choices(all: &[Value]) -> String {
    match all {
        [first, second, .., last] if all.len() > MANY => {
            format!("{}, {}, … {}", code(first), code(second), code(last))
        }
        all => all.iter().map(code).collect::<Vec<_>>().join(", "),
    }
}

fn code(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    format!("<code>{}</code>", escaped(&text))
}

fn limits(schema: &Value) -> Vec<String> {
    let mut limits = Vec::new();
    let of = |name: &str| (!schema[name].is_null()).then(|| number(&schema[name]));
    match (of("minimum"), of("maximum")) {
        (Some(min), Some(max)) => limits.push(format!("{min} to {max}")),
        // Every size is at least 0.
        (Some(min), None) if min != "0" => limits.push(format!("{min} or more")),
        (None, Some(max)) => limits.push(format!("at most {max}")),
        _ => {}
    }
    match (of("minLength").or(of("minItems")), of("maxLength").or(of("maxItems"))) {
        (Some(min), Some(max)) if min != "0" => limits.push(format!("{min} to {max} long")),
        (_, Some(max)) => limits.push(format!("up to {max} long")),
        _ => {}
    }
    limits.extend(of("multipleOf").filter(|step| step != "1").map(|step| format!("a multiple of {step}")));
    let told = ["uuid", "date-time", "binary"];
    limits.extend(schema["format"].as_str().filter(|format| told.contains(format)).map(escaped));
    limits.extend(schema["contentEncoding"].as_str().map(escaped));
    limits.extend(schema["pattern"].as_str().map(|pattern| format!("<code>{}</code>", escaped(pattern))));
    limits.extend(of("default").map(|value| format!("default {value}")));
    limits
}

/// A number without a needless fraction, or a word.
fn number(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    escaped(text.strip_suffix(".0").unwrap_or(&text))
}

/// The fields of an object, those that are required first.
pub(super) fn fields(schema: &Value) -> String {
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let all = schema["properties"].as_object().into_iter().flatten();
    let (first, second): (Vec<_>, Vec<_>) = all.partition(|(name, _)| required.contains(&name.as_str()));
    // Where everything is always there, saying so of each is noise.
    let tell = !second.is_empty();
    let rows = first
        .iter()
        .map(|(name, schema)| field(name, schema, tell))
        .chain(second.iter().map(|(name, schema)| field(name, schema, false)));
    let rows: String = rows.collect();
    if rows.is_empty() { rows } else { format!("<dl class=\"fields\">{rows}</dl>") }
}

/// One field, parameter or header.
pub(super) fn field(name: &str, schema: &Value, required: bool) -> String {
    row(name, &kind(schema), required, schema["description"].as_str().unwrap_or_default())
}

/// A name, its type as HTML, and what it is.
pub(super) fn row(name: &str, kind: &str, required: bool, about: &str) -> String {
    let mark = if required { " <b class=\"must\">required</b>" } else { "" };
    let about = if about.is_empty() { String::new() } else { format!("<p>{}</p>", line(about)) };
    format!(
        "<div><dt><code>{}</code>{mark}</dt><dd><span class=\"kind\">{kind}</span>{about}</dd></div>",
        escaped(name)
    )
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_type_is_told_in_a_few_words_with_its_limits() {
        let lines = [
            json!({"type": "integer", "minimum": 1, "maximum": 100, "default": 50}),
            json!({"type": "integer", "minimum": 0}),
            json!({"type": ["string", "null"], "format": "date-time"}),
            json!({"type": "string", "minLength": 1, "maxLength": 500}),
            json!({"type": "array", "items": {"$ref": "#/components/schemas/Job"}}),
            json!({"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Job"}]}),
            json!({"type": "integer", "enum": (0..20).collect::<Vec<_>>()}),
            json!({"type": "number", "minimum": 0.1, "maximum": 20.0}),
            json!({}),
        ];
        assert_snapshot!(lines.map(|schema| kind(&schema)).join("\n"), @r##"
        integer, 1 to 100, default 50
        integer
        string or null, date-time
        string, 1 to 500 long
        list of <a href="#schema-Job">Job</a>
        null or <a href="#schema-Job">Job</a>
        <code>0</code>, <code>1</code>, … <code>19</code>
        number, 0.1 to 20
        anything
        "##);
    }
}
