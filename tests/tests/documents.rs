//! The documents name things that exist.

#![expect(clippy::expect_used, reason = "a document that cannot be read must fail the test")]

use std::{collections::BTreeSet, path::Path};

use spool_tests::programs::root;

const DOCUMENTS: [&str; 6] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "api/README.md",
    "agent/README.md",
    "tests/README.md",
];

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

#[test]
fn every_row_of_the_fault_matrix_names_tests_that_exist() {
    let text = text_of("tests/FAULTS.md");
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| F")).collect();
    let numbers: Vec<&str> = rows.iter().filter_map(|row| row.split('|').nth(1)).map(str::trim).collect();
    let all: Vec<String> = (1..=80).map(|row| format!("F{row}")).collect();
    assert_eq!(numbers, all);
    for row in rows {
        let tests = row.split('|').nth(3).expect("a third column");
        for test in tests.split("<br>").filter(|test| test.contains('`')) {
            let (path, name) =
                test.trim().trim_start_matches('`').split_once('`').expect("a path and a name");
            let function = format!("fn {}(", name.trim().replace(' ', "_"));
            assert!(text_of(path).contains(&function), "{path} has no {function}");
        }
    }
}

#[test]
fn the_matrix_names_the_rows_that_random_runs_do_not_draw() {
    let text = text_of("tests/FAULTS.md");
    let (_, after) = text.split_once("draws every row but these: ").expect("the sentence");
    let (list, _) = after.split_once('.').expect("its end");
    let named: BTreeSet<String> = list.split(',').map(|row| row.trim().to_owned()).collect();
    let drawn = spool_tests::chaos::rows();
    let all = (1..=80).map(|row| format!("F{row}"));
    assert_eq!(named, all.filter(|row| !drawn.contains(row.as_str())).collect());
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

#[test]
fn each_outside_world_is_known_to_the_parts_that_may_know_it_alone() {
    for (name, folder, allowed) in [
        ("redis", "api/src", ["api/src/store", "api/src/embedded"].as_slice()),
        ("deadpool_redis", "api/src", &["api/src/store"]),
        ("object_store", "api/src", &["api/src/storage"]),
        ("tokio_tungstenite", "agent/src", &["agent/src/link"]),
    ] {
        let naming: Vec<_> = code_below(folder).into_iter().filter(|(_, code)| names(code, name)).collect();
        for (file, _) in &naming {
            assert!(allowed.iter().any(|folder| file.starts_with(folder)), "{file} names {name}");
        }
        assert!(!naming.is_empty(), "nothing names {name}");
    }
}

#[test]
fn http_and_the_gateway_do_not_import_one_another() {
    for (folder, other) in [("api/src/http", "gateway"), ("api/src/gateway", "http")] {
        for (file, code) in code_below(folder) {
            assert!(!imports(&code, other), "{file} imports {other}");
        }
    }
    assert!(code_below("api/src").iter().any(|(_, code)| imports(code, "gateway")), "imports are recognised");
}

/// The code of each file, without comments, under its path from the root.
fn code_below(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root().join(folder)).expect("the folder is there").flatten() {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files.extend(code_below(&path));
        } else if Path::new(&path).extension().is_some_and(|name| name == "rs") {
            let code = text_of(&path);
            let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            files.push((path, code.collect::<Vec<_>>().join("\n")));
        }
    }
    files
}

/// Whether a path in the code begins with this crate. A module of the same name beside it is not the crate.
fn names(code: &str, name: &str) -> bool {
    let path = format!("{name}::");
    let inside = |before: char| before.is_ascii_alphanumeric() || before == '_' || before == ':';
    let begins = |(at, _): (usize, &str)| !code.get(..at).is_some_and(|before| before.ends_with(inside));
    !code.contains(&format!("mod {name};")) && code.match_indices(&path).any(begins)
}

/// Whether the code imports something of this module of its crate.
fn imports(code: &str, module: &str) -> bool {
    let word = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    let grouped = code.split("use crate::{").skip(1).filter_map(|rest| rest.split(';').next());
    code.contains(&format!("crate::{module}::"))
        || code.contains(&format!("use crate::{module};"))
        || grouped.into_iter().any(|group| group.split(word).any(|name| name == module))
}
