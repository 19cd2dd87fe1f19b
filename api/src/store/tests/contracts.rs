//! That each script does what its header says it does, as far as text can show.

use std::collections::{BTreeMap, BTreeSet};

use crate::store::{keys::PATTERNS, scripts::CONTRACTS};

/// The identifiers in Lua code, comments and strings left out.
fn identifiers(source: &str) -> BTreeSet<String> {
    let mut code = String::new();
    for line in source.lines() {
        let line = line.split("--").next().unwrap_or_default();
        for (index, part) in line.split('\'').enumerate() {
            if index % 2 == 0 {
                code += part;
                code.push(' ');
            }
        }
    }
    code.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect()
}

fn whole(contract: &crate::store::script::Contract) -> String {
    contract.libraries().chain([contract.source]).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_header_names_exactly_the_keys_that_the_script_touches() {
    for contract in CONTRACTS {
        let used: BTreeSet<String> = identifiers(&whole(contract))
            .iter()
            .filter_map(|name| name.strip_prefix("key_").map(str::to_owned))
            .chain(["session".to_owned()])
            .collect();
        let named: BTreeSet<String> = contract.words("Touches").map(str::to_owned).collect();
        assert_eq!(used, named, "{}.lua", contract.name);
        for name in named {
            assert!(PATTERNS.iter().any(|pattern| pattern.name == name), "{}: no key {name}", contract.name);
        }
    }
}

#[test]
fn every_argument_that_a_header_names_is_used() {
    for contract in CONTRACTS {
        let used = identifiers(contract.source);
        for argument in contract.words("Args") {
            assert!(used.contains(argument), "{}.lua never uses {argument}", contract.name);
        }
    }
}

/// The first words of `{ 'word', … }` in replies.
fn replies(source: &str) -> BTreeSet<String> {
    let code: Vec<&str> = source.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    let mut words = BTreeSet::new();
    for part in code.join(" ").split("return ").skip(1) {
        let expression = part.split(" end").next().unwrap_or_default();
        for reply in expression.split('{').skip(1) {
            let quoted: Vec<&str> = reply.split('\'').collect();
            if let [blank, word, ..] = quoted.as_slice()
                && blank.trim().is_empty()
            {
                words.insert((*word).to_owned());
            }
        }
    }
    if source.contains(" = { 'ok' }") {
        words.insert("ok".to_owned());
    }
    words
}

#[test]
fn every_reply_of_a_script_is_in_its_header_and_none_is_made_up() {
    let refusals: BTreeSet<String> = ["missing", "foreign", "canceled", "stale"].map(str::to_owned).into();
    for contract in CONTRACTS {
        let header = contract.words("Reply").collect::<Vec<_>>().join(" ");
        let named: BTreeSet<String> = header
            .split('|')
            .filter_map(|reply| reply.split_whitespace().next())
            .map(str::to_owned)
            .collect();
        let mut used = replies(contract.source);
        if contract.source.contains("not_holding(") {
            used.extend(refusals.clone());
        }
        if contract.words("Guard").next().is_none() {
            used.insert("session".to_owned());
        }
        assert_eq!(used, named, "{}.lua", contract.name);
    }
}

#[test]
fn only_what_makes_new_work_is_refused_by_a_full_redis() {
    let refused: Vec<&str> = CONTRACTS
        .iter()
        .filter(|contract| !contract.source.starts_with("#!lua flags=allow-oom\n"))
        .map(|contract| contract.name)
        .collect();
    assert_eq!(refused, ["hold", "keep_image", "preview", "schedule", "submit"]);
}

/// The functions of Lua code at its outer level, and what is left of it.
fn functions(source: &str) -> (BTreeMap<String, String>, String) {
    let (mut functions, mut rest) = (BTreeMap::new(), String::new());
    let mut open: Option<(String, String)> = None;
    for line in source.lines().map(|line| line.split("--").next().unwrap_or_default()) {
        if let Some(head) = line.strip_prefix("local function ") {
            open = Some((head.split('(').next().unwrap_or_default().to_owned(), String::new()));
        }
        let code = open.as_mut().map_or(&mut rest, |(_, body)| body);
        code.push_str(line);
        code.push('\n');
        if line == "end"
            && let Some((name, body)) = open.take()
        {
            functions.insert(name, body);
        }
    }
    (functions, rest)
}

/// The literal words in the given place of every call of a function.
fn literals(code: &str, function: &str, place: usize) -> BTreeSet<String> {
    let called = format!("{function}(");
    let calls = code.match_indices(&called).filter(|(at, _)| !code[..*at].ends_with(char::is_alphanumeric));
    let arguments = calls.filter_map(|(at, _)| code[at + called.len()..].split(',').nth(place));
    let words = arguments.filter_map(|word| word.trim().trim_end_matches(')').strip_prefix('\''));
    words.filter_map(|word| word.split('\'').next()).map(str::to_owned).collect()
}

/// The code that a script can run: its body, and every function that this reaches.
fn reached(contract: &crate::store::script::Contract) -> String {
    let (functions, mut code) = functions(&whole(contract));
    let mut seen = BTreeSet::new();
    loop {
        let next =
            functions.iter().find(|(name, _)| !seen.contains(*name) && identifiers(&code).contains(*name));
        let Some((name, body)) = next else { return code };
        seen.insert(name.clone());
        code += body;
    }
}

#[test]
fn every_event_that_a_script_can_emit_is_in_its_header_and_none_is_made_up() {
    for contract in CONTRACTS {
        let code = reached(contract);
        // Which argument says what happened; `finish` says it by the status.
        let calls = [("emit", 2), ("change", 2), ("requeue", 1), ("finish", 1)];
        let used: BTreeSet<String> =
            calls.iter().flat_map(|(function, place)| literals(&code, function, *place)).collect();
        let named: BTreeSet<String> = contract.words("Emits").map(str::to_owned).collect();
        assert_eq!(used, named, "{}.lua", contract.name);
    }
}
