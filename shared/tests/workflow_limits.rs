//! Walks the tables of fields and proves that validation agrees with them at each border and one beyond.

#![expect(clippy::expect_used, reason = "a broken expectation is a failed test")]

use serde_json::{Map, Value, json};
use spool_shared::workflow::{Field, FieldDefault, Kind, Size, Violation, ViolationCode, Workflow};

/// A request with only what is required.
fn minimal(workflow: Workflow) -> Map<String, Value> {
    let required = workflow.fields().iter().filter(|field| field.default == FieldDefault::Required);
    required.map(|field| (field.name.to_owned(), json!("a cat"))).collect()
}

/// `field` at `value`, with whatever else the rules between fields ask for.
fn with(workflow: Workflow, field: &Field, value: Value) -> Map<String, Value> {
    let mut raw = minimal(workflow);
    match field.name {
        "width" => raw.insert("height".into(), json!(128)),
        "height" => raw.insert("width".into(), json!(128)),
        "negative_prompt" => raw.insert("cfg_scale".into(), json!(2.0)),
        _ => None,
    };
    raw.insert(field.name.into(), value);
    raw
}

fn passes(workflow: Workflow, field: &Field, value: Value) {
    let raw = with(workflow, field, value);
    assert!(workflow.read(&raw).is_ok(), "{workflow} {raw:?}: {:?}", workflow.read(&raw));
}

fn refused(workflow: Workflow, field: &Field, value: Value, code: ViolationCode) -> Violation {
    let raw = with(workflow, field, value);
    let violations = workflow.read(&raw).expect_err(&format!("{workflow} {raw:?} should be refused"));
    let [violation] = violations.as_slice() else { panic!("{violations:?}") };
    assert_eq!((violation.code, &*violation.pointer), (code, &*format!("/{}", field.name)), "{raw:?}");
    assert!(violation.message.starts_with(field.name), "{}", violation.message);
    violation.clone()
}

fn walk(check: impl Fn(Workflow, &Field)) {
    let mut seen = 0;
    for workflow in Workflow::ALL {
        for field in workflow.fields() {
            check(workflow, field);
            seen += 1;
        }
    }
    assert_eq!(seen, 10 + 9 + 2);
}

#[test]
fn every_field_passes_at_its_borders_and_not_one_beyond() {
    walk(|workflow, field| match field.kind {
        Kind::Text(limits) => {
            for letter in ["a", "é", "日", "😀"] {
                let text = |count: u64| json!(letter.repeat(usize::try_from(count).unwrap()));
                passes(workflow, field, text(limits.max));
                refused(workflow, field, text(limits.max + 1), ViolationCode::TooLong);
                passes(workflow, field, text(limits.min));
            }
            if limits.min > 0 {
                refused(workflow, field, json!(""), ViolationCode::TooShort);
            }
        }
        Kind::Integer { limits, step } => {
            passes(workflow, field, json!(limits.min));
            passes(workflow, field, json!(limits.max));
            passes(workflow, field, json!(limits.min + step));
            refused(workflow, field, json!(limits.min - step), ViolationCode::OutOfRange);
            refused(workflow, field, json!(limits.min - 1), ViolationCode::OutOfRange);
            refused(workflow, field, json!(limits.max + 1), ViolationCode::OutOfRange);
            refused(workflow, field, json!(u64::MAX), ViolationCode::OutOfRange);
            refused(workflow, field, json!(i64::MIN), ViolationCode::OutOfRange);
            for off in 1..step {
                refused(workflow, field, json!(limits.min + off), ViolationCode::OffStep);
                refused(workflow, field, json!(limits.max - off), ViolationCode::OffStep);
            }
        }
        Kind::Number(limits) => {
            passes(workflow, field, json!(limits.min));
            passes(workflow, field, json!(limits.max));
            passes(workflow, field, json!(1));
            refused(workflow, field, json!(limits.min.next_down()), ViolationCode::OutOfRange);
            refused(workflow, field, json!(limits.max.next_up()), ViolationCode::OutOfRange);
        }
        Kind::Word(words) => {
            for word in words {
                passes(workflow, field, json!(word));
                refused(workflow, field, json!(word.to_uppercase() + "!"), ViolationCode::NotAChoice);
            }
        }
        Kind::OneOf(numbers) => {
            for number in numbers {
                passes(workflow, field, json!(number));
                refused(workflow, field, json!(number + 1), ViolationCode::NotAChoice);
                refused(workflow, field, json!(-number), ViolationCode::NotAChoice);
            }
        }
        Kind::Pictures(_) | Kind::Job => panic!("it is no parameter"),
    });
}

