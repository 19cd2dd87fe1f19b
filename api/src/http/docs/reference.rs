//! `GET /api/docs`: the document as a page, for people.

#![expect(clippy::indexing_slicing, reason = "a JSON value answers null for what it lacks")]

use std::sync::LazyLock;

use actix_web::{HttpResponse, http::header, web::Bytes};
use serde_json::{Map, Value, json};

use super::{
    curl,
    document::DOCUMENT,
    html::{POLICY, escaped, line, page, prose},
    operation::{Operation, Tag},
    shape::{fields, kind, row},
};

static PAGE: LazyLock<Bytes> = LazyLock::new(|| render(&DOCUMENT).into());

pub(crate) async fn reference() -> HttpResponse {
    show(&PAGE)
}

pub(crate) fn doc() -> Operation {
    Operation::new("docs", Tag::Service, "This document as a page").answer(
        200,
        "HTML, without scripts.",
        &json!({"text/html": {"schema": {"type": "string"}}}),
    )
}

/// Answers with a page of the documentation.
pub(super) fn show(page: &Bytes) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(page.clone())
}

fn render(document: &Value) -> String {
    let mut menu = Vec::new();
    let intro = format!(
        "<section class=\"intro\"><h1>{}</h1><p class=\"version\">Version {}</p>{}</section>",
        text(&document["info"], "title"),
        text(&document["info"], "version"),
        prose(document["info"]["description"].as_str().unwrap_or_default()),
    );
    let mut content = vec![intro];
    for tag in Tag::ALL {
        let id = tag.name().to_lowercase().replace(' ', "-");
        let (links, articles): (String, String) = operations(document, tag).into_iter().unzip();
        menu.push(format!("<a class=\"chapter\" href=\"#{id}\">{}</a><ul>{links}</ul>", tag.name()));
        let (name, about) = (tag.name(), line(tag.about()));
        content.push(format!(
            "<section><h2 id=\"{id}\">{name}</h2><p class=\"lead\">{about}</p>{articles}</section>"
        ));
    }
    menu.push("<a class=\"chapter\" href=\"#schemas\">Schemas</a>".to_owned());
    content.push(format!(
        "<section><h2 id=\"schemas\">Schemas</h2><p class=\"lead\">The objects that requests and answers are made \
         of.</p>{}</section>",
        schemas(document)
    ));
    page("Spool API", &menu.concat(), &content.concat())
}

/// The link and the article of each operation of a chapter.
fn operations(document: &Value, tag: Tag) -> Vec<(String, String)> {
    let all = document["paths"].as_object().into_iter().flatten();
    let all = all.flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
    });
    let of_tag = all.filter(|(_, _, operation)| operation["tags"] == json!([tag.name()]));
    of_tag
        .map(|(path, method, operation)| {
            let (id, summary) = (text(operation, "operationId"), text(operation, "summary"));
            (format!("<li><a href=\"#{id}\">{summary}</a></li>"), article(document, path, method, operation))
        })
        .collect()
}

fn article(document: &Value, path: &str, method: &str, operation: &Value) -> String {
    let address = escaped(path).replace('{', "<i>{").replace('}', "}</i>");
    let mut html = format!(
        "<article id=\"{}\"><h3>{}</h3><p class=\"address\"><b class=\"method {method}\">{}</b> \
         <code>{address}</code></p>{}",
        text(operation, "operationId"),
        text(operation, "summary"),
        method.to_uppercase(),
        prose(operation["description"].as_str().unwrap_or_default()),
    );
    let parameters: String =
        operation["parameters"].as_array().into_iter().flatten().map(parameter).collect();
    if !parameters.is_empty() {
        html += &titled("Parameters", &format!("<dl class=\"fields\">{parameters}</dl>"));
    }
    html += &body(document, &operation["requestBody"]);
    if let Some(command) = curl::command(path, method, operation) {
        html += &titled("Try it", &format!("<pre>{}</pre>", escaped(&command)));
    }
    html += &titled("Answers", &answers(document, &operation["responses"]));
    html + "</article>"
}

fn titled(title: &str, content: &str) -> String {
    format!("<h4>{title}</h4>{content}")
}

fn folded(title: &str, content: &str) -> String {
    format!("<details><summary>{title}</summary>{content}</details>")
}

fn parameter(parameter: &Value) -> String {
    let place = text(parameter, "in");
    let kind = format!("{} · {place}", kind(&parameter["schema"]));
    let required = parameter["required"] == true;
    row(
        parameter["name"].as_str().unwrap_or_default(),
        &kind,
        required,
        parameter["description"].as_str().unwrap_or_default(),
    )
}

