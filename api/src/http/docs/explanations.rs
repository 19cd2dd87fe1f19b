//! `GET /api/docs/errors`: where the `type` of every problem leads.

use std::sync::LazyLock;

use actix_web::{HttpResponse, web::Bytes};
use serde_json::json;

use super::{
    super::problem::Code,
    document::example,
    errors::explained,
    html::{escaped, line, page},
    operation::{Operation, Tag},
    reference::show,
};

static PAGE: LazyLock<Bytes> = LazyLock::new(|| render().into());

pub(crate) async fn explanations() -> HttpResponse {
    show(&PAGE)
}

pub(crate) fn doc() -> Operation {
    Operation::new("docsErrors", Tag::Service, "Every error explained")
        .about("The `type` of a problem leads to its entry here.")
        .answer(200, "HTML, without scripts.", &json!({"text/html": {"schema": {"type": "string"}}}))
}

fn render() -> String {
    let link = |code: &Code| format!("<li><a href=\"#{0}\"><code>{0}</code></a></li>", code.as_str());
    let links: String = Code::ALL.iter().map(link).collect();
    let menu = format!("<a class=\"chapter\" href=\"#content\">Errors</a><ul>{links}</ul>");
    let entries: String = Code::ALL.iter().map(|code| entry(*code)).collect();
    let intro = "Every error is `application/problem+json` (RFC 9457). The `code` is a word that stays; what happened \
                 this time is in `detail`, and the fields that are not right are in `errors`. Errors that are \
                 `retryable` may pass by themselves.";
    let content = format!(
        "<section class=\"intro\"><h1>Errors</h1><p>{}</p></section><section>{entries}</section>",
        line(intro)
    );
    page("Spool API: errors", &menu, &content)
}

fn entry(code: Code) -> String {
    let explained = explained(code);
    let example = serde_json::to_string_pretty(&example(code)).unwrap_or_default();
    format!(
        "<article id=\"{0}\"><h3><code>{0}</code></h3><p class=\"answer\"><b class=\"status bad\">{1}</b> {2}. \
         <span class=\"kind\">{3}</span></p><p>{4}</p><p><b>What to do.</b> {5}</p>\
         <details><summary>Example</summary><pre>{6}</pre></details></article>",
        code.as_str(),
        code.status().as_u16(),
        escaped(code.title()),
        if code.retryable() { "may pass by itself" } else { "will not pass by itself" },
        line(explained.meaning),
        line(explained.remedy),
        escaped(&example),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_an_entry_where_its_type_leads() {
        let html = render();
        for code in Code::ALL {
            let kind = example(*code)["type"].as_str().unwrap_or_default().to_owned();
            assert_eq!(kind, format!("/api/docs/errors#{}", code.as_str()));
            assert!(html.contains(&format!("<article id=\"{}\">", code.as_str())));
        }
    }
}
