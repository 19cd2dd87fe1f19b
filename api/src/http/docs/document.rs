//! The OpenAPI document, made from the table of routes.

use std::{collections::BTreeSet, sync::LazyLock};

use serde_json::{Map, Value, json};
use spool_shared::workflow::Violation;
use utoipa::{PartialSchema as _, ToSchema as _};

use super::{
    super::{
        access::Door,
        cookie,
        problem::{self, Code, Problem},
        routes,
    },
    errors::explained,
    operation::Tag,
};

/// What can go wrong with every request: how it was sent, and what the server stands on.
const EVERYWHERE: &[Code] = &[
    Code::BadRequest,
    Code::OriginRefused,
    Code::HostRefused,
    Code::Internal,
    Code::SessionReset,
    Code::Unavailable,
];

/// Objects that leave out what is absent, and requests that may. All others have every key always.
const SPARSE: [&str; 7] =
    ["Field", "I2vParams", "I2vRequest", "QwenParams", "QwenRequest", "UpscaleParams", "UpscaleRequest"];

const ABOUT: &str = "\
Spool turns a picture into a video, or edits or enlarges one, on GPUs that dial in from anywhere.

Submit to a workflow, follow the job, fetch its outputs. A job that was answered with 202 reaches exactly one of \
`succeeded`, `failed` and `canceled`.

- Errors are `application/problem+json` (RFC 9457). Their `code` is a word that stays; `type` leads to its entry under \
`/api/docs/errors`. What cannot be read as HTTP at all, such as a request with two lengths or without `Host`, is \
answered with an empty 400, 408 or 431, and the connection closes.
- Every answer has an `X-Request-Id`; send a plain one of your own to find it in the server's log.
- Times are RFC 3339 in UTC, spans milliseconds, sizes bytes and pixels. Addresses are relative to the host.
- Whatever answers GET answers HEAD as well.
- New keys may appear in any object: ignore what you do not know.
- In the examples for a shell `$SPOOL` is the address of the server.
";

/// The document as it is served.
pub(super) static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut schemas: Map<String, Value> = Map::new();
    let mut responses: Map<String, Value> = Map::new();
    let mut take = |all: Vec<(String, Value)>| schemas.extend(all);
    take(vec![
        ("Problem".into(), json!(problem::Body::schema())),
        ("Code".into(), json!(Code::schema())),
        ("Violation".into(), json!(Violation::schema())),
    ]);
    let mut nested = Vec::new();
    Violation::schemas(&mut nested);
    take(nested.into_iter().map(|(name, schema)| (name, json!(schema))).collect());
    for documented in routes::operations() {
        let path = documented.operation.place(documented.pattern).to_owned();
        let door = Door::of(documented.pattern);
        let rendered = documented.operation.rendered(&common(door));
        take(rendered.schemas);
        responses.extend(rendered.problems);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        if let Value::Object(item) = item {
            let mut operation = rendered.operation;
            if let Value::Object(operation) = &mut operation {
                operation.insert("security".into(), security(door));
            }
            item.insert(documented.method.to_lowercase(), operation);
        }
    }
    for (name, schema) in &mut schemas {
        if !SPARSE.contains(&name.as_str()) {
            require_all(schema);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Spool",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Pictures become videos on GPUs that dial in from anywhere.",
            "description": ABOUT,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": Tag::ALL.map(|tag| json!({"name": tag.name(), "description": tag.about()})),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": responses,
            "headers": headers(),
            "examples": examples(),
            "securitySchemes": security_schemes(),
        },
    })
}

/// What can go wrong with every request that comes to this door.
fn common(door: Door) -> Vec<Code> {
    let refused = (door != Door::Open).then_some(Code::Unauthorized);
    EVERYWHERE.iter().copied().chain(refused).collect()
}

/// What lets a request in. Nothing is needed where the server has no keys, which is what the empty one means.
fn security(door: Door) -> Value {
    match door {
        Door::Open => json!([]),
        Door::Login | Door::Callers => json!([{}, {"key": []}, {"login": []}]),
        Door::Agents => json!([{}, {"agentToken": []}]),
    }
}

fn security_schemes() -> Value {
    json!({
        "key": {"type": "http", "scheme": "bearer", "description": "An API key, made with `spool-api key new`."},
        "login": {
            "type": "apiKey", "in": "cookie", "name": cookie::NAME,
            "description": "A browser's login (`POST /api/session`). What changes something needs the server's own page.",
        },
        "agentToken": {"type": "http", "scheme": "bearer", "description": "An agent's token."},
    })
}

