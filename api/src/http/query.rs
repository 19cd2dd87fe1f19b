//! Queries of addresses: every parameter is looked at, and all that is wrong is told at once.

use spool_shared::workflow::{Violation, ViolationCode};

use super::problem::Problem;

/// What is wrong with one parameter.
pub(crate) type Wrong = (ViolationCode, String);

/// Hands each parameter, name and value, to `take`.
pub(crate) fn each(
    query: &str,
    mut take: impl FnMut(&str, &str) -> Result<(), Wrong>,
) -> Result<(), Problem> {
    let mut violations = Vec::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if let Err((code, message)) = take(&name, &value) {
            violations.push(Violation::new(&name, code, message));
        }
    }
    if violations.is_empty() { Ok(()) } else { Err(Problem::validation(violations)) }
}

/// A parameter that is on when it is named, unless its value says otherwise.
pub(crate) fn flag(name: &str, value: &str) -> Result<bool, Wrong> {
    match value {
        "" | "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err((ViolationCode::NotAChoice, format!("{name} must be true or false"))),
    }
}

/// A parameter must be one of these words.
pub(crate) fn one_of(name: &str, words: &[impl ToString]) -> Wrong {
    let words: Vec<_> = words.iter().map(ToString::to_string).collect();
    (ViolationCode::NotAChoice, format!("{name} must be one of {}", words.join(", ")))
}

/// No such parameter; `rule` says which ones there are.
pub(crate) fn unknown(rule: &str) -> Wrong {
    (ViolationCode::UnknownField, rule.to_owned())
}
