//! Messages of a peer that is newer than this version: what it does not know is read as something harmless.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed sample is a failed test")]

#[expect(dead_code, reason = "only some of the samples have words that may be new")]
mod samples;

use rmpv::Value;
use spool_shared::{
    job::{FailureCode, Phase},
    protocol::{
        BulkToAgent, DeclineReason, FromAgent, Offer, RefusedCode, ReleaseReason, SlotState, ToAgent, Wire,
        decode, encode,
    },
};

/// The golden sample of a message with some texts replaced, wherever they stand.
fn said_by_a_newer_peer<T: Wire>(samples: Vec<T>, name: &str, replaced: &[(&str, &str)]) -> T {
    let message = samples.into_iter().map(|sample| encode(&sample).unwrap()).find_map(|bytes| {
        let value = rmpv::decode::read_value(&mut bytes.as_slice()).unwrap();
        (value.as_map().unwrap()[0].0.as_str() == Some(name)).then_some(value)
    });
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, &rewritten(message.unwrap(), replaced)).unwrap();
    for (_, new) in replaced {
        assert!(bytes.windows(new.len()).any(|window| window == new.as_bytes()), "{name} has {new}");
    }
    decode(&bytes).unwrap()
}

fn rewritten(value: Value, replaced: &[(&str, &str)]) -> Value {
    match value {
        Value::String(text) => {
            let found = replaced.iter().find(|(old, _)| text.as_str() == Some(old));
            found.map_or_else(|| Value::String(text), |(_, new)| Value::from(*new))
        }
        Value::Array(items) => items.into_iter().map(|item| rewritten(item, replaced)).collect(),
        Value::Map(entries) => {
            Value::Map(entries.into_iter().map(|(key, value)| (key, rewritten(value, replaced))).collect())
        }
        other => other,
    }
}

fn from_agent(name: &str, replaced: &[(&str, &str)]) -> FromAgent {
    said_by_a_newer_peer(samples::from_agent(), name, replaced)
}

#[test]
fn reasons_that_are_not_known_are_other_ones() {
    let FromAgent::Declined { reason, .. } = from_agent("declined", &[("draining", "too_hot")]) else {
        panic!("a decline")
    };
    assert_eq!(reason, DeclineReason::Other);
    let FromAgent::Released { reason, .. } = from_agent("released", &[("drained", "evicted")]) else {
        panic!("a release")
    };
    assert_eq!(reason, ReleaseReason::Other);
}

#[test]
fn a_phase_and_a_state_that_are_not_known_are_passed_on_as_such() {
    let FromAgent::Progress { phase, step, .. } = from_agent("progress", &[("denoise_high", "refine")])
    else {
        panic!("a report")
    };
    assert_eq!((phase, step), (Phase::Other, 3));
    let FromAgent::Heartbeat { slots, .. } = from_agent("heartbeat", &[("busy", "cooling")]) else {
        panic!("a heartbeat")
    };
    assert!(slots.iter().any(|slot| slot.state == SlotState::Unknown), "{slots:?}");
}

#[test]
fn a_failure_that_is_not_known_is_an_error_of_the_engine_with_its_own_message() {
    let FromAgent::Failed { code, message, .. } =
        from_agent("failed", &[("out_of_memory", "fan_broken"), ("engine_error", "fan_broken")])
    else {
        panic!("a failure")
    };
    assert_eq!(code, FailureCode::EngineError);
    assert!(!message.is_empty());
}

#[test]
fn workflows_and_classes_that_are_not_known_are_not_offered() {
    let FromAgent::Hello { offers, slots, .. } = from_agent("hello", &[("i2v", "i3d")]) else {
        panic!("a hello")
    };
    assert!(offers.iter().all(|offer| offer.workflow.as_str() != "i3d"), "{offers:?}");
    assert!(slots > 0, "everything else is read as it stands");
    let FromAgent::Slots { warm, healthy, .. } =
        from_agent("slots", &[("i2v.480p.81.lightning", "i2v.8k.1")])
    else {
        panic!("slots")
    };
    assert_eq!((warm, healthy), (vec![], 1));
    let offer =
        Offer { workflow: spool_shared::workflow::Workflow::I2v, engine: "e".into(), classes: vec![] };
    let named = serde_json::json!({"workflow": "i2v", "engine": "e", "classes": ["i2v.8k.1"]});
    assert_eq!(serde_json::from_value::<Offer>(named).unwrap(), offer);
}

#[test]
fn a_refusal_that_is_not_known_lets_the_lease_go() {
    let refused = said_by_a_newer_peer(samples::to_agent(), "refused", &[("stale", "quarantined")]);
    let ToAgent::Refused { code, .. } = refused else { panic!("a refusal") };
    assert_eq!(code, RefusedCode::WrongState);
    let refused = said_by_a_newer_peer(samples::bulk_to_agent(), "refused", &[("corrupt", "quarantined")]);
    let BulkToAgent::Refused { code, .. } = refused else { panic!("a refusal") };
    assert_eq!(code, RefusedCode::WrongState);
}
