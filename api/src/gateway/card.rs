//! What an agent may say of itself in its hello. It stands in the store and on every page of the fleet.

use spool_shared::protocol::{AgentCard, HeldLease, MAX_LABEL, MAX_LABELS, Offer};

/// The most slots, and GPUs, that one agent may announce.
pub(super) const MAX_SLOTS: u32 = 64;
/// The most leases that one message may list.
pub(super) const MAX_LEASES: usize = 1_024;
/// Redis keeps a record in its compact form only while no value of it is longer (`hash-max-listpack-value`).
const MAX_NAME: usize = 64;
const NAME_RULE: &str = "1 to 64 bytes, none of them a control character";
/// The driver's words.
const MAX_GPU_NAME: usize = 128;

/// What is too much or too long, in a sentence.
pub(super) fn check(
    card: &AgentCard,
    offers: &[Offer],
    slots: u32,
    leases: &[HeldLease],
) -> Result<(), String> {
    let rules = [
        // None at all is fine: an agent that is draining, or whose slots are all parked, may still hold leases.
        (slots <= MAX_SLOTS, format!("slots must be at most {MAX_SLOTS}, not {slots}")),
        (is_name(&card.name), format!("an agent's name has {NAME_RULE}")),
        (is_name(&card.version), format!("an agent's version has {NAME_RULE}")),
        (
            offers.iter().all(|offer| is_word(&offer.engine)),
            format!("an engine's name has {NAME_RULE}, and no space"),
        ),
        (
            card.labels.len() <= MAX_LABELS
                && card.labels.iter().all(|(key, value)| is_label(key) && is_label(value)),
            format!("labels must be at most {MAX_LABELS}, of at most {MAX_LABEL} characters on each side"),
        ),
        (
            card.gpus.len() <= MAX_SLOTS as usize
                && card.gpus.iter().all(|gpu| gpu.name.len() <= MAX_GPU_NAME),
            format!("GPUs must be at most {MAX_SLOTS}, with names of at most {MAX_GPU_NAME} bytes"),
        ),
        (leases.len() <= MAX_LEASES, too_many_leases()),
    ];
    match rules.into_iter().find(|(kept, _)| !kept) {
        Some((_, rule)) => Err(rule),
        None => Ok(()),
    }
}

pub(super) fn too_many_leases() -> String {
    format!("a message lists at most {MAX_LEASES} leases")
}

fn is_name(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// Names of engines stand with spaces between them where an agent's own are kept.
fn is_word(text: &str) -> bool {
    is_name(text) && !text.contains(char::is_whitespace)
}

fn is_label(text: &str) -> bool {
    text.chars().count() <= MAX_LABEL && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use spool_shared::{
        ids::{AgentId, BootId},
        protocol::Gpu,
    };

    use super::*;

    fn a_card() -> AgentCard {
        AgentCard {
            id: AgentId::from_random([1; 16]),
            boot: BootId::from_random([2; 16]),
            name: "node".into(),
            version: "0.1.0".into(),
            gpus: vec![],
            memory_bytes: 1,
            labels: BTreeMap::new(),
            price_per_hour: None,
        }
    }

    #[test]
    fn a_card_is_as_large_as_its_limits_and_no_larger() {
        let labels = |number: usize, length: usize| {
            (0..number).map(|n| (format!("{n:-<length$}"), "\u{5bb6}".repeat(length))).collect()
        };
        let gpus = |number: u32, length: usize| {
            (0..number).map(|index| Gpu { index, name: "x".repeat(length), memory_bytes: 1 }).collect()
        };
        let said = |card: AgentCard| check(&card, &[], 1, &[]);
        assert_eq!(said(AgentCard { labels: labels(16, 64), gpus: gpus(64, 128), ..a_card() }), Ok(()));
        for card in [
            AgentCard { labels: labels(17, 64), ..a_card() },
            AgentCard { labels: labels(1, 65), ..a_card() },
            AgentCard { gpus: gpus(65, 1), ..a_card() },
            AgentCard { gpus: gpus(1, 129), ..a_card() },
            AgentCard { version: "x".repeat(65), ..a_card() },
            AgentCard { name: String::new(), ..a_card() },
        ] {
            assert!(said(card.clone()).is_err(), "{card:?}");
        }
        assert!(check(&a_card(), &[], 64, &[]).is_ok() && check(&a_card(), &[], 65, &[]).is_err());
    }

    #[test]
    fn a_name_that_a_compact_record_cannot_hold_is_none() {
        for good in ["a", "node 1", &"x".repeat(64), &"\u{5bb6}".repeat(21)] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "two\nlines", &"x".repeat(65), &"\u{5bb6}".repeat(22)] {
            assert!(!is_name(bad), "{bad}");
        }
        assert!(is_word("preview") && !is_word("i2v=a b"));
    }
}
