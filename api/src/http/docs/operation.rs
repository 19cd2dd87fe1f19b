//! What the document says of one operation. Each handler's file has a `doc` that builds one.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use super::super::problem::Code;

/// A chapter of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    Workflows,
    Jobs,
    Files,
    Fleet,
    Service,
    Agents,
}

impl Tag {
    pub(super) const ALL: [Self; 6] =
        [Self::Workflows, Self::Jobs, Self::Files, Self::Fleet, Self::Service, Self::Agents];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Workflows => "Workflows",
            Self::Jobs => "Jobs",
            Self::Files => "Files",
            Self::Fleet => "Fleet",
            Self::Service => "Service",
            Self::Agents => "Agent link",
        }
    }

    pub(super) const fn about(self) -> &'static str {
        match self {
            Self::Workflows => "Ask for a video or a picture. The answer is a job.",
            Self::Jobs => "Follow, cancel, repeat and delete what was asked for.",
            Self::Files => "Pictures that were sent and results, whole or in parts.",
            Self::Fleet => "The GPU nodes that are connected, and what waits for them.",
            Self::Service => "What the server offers and how it fares.",
            Self::Agents => "How GPU nodes dial in. For the agent program, not for clients.",
        }
    }
}

/// One method of one address.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(super) id: &'static str,
    tag: Tag,
    pub(super) summary: String,
    about: String,
    /// Where it stands, if not at its route's pattern.
    path: Option<String>,
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: BTreeMap<u16, Value>,
    problems: Vec<Code>,
    /// The named schemas it refers to.
    schemas: Vec<(String, Value)>,
}

impl Operation {
    /// `id` is what generated clients call it.
    pub(crate) fn new(id: &'static str, tag: Tag, summary: impl Into<String>) -> Self {
        Self {
            id,
            tag,
            summary: summary.into(),
            about: String::new(),
            path: None,
            parameters: Vec::new(),
            body: None,
            answers: BTreeMap::new(),
            problems: Vec::new(),
            schemas: Vec::new(),
        }
    }

    /// More than the summary tells, as Markdown.
    pub(crate) fn about(mut self, about: impl Into<String>) -> Self {
        self.about = about.into();
        self
    }

    /// One of several operations behind one route.
    pub(crate) fn at(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    pub(crate) fn path(self, name: &str, about: &str, schema: &Value, example: impl Into<Value>) -> Self {
        self.parameter(json!({
            "in": "path", "name": name, "required": true,
            "description": about, "schema": schema, "example": example.into(),
        }))
    }

    pub(crate) fn query(self, name: &str, about: &str, schema: &Value) -> Self {
        self.parameter(json!({"in": "query", "name": name, "description": about, "schema": schema}))
    }

    pub(crate) fn header(self, name: &str, about: &str, schema: &Value) -> Self {
        self.parameter(json!({"in": "header", "name": name, "description": about, "schema": schema}))
    }

    fn parameter(mut self, parameter: Value) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// The body it takes; `content` is a media type object for each type.
    pub(crate) fn body(mut self, about: &str, content: &Value) -> Self {
        self.body = Some(json!({"description": about, "required": true, "content": content}));
        self
    }

    /// Answers with `T` as JSON.
    pub(crate) fn json<T: ToSchema>(self, status: u16, about: &str, example: impl Serialize) -> Self {
        let media = json!({"schema": {"$ref": reference::<T>()}, "example": example});
        self.answer(status, about, &json!({"application/json": media})).schema_of::<T>()
    }

    /// As [`Self::json`], with an example for each of these names.
    pub(crate) fn json_like<T: ToSchema>(self, status: u16, about: &str, examples: &[(&str, Value)]) -> Self {
        let named = |(name, value): &(&str, Value)| ((*name).to_owned(), json!({"value": value}));
        let examples: Map<String, Value> = examples.iter().map(named).collect();
        let media = json!({"schema": {"$ref": reference::<T>()}, "examples": examples});
        self.answer(status, about, &json!({"application/json": media})).schema_of::<T>()
    }

    /// Answers with a file of one of these types, whole or in part.
    pub(crate) fn file(self, types: &[&str]) -> Self {
        let content = || -> Value { types.iter().map(|name| ((*name).to_owned(), json!({}))).collect() };
        let etag = |operation: Self, status| {
            operation
                .answer_header(status, "ETag", "The SHA-256 of the file, in quotes.", ETAG)
                .answer_header(status, "Accept-Ranges", "Parts may be asked for.", "bytes")
        };
        let operation = self
            .header("Range", "One range of bytes, such as `bytes=0-1023`.", &json!({"type": "string"}))
            .header("If-Range", "The part only if the `ETag` is still this one.", &json!({"type": "string"}))
            .header("If-None-Match", "Nothing if the `ETag` is one of these.", &json!({"type": "string"}))
            .answer(200, "The file.", &content())
            .answer(206, "The part that `Range` asks for.", &content())
            .empty(304, "The client has this very file.");
        [200, 206, 304]
            .into_iter()
            .fold(operation, etag)
            .answer_header(206, "Content-Range", "Which part of how many bytes.", "bytes 0-1023/482133")
            .problems(&[Code::RangeNotSatisfiable])
    }

    /// Answers without a body.
    pub(crate) fn empty(mut self, status: u16, about: &str) -> Self {
        self.answers.insert(status, json!({"description": about, "headers": everywhere()}));
        self
    }

    pub(crate) fn answer(mut self, status: u16, about: &str, content: &Value) -> Self {
        let answer = json!({"description": about, "headers": everywhere(), "content": content});
        self.answers.insert(status, answer);
        self
    }

    /// A header of the answers with `status`, which are described before.
    pub(crate) fn answer_header(mut self, status: u16, name: &str, about: &str, example: &str) -> Self {
        let header = json!({"description": about, "schema": {"type": "string"}, "example": example});
        if let Some(Value::Object(headers)) =
            self.answers.get_mut(&status).and_then(|answer| answer.get_mut("headers"))
        {
            headers.insert(name.to_owned(), header);
        }
        self
    }

    /// What can go wrong, beside what can go wrong everywhere.
    pub(crate) fn problems(mut self, codes: &[Code]) -> Self {
        self.problems.extend(codes);
        self
    }

    /// Takes a schema by name that no type describes.
    pub(crate) fn schema(mut self, name: impl Into<String>, schema: Value) -> Self {
        self.schemas.push((name.into(), schema));
        self
    }

    /// Takes the schemas that `T` is made of.
    pub(crate) fn schema_of<T: ToSchema>(mut self) -> Self {
        let mut all: Vec<(String, RefOr<Schema>)> = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut all);
        self.schemas.extend(all.into_iter().map(|(name, schema)| (name, json!(schema))));
        self
    }

