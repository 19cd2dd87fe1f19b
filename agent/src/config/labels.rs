//! What people want to know of a node besides its name.

use std::collections::BTreeMap;

use spool_shared::protocol::{MAX_LABEL, MAX_LABELS};

use super::ConfigError;

const LABELS: &str = "SPOOL_AGENT_LABELS";
const PRICE: &str = "SPOOL_AGENT_PRICE_PER_HOUR";

/// Reads `region=eu,host=vast`.
pub(super) fn parse(text: Option<String>) -> Result<BTreeMap<String, String>, ConfigError> {
    let mut labels = BTreeMap::new();
    let text = text.unwrap_or_default();
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let Some((key, value)) = pair.split_once('=').map(|(key, value)| (key.trim(), value.trim())) else {
            return Err(ConfigError::new(LABELS, format!("must be KEY=VALUE pairs, not {pair:?}")));
        };
        let fits = |word: &str| word.chars().count() <= MAX_LABEL && !word.chars().any(char::is_control);
        if key.is_empty() || !fits(key) || !fits(value) {
            let why = format!("must have keys of 1 to {MAX_LABEL} characters and values of at most as many");
            return Err(ConfigError::new(LABELS, why));
        }
        if labels.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(ConfigError::new(LABELS, format!("names {key:?} twice")));
        }
    }
    if labels.len() > MAX_LABELS {
        return Err(ConfigError::new(LABELS, format!("must have at most {MAX_LABELS} pairs")));
    }
    Ok(labels)
}

/// Reads `0.35`.
pub(super) fn price(text: Option<String>) -> Result<Option<f64>, ConfigError> {
    let Some(text) = text else { return Ok(None) };
    match text.parse() {
        Ok(price) if (0.0..=1e6).contains(&price) => Ok(Some(price)),
        _ => Err(ConfigError::new(PRICE, "must be a number such as 0.35")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_price_read_back() {
        let labels = parse(Some(" region = eu, host=vast,".into())).unwrap();
        let wanted = [("host", "vast"), ("region", "eu")].map(|(key, value)| (key.into(), value.into()));
        assert_eq!(labels, BTreeMap::from(wanted));
        assert_eq!((parse(None).unwrap(), price(None).unwrap()), (BTreeMap::new(), None));
        assert_eq!(price(Some("0.35".into())).unwrap(), Some(0.35));
    }

    #[test]
    fn what_is_no_pair_or_no_price_is_refused_in_a_sentence() {
        let refusal = |text: &str| parse(Some(text.into())).unwrap_err().to_string();
        assert_eq!(refusal("eu"), "SPOOL_AGENT_LABELS must be KEY=VALUE pairs, not \"eu\".");
        assert_eq!(refusal("a=1,a=2"), "SPOOL_AGENT_LABELS names \"a\" twice.");
        assert_eq!(
            refusal("=1"),
            "SPOOL_AGENT_LABELS must have keys of 1 to 64 characters and values of at most as many."
        );
        for text in ["cheap", "-1", "NaN", "inf"] {
            let refusal = price(Some(text.into())).unwrap_err().to_string();
            assert_eq!(refusal, "SPOOL_AGENT_PRICE_PER_HOUR must be a number such as 0.35.");
        }
    }
}