/// Marks every property of every object in a schema as always there.
fn require_all(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::Object(properties)) = object.get("properties") {
                let names: BTreeSet<_> = properties.keys().cloned().collect();
                object.insert("required".into(), json!(names));
            }
            object.values_mut().for_each(require_all);
        }
        Value::Array(items) => items.iter_mut().for_each(require_all),
        _ => {}
    }
}

fn headers() -> Value {
    json!({
        "X-Request-Id": {
            "description": "Names the request in the server's log.",
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,64}$"},
            "example": REQUEST_ID,
        },
        "Retry-After": {
            "description": "Seconds after which another try makes sense.",
            "schema": {"type": "integer", "minimum": 1},
            "example": 5,
        },
    })
}

const REQUEST_ID: &str = "4bf92f3577b34da6";

/// An example of each problem, under its code.
fn examples() -> Map<String, Value> {
    let example =
        |code: &Code| (code.as_str().to_owned(), json!({"summary": code.title(), "value": example(*code)}));
    Code::ALL.iter().map(example).collect()
}

/// A problem as a client would read it.
pub(super) fn example(code: Code) -> Value {
    let explained = explained(code);
    let problem = Problem { errors: explained.errors(), ..Problem::new(code, explained.example) };
    serde_json::from_str(&problem.body(REQUEST_ID)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operations() -> Vec<&'static Value> {
        let paths = DOCUMENT["paths"].as_object().unwrap();
        paths.values().flat_map(|item| item.as_object().unwrap().values()).collect()
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_and_a_chapter() {
        let ids: BTreeSet<_> =
            operations().iter().map(|operation| operation["operationId"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), operations().len());
        let chapters: Vec<_> = Tag::ALL.map(|tag| json!([tag.name()])).into();
        assert!(operations().iter().all(|operation| chapters.contains(&operation["tags"])));
    }

    #[test]
    fn every_parameter_of_a_path_is_described_and_no_other() {
        for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
            let in_path: BTreeSet<_> = path
                .split('/')
                .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
                .map(str::to_owned)
                .collect();
            for operation in item.as_object().unwrap().values() {
                let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
                let described: BTreeSet<_> = parameters
                    .iter()
                    .filter(|parameter| parameter["in"] == "path")
                    .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
                    .collect();
                assert_eq!(described, in_path, "{path}");
            }
        }
    }

    #[test]
    fn every_answer_in_json_has_an_example() {
        let mut seen = 0;
        for operation in operations() {
            let answers = operation["responses"].as_object().unwrap();
            for (status, answer) in answers.iter().filter(|(status, _)| status.starts_with('2')) {
                let Some(media) = answer.pointer("/content/application~1json") else { continue };
                let example = media.get("example").or_else(|| media.pointer("/examples"));
                let name = operation["operationId"].as_str().unwrap();
                assert!(
                    example.is_some_and(|example| *example != json!({})),
                    "{name} {status} has no example"
                );
                seen += 1;
            }
        }
        assert!(seen > 15, "only {seen} answers");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn walk(value: &Value, seen: &mut usize) {
            match value {
                Value::Object(object) => {
                    if let Some(target) = object.get("$ref").and_then(Value::as_str) {
                        let pointer = target.strip_prefix('#').unwrap();
                        assert!(DOCUMENT.pointer(pointer).is_some(), "{target} is not there");
                        *seen += 1;
                    }
                    object.values().for_each(|value| walk(value, seen));
                }
                Value::Array(items) => items.iter().for_each(|value| walk(value, seen)),
                _ => {}
            }
        }
        let mut seen = 0;
        walk(&DOCUMENT, &mut seen);
        assert!(seen > 100, "only {seen} references");
    }

    #[test]
    fn a_request_needs_no_more_than_a_prompt_and_a_picture() {
        let required = |name: &str| DOCUMENT["components"]["schemas"][name]["required"].clone();
        assert_eq!(required("I2vRequest"), json!(["input_image", "prompt"]));
        assert_eq!(required("QwenRequest"), json!(["edit_image", "prompt"]));
        assert_eq!(required("UpscaleRequest"), json!(["input_image"]));
        assert!(required("Job").as_array().unwrap().contains(&json!("error")));
    }

    #[test]
    fn every_code_is_one_of_an_operation() {
        let mut used = vec![Code::MethodNotAllowed];
        for route in routes::operations() {
            used.extend(route.operation.codes());
            used.extend(common(Door::of(route.pattern)));
        }
        for code in Code::ALL {
            assert!(used.contains(code), "no operation answers with {}", code.as_str());
        }
    }
}