    /// The path it stands at; `pattern` is its route's.
    pub(super) fn place<'a>(&'a self, pattern: &'a str) -> &'a str {
        self.path.as_deref().unwrap_or(pattern)
    }

    #[cfg(test)]
    pub(super) fn codes(&self) -> &[Code] {
        &self.problems
    }

    /// The operation object, whose answers have the problems of `common`, too, and the parts that it refers to.
    pub(super) fn rendered(self, common: &[Code]) -> Rendered {
        let mut responses: Map<String, Value> =
            self.answers.into_iter().map(|(status, answer)| (status.to_string(), answer)).collect();
        let mut problems = Vec::new();
        for (status, codes) in by_status(self.problems.iter().chain(common).copied()) {
            let name = codes.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(".");
            responses.insert(status.to_string(), json!({"$ref": format!("#/components/responses/{name}")}));
            problems.push((name, problem(status, &codes)));
        }
        let mut operation = json!({
            "operationId": self.id,
            "tags": [self.tag.name()],
            "summary": self.summary,
            "responses": responses,
        });
        let more = [
            ("description", (!self.about.is_empty()).then(|| json!(self.about))),
            ("parameters", (!self.parameters.is_empty()).then(|| json!(self.parameters))),
            ("requestBody", self.body),
        ];
        if let Value::Object(operation) = &mut operation {
            operation.extend(more.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        }
        Rendered { operation, schemas: self.schemas, problems }
    }
}

const ETAG: &str = "\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"";

/// An operation as it stands in the document.
pub(super) struct Rendered {
    pub(super) operation: Value,
    /// By name.
    pub(super) schemas: Vec<(String, Value)>,
    /// Answers, by name.
    pub(super) problems: Vec<(String, Value)>,
}

/// Where a type's schema stands in the document.
pub(crate) fn reference<T: ToSchema>() -> String {
    format!("#/components/schemas/{}", T::name())
}

/// The headers that every answer has.
fn everywhere() -> Value {
    json!({"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}})
}

fn by_status(codes: impl Iterator<Item = Code>) -> BTreeMap<u16, Vec<Code>> {
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in codes {
        let same = by_status.entry(code.status().as_u16()).or_default();
        if !same.contains(&code) {
            same.push(code);
        }
    }
    for codes in by_status.values_mut() {
        codes.sort_by_key(|code| code.as_str());
    }
    by_status
}

/// The answer with these codes, which narrows what `code` may be.
fn problem(status: u16, codes: &[Code]) -> Value {
    let lines: Vec<_> = codes.iter().map(|code| format!("`{}`: {}.", code.as_str(), code.title())).collect();
    let words: Vec<_> = codes.iter().map(|code| code.as_str()).collect();
    let examples: Map<String, Value> = words
        .iter()
        .map(|word| ((*word).to_owned(), json!({"$ref": format!("#/components/examples/{word}")})))
        .collect();
    let mut headers = everywhere();
    if let (429 | 503, Value::Object(headers)) = (status, &mut headers) {
        headers.insert("Retry-After".to_owned(), json!({"$ref": "#/components/headers/Retry-After"}));
    }
    let narrowed = json!({"properties": {"code": {"enum": words}, "status": {"const": status}}});
    json!({
        "description": lines.join(" "),
        "headers": headers,
        "content": {"application/problem+json": {
            "schema": {"allOf": [{"$ref": "#/components/schemas/Problem"}, narrowed]},
            "examples": examples,
        }},
    })
}