fn body(document: &Value, body: &Value) -> String {
    let Some(content) = body["content"].as_object() else { return String::new() };
    let about = prose(body["description"].as_str().unwrap_or_default());
    let kinds = content.iter().map(|(name, media)| {
        let schema = resolved(document, &media["schema"]);
        folded(&format!("<code>{}</code>", escaped(name)), &fields(schema))
    });
    titled("Body", &std::iter::once(about).chain(kinds).collect::<String>())
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let target = schema["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
    target.and_then(|pointer| document.pointer(pointer)).unwrap_or(schema)
}

fn answers(document: &Value, responses: &Value) -> String {
    let all = responses.as_object().into_iter().flatten();
    let all = all.map(|(status, response)| (status, resolved(document, response)));
    let (errors, good): (Vec<_>, Vec<_>) =
        all.partition(|(_, response)| !response["content"]["application/problem+json"].is_null());
    let mut html: String = good.into_iter().map(|(status, response)| answer(status, response)).collect();
    let lines: String = errors.into_iter().map(|(status, response)| error(status, response)).collect();
    if !lines.is_empty() {
        html += &folded("Errors", &format!("<dl class=\"fields\">{lines}</dl>"));
    }
    html
}

fn answer(status: &str, response: &Value) -> String {
    let content = response["content"].as_object();
    let kinds: Vec<_> = content.into_iter().flatten().map(media).collect();
    let examples: String = content.into_iter().flatten().flat_map(|(_, media)| examples(media)).collect();
    let headers: Vec<_> = response["headers"].as_object().into_iter().flatten().collect();
    let headers: String = headers
        .iter()
        .filter(|(_, header)| header["$ref"].is_null())
        .map(|(name, header)| row(name, "header", false, header["description"].as_str().unwrap_or_default()))
        .collect();
    let headers = if headers.is_empty() { headers } else { format!("<dl class=\"fields\">{headers}</dl>") };
    format!(
        "<p class=\"answer\"><b class=\"status\">{status}</b> {} <span class=\"kind\">{}</span></p>{headers}{examples}",
        line(response["description"].as_str().unwrap_or_default()),
        kinds.join(", "),
    )
}

fn media((name, media): (&String, &Value)) -> String {
    let name = format!("<code>{}</code>", escaped(name));
    if media["schema"]["$ref"].is_null() { name } else { format!("{name} {}", kind(&media["schema"])) }
}

fn examples(media: &Value) -> Vec<String> {
    let shown = |name: &str, value: &Value| {
        let value = value
            .as_str()
            .map_or_else(|| serde_json::to_string_pretty(value).unwrap_or_default(), str::to_owned);
        folded(&escaped(name), &format!("<pre>{}</pre>", escaped(&value)))
    };
    if let Some(all) = media["examples"].as_object() {
        return all
            .iter()
            .map(|(name, example)| shown(&format!("Example: {name}"), &example["value"]))
            .collect();
    }
    if media["example"].is_null() { Vec::new() } else { vec![shown("Example", &media["example"])] }
}

fn error(status: &str, response: &Value) -> String {
    let examples: Option<&Map<String, Value>> =
        response["content"]["application/problem+json"]["examples"].as_object();
    let codes = examples.into_iter().flatten().map(|(code, _)| {
        let code = escaped(code);
        format!("<a href=\"/api/docs/errors#{code}\"><code>{code}</code></a>")
    });
    let codes: Vec<_> = codes.collect();
    format!("<div><dt><b class=\"status bad\">{status}</b></dt><dd>{}</dd></div>", codes.join(" "))
}

fn schemas(document: &Value) -> String {
    let all = document["components"]["schemas"].as_object().into_iter().flatten();
    let article = |(name, schema): (&String, &Value)| {
        let fields = fields(schema);
        let parts: String = schema["allOf"].as_array().into_iter().flatten().map(self::fields).collect();
        let kind = if fields.is_empty() && parts.is_empty() {
            format!("<p class=\"kind\">{}</p>", kind(schema))
        } else {
            String::new()
        };
        format!(
            "<article id=\"schema-{0}\"><h3><code>{0}</code></h3>{1}{kind}{fields}{parts}</article>",
            escaped(name),
            prose(schema["description"].as_str().unwrap_or_default()),
        )
    };
    all.map(article).collect()
}

/// A text of an object, escaped.
fn text(object: &Value, name: &str) -> String {
    escaped(object[name].as_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_within_the_page_has_a_target() {
        let html = render(&DOCUMENT);
        let mut links = 0;
        for target in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(html.contains(&format!("id=\"{target}\"")), "#{target} is not there");
            links += 1;
        }
        assert!(links > 50, "only {links} links");
    }

    #[test]
    fn the_page_runs_and_loads_nothing() {
        let html = render(&DOCUMENT);
        for trace in ["<script", " style=", " onclick", "http:", "https:", "src="] {
            assert!(!html.contains(trace), "{trace}");
        }
    }
}