#[test]
fn every_field_refuses_the_wrong_type_and_says_which_is_right() {
    walk(|workflow, field| {
        let mut wrong = vec![json!([]), json!({}), json!(true), json!([1])];
        match field.kind {
            Kind::Text(_) | Kind::Word(_) => wrong.extend([json!(1), json!(1.5)]),
            Kind::Integer { limits, .. } => {
                // Within the limits, but not written as a whole number.
                let inside = serde_json::from_str(&format!("{}.0", limits.max)).unwrap();
                wrong.extend([json!("8"), json!(1.5), inside, json!("NaN")]);
            }
            Kind::OneOf(_) => wrong.extend([json!("2"), json!(2.5), json!(2.0), json!("NaN")]),
            Kind::Number(_) => wrong.extend([json!("1"), json!("NaN"), json!("Infinity")]),
            Kind::Pictures(_) | Kind::Job => {}
        }
        for value in wrong {
            let refused = refused(workflow, field, value, ViolationCode::WrongType);
            for limit in limits_of(field) {
                assert!(refused.message.contains(&limit), "{limit}: {}", refused.message);
            }
        }
    });
}

/// What a sentence about the field has to name.
fn limits_of(field: &Field) -> Vec<String> {
    match field.kind {
        Kind::Text(limits) => vec![limits.max.to_string()],
        Kind::Integer { limits, .. } => vec![limits.min.to_string(), limits.max.to_string()],
        Kind::Number(limits) => vec![limits.min.to_string(), limits.max.to_string()],
        Kind::Word(words) => words.iter().map(|word| format!("{word:?}")).collect(),
        Kind::OneOf(numbers) => numbers.iter().map(ToString::to_string).collect(),
        Kind::Pictures(_) | Kind::Job => Vec::new(),
    }
}

#[test]
fn a_whole_number_that_is_far_too_large_is_called_so_however_it_is_written() {
    let said = |field: &str, number: &str| {
        let value = serde_json::from_str(number).unwrap();
        let field = Workflow::I2v.fields().iter().find(|known| known.name == field).unwrap();
        refused(Workflow::I2v, field, value, ViolationCode::OutOfRange).message
    };
    assert_eq!(
        said("seed", "1180591620717411303424"),
        "seed must be from 0 to 4294967295, not 1180591620717411303424"
    );
    assert_eq!(
        said("seed", "-1e30"),
        "seed must be from 0 to 4294967295, not -1000000000000000019884624838656"
    );
    assert_eq!(
        said("num_inference_steps", "1e9"),
        "num_inference_steps must be from 1 to 100, not 1000000000"
    );
    assert!(said("fps", "1e300").ends_with('…'), "no answer repeats three hundred digits");
}

#[test]
fn null_means_absent_and_only_what_is_required_must_be_there() {
    walk(|workflow, field| {
        let mut raw = minimal(workflow);
        raw.insert(field.name.into(), Value::Null);
        match workflow.read(&raw) {
            Ok(request) => {
                assert_ne!(field.default, FieldDefault::Required, "{}", field.name);
                assert_eq!(request, workflow.read(&minimal(workflow)).unwrap(), "{}", field.name);
            }
            Err(violations) => {
                assert_eq!(field.default, FieldDefault::Required, "{}", field.name);
                assert_eq!(violations.len(), 1);
                assert_eq!(violations[0].code, ViolationCode::Missing);
            }
        }
    });
}

#[test]
fn the_defaults_of_the_table_are_the_ones_that_a_job_gets() {
    for workflow in Workflow::ALL {
        for preset in spool_shared::workflow::Preset::ALL {
            let mut raw = minimal(workflow);
            if workflow.fields().iter().any(|field| field.name == "preset") {
                raw.insert("preset".into(), json!(preset));
            }
            let job = workflow.read(&raw).unwrap().resolve(&[Size::new(832, 480)], 7).unwrap().to_map();
            for field in workflow.fields().iter().filter(|field| field.name != "preset") {
                if let Some(default) = field.default.under(preset) {
                    assert_eq!(
                        job.get(field.name),
                        Some(&json!(default)),
                        "{workflow} {preset} {}",
                        field.name
                    );
                }
            }
            assert_eq!(job["seed"], 7);
        }
    }
}

#[test]
fn the_characters_of_a_prompt_are_counted_as_in_the_file_that_the_studio_reads() {
    let prompts = include_str!("../../tests/fixtures/prompts/characters.json");
    let prompts: Vec<Map<String, Value>> = serde_json::from_str(prompts).expect("a list");
    let field = Workflow::I2v.fields().iter().find(|field| field.name == "prompt").expect("a prompt");
    for prompt in &prompts {
        let text = prompt.get("text").and_then(Value::as_str).expect("a text");
        let characters = prompt.get("characters").and_then(Value::as_u64).expect("a number");
        let filled =
            |rest: u64| json!(format!("{text}{}", "x".repeat(usize::try_from(rest).expect("small"))));
        passes(Workflow::I2v, field, filled(500 - characters));
        refused(Workflow::I2v, field, filled(501 - characters), ViolationCode::TooLong);
    }
}
