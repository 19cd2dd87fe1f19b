//! The documents name things that exist.

#![expect(clippy::expect_used, reason = "a document that cannot be read must fail the test")]

use std::path::Path;

use spool_tests::programs::root;

const DOCUMENTS: [&str; 3] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

#[test]
fn every_path_that_a_document_names_exists() {
    let mut named = 0;
    for document in DOCUMENTS {
        for path in code_spans(&text_of(document)).iter().filter(|span| is_path(span)) {
            assert!(root().join(path).exists(), "{document} names {path}, which does not exist");
            named += 1;
        }
    }
    assert!(named > 40, "only {named} paths were recognised");
}

#[test]
fn every_make_target_that_a_document_names_exists() {
    let makefile = text_of("Makefile");
    let mut named = 0;
    for document in DOCUMENTS {
        for target in code_spans(&text_of(document)).iter().filter_map(|span| span.strip_prefix("make ")) {
            let rule = format!("\n{target}:");
            assert!(makefile.contains(&rule), "{document} names make {target}, which does not exist");
            named += 1;
        }
    }
    assert!(named > 5, "only {named} targets were recognised");
}

fn text_of(document: &str) -> String {
    std::fs::read_to_string(root().join(document)).expect("the document is there")
}

/// What stands between backticks on one line, code blocks aside.
fn code_spans(text: &str) -> Vec<String> {
    let mut spans = Vec::new();
    let mut in_block = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            spans.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    spans
}

/// Whether a code span names a file of the root, or something in one of its folders.
fn is_path(span: &str) -> bool {
    if !span.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c)) {
        return false;
    }
    match span.split_once('/') {
        Some((folder, _)) => !folder.is_empty() && root().join(folder).is_dir(),
        None => Path::new(span).extension().is_some_and(|end| end == "md" || end == "toml"),
    }
}
