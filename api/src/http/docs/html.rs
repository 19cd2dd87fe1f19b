//! Text as HTML, and the frame that every page of the documentation has.

use std::sync::LazyLock;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};

const STYLE: &str = include_str!("style.css");

/// A page loads nothing and runs nothing; its one style sheet is known by its hash.
pub(super) static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
});

/// A whole page. `menu` and `content` are HTML.
pub(super) fn page(title: &str, menu: &str, content: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n\
         <style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#content\">Skip to the content</a>\n\
         <header><a class=\"name\" href=\"/api/docs\">Spool API</a><nav aria-label=\"Pages\">\
         <a href=\"/api/docs\">Operations</a><a href=\"/api/docs/errors\">Errors</a>\
         <a href=\"/api/openapi.json\">openapi.json</a></nav></header>\n\
         <div class=\"columns\">\n<nav class=\"menu\" aria-label=\"On this page\">{menu}</nav>\n\
         <main id=\"content\">{content}</main>\n</div>\n</body>\n</html>\n"
    )
}

/// For text and for values in double quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
    html
}

/// The little Markdown that descriptions use: paragraphs, lists with dashes, and code between backticks.
pub(super) fn prose(text: &str) -> String {
    let blocks = text.split("\n\n").map(str::trim).filter(|block| !block.is_empty());
    let html = blocks.map(|block| match block.strip_prefix("- ") {
        Some(list) => {
            let items = list.split("\n- ").map(|item| format!("<li>{}</li>", line(item)));
            format!("<ul>{}</ul>", items.collect::<String>())
        }
        None => format!("<p>{}</p>", line(block)),
    });
    html.collect()
}

/// A line of text, in which backticks mark code.
pub(super) fn line(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(index, part)| {
        let part = escaped(part);
        if index % 2 == 1 { format!("<code>{part}</code>") } else { part }
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn descriptions_become_paragraphs_lists_and_code_and_nothing_else() {
        assert_snapshot!(prose("One `a < b`\n& two.\n\n- first\n- `second`\n\n<script>"), @"
        <p>One <code>a &lt; b</code>
        &amp; two.</p><ul><li>first</li><li><code>second</code></li></ul><p>&lt;script&gt;</p>
        ");
    }
}
