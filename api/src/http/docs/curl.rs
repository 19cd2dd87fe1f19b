//! An operation as a line for the shell, from its own examples.

#![expect(clippy::indexing_slicing, reason = "a JSON value answers null for what it lacks")]

use serde_json::{Map, Value};

use super::operation::Tag;

/// The command, for operations that a shell is good for.
pub(super) fn command(path: &str, method: &str, operation: &Value) -> Option<String> {
    if operation["responses"]["101"].is_object() || operation["tags"][0] == Tag::Agents.name() {
        return None;
    }
    let mut path = path.to_owned();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let example = &parameter["example"];
        if let Some(name) = parameter["name"].as_str().filter(|_| parameter["in"] == "path") {
            let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
            path = path.replace(&format!("{{{name}}}"), &example);
        }
    }
    let mut words = vec!["curl".to_owned()];
    let responses = operation["responses"].as_object();
    let streams = operation["responses"]["200"]["content"]["text/event-stream"].is_object();
    let file = responses.is_some_and(|all| all.contains_key("206"));
    if streams {
        words.push("-N".into());
    }
    if file {
        words.push("-OJ".into());
    }
    if method != "get" && operation["requestBody"].is_null() {
        words.push(format!("-X {}", method.to_uppercase()));
    }
    let content = &operation["requestBody"]["content"];
    if let Some(parts) = content["multipart/form-data"]["schema"]["properties"].as_object() {
        words.extend(form(parts, &content["application/json"]["example"]));
    }
    words.push(format!("$SPOOL{path}"));
    Some(words.join(" "))
}

/// The example with its pictures as files.
fn form(parts: &Map<String, Value>, example: &Value) -> Vec<String> {
    let mut params = example.as_object().cloned().unwrap_or_default();
    params.retain(|name, _| !parts.contains_key(name));
    let files = example.as_object().into_iter().flatten().filter(|(name, _)| parts.contains_key(*name));
    let files = files.map(|(name, _)| format!("-F {name}=@cat.png"));
    let params = format!("-F 'params={};type=application/json'", Value::Object(params));
    std::iter::once(params).chain(files).collect()
}
