//! Every message of protocol 1 against its golden bytes, which the Python tests read too.
//!
//! `SPOOL_BLESS=1 cargo test -p spool-shared --test golden` writes them anew after a deliberate change.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed sample is a failed test")]

mod samples;

use std::{env, fmt::Debug, fs, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rmpv::Value;
use serde_json::{Map, json};
use spool_shared::protocol::{FromAgent, Wire, decode, encode};

#[test]
fn every_control_message_of_an_agent_has_golden_bytes_that_read_back() {
    check("from_agent", &samples::from_agent());
}

#[test]
fn every_control_message_to_an_agent_has_golden_bytes_that_read_back() {
    check("to_agent", &samples::to_agent());
}

#[test]
fn every_bulk_message_of_an_agent_has_golden_bytes_that_read_back() {
    check("bulk_from_agent", &samples::bulk_from_agent());
}

#[test]
fn every_bulk_message_to_an_agent_has_golden_bytes_that_read_back() {
    check("bulk_to_agent", &samples::bulk_to_agent());
}

#[test]
fn slots_of_an_older_agent_are_neither_draining_nor_paused() {
    #[derive(serde::Serialize)]
    struct Older {
        slots: OlderSlots,
    }
    #[derive(serde::Serialize)]
    struct OlderSlots {
        healthy: u32,
        warm: Vec<String>,
    }
    let older = Older { slots: OlderSlots { healthy: 2, warm: vec![] } };
    let bytes = rmp_serde::to_vec_named(&older).unwrap();
    let slots = FromAgent::Slots { healthy: 2, warm: vec![], draining: false, pause: None };
    assert_eq!(decode::<FromAgent>(&bytes).unwrap(), slots);
}

fn check<T: Wire + PartialEq + Debug>(direction: &str, samples: &[T]) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/protocol/v1");
    let mut seen = Vec::new();
    for sample in samples {
        let bytes = encode(sample).unwrap();
        let value = rmpv::decode::read_value(&mut bytes.as_slice()).unwrap();
        let name = value.as_map().unwrap()[0].0.as_str().unwrap().to_owned();
        let file = |ending: &str| folder.join(format!("{direction}.{name}.{ending}"));
        let text = format!("{}\n", serde_json::to_string_pretty(&readable(&value)).unwrap());
        if env::var_os("SPOOL_BLESS").is_some() {
            fs::write(file("msgpack"), &bytes).unwrap();
            fs::write(file("json"), &text).unwrap();
        }
        let golden = fs::read(file("msgpack")).unwrap();
        assert_eq!(golden, bytes, "{direction}.{name}");
        assert_eq!(fs::read_to_string(file("json")).unwrap(), text);
        assert_eq!(&decode::<T>(&golden).unwrap(), sample, "{direction}.{name}");
        seen.push(name);
    }
    seen.sort();
    let mut names = T::NAMES.to_vec();
    names.sort_unstable();
    assert_eq!(seen, names, "one sample for each message");
}

/// MessagePack as JSON, byte strings as `{"$bin": base64}`.
fn readable(value: &Value) -> serde_json::Value {
    match value {
        Value::Nil => serde_json::Value::Null,
        Value::Boolean(flag) => json!(flag),
        Value::Integer(number) => {
            number.as_u64().map_or_else(|| json!(number.as_i64()), |number| json!(number))
        }
        Value::F32(number) => json!(number),
        Value::F64(number) => json!(number),
        Value::String(text) => json!(text.as_str()),
        Value::Binary(bytes) => json!({ "$bin": STANDARD.encode(bytes) }),
        Value::Array(items) => items.iter().map(readable).collect(),
        Value::Map(entries) => entries
            .iter()
            .map(|(key, value)| (key.as_str().unwrap().to_owned(), readable(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Ext(..) => panic!("extension types are not used"),
    }
}
