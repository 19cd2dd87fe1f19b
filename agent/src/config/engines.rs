//! Which engine runs which workflow.

use spool_shared::workflow::Workflow;

use super::ConfigError;

const NAME: &str = "SPOOL_ENGINES";

/// A list such as `i2v=preview,qwen=preview`. Which engines there are is for the worker to know: it ends with a
/// sentence when it is asked for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engines(String);

impl Engines {
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let mut seen = Vec::new();
        let mut pairs = Vec::new();
        for pair in text.split(',').map(str::trim) {
            let Some((workflow, engine)) = pair.split_once('=') else {
                return Err(ConfigError::new(NAME, format!("must be WORKFLOW=ENGINE pairs, not {pair:?}")));
            };
            let Some(workflow) = Workflow::from_word(workflow.trim()) else {
                let known = Workflow::ALL.map(Workflow::as_str).join(", ");
                let why = format!("names the workflow {:?}; there are {known}", workflow.trim());
                return Err(ConfigError::new(NAME, why));
            };
            let engine = engine.trim();
            if engine.is_empty()
                || !engine.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
            {
                return Err(ConfigError::new(NAME, format!("must name an engine for {workflow}")));
            }
            if seen.contains(&workflow) {
                return Err(ConfigError::new(NAME, format!("names {workflow} twice")));
            }
            seen.push(workflow);
            pairs.push(format!("{workflow}={engine}"));
        }
        Ok(Self(pairs.join(",")))
    }

    /// Each workflow with its engine.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.split(',').filter_map(|pair| pair.split_once('='))
    }

    /// As the worker reads it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_read_back_without_their_blanks() {
        assert_eq!(
            Engines::parse(" i2v = scripted , qwen=preview").unwrap().as_str(),
            "i2v=scripted,qwen=preview"
        );
    }

    #[test]
    fn what_is_no_list_of_pairs_is_refused_in_a_sentence() {
        let refusal = |text: &str| Engines::parse(text).unwrap_err().to_string();
        assert_eq!(refusal("preview"), "SPOOL_ENGINES must be WORKFLOW=ENGINE pairs, not \"preview\".");
        assert_eq!(
            refusal("t2v=preview"),
            "SPOOL_ENGINES names the workflow \"t2v\"; there are i2v, qwen, upscale."
        );
        assert_eq!(refusal("i2v="), "SPOOL_ENGINES must name an engine for i2v.");
        assert_eq!(refusal("i2v=a,i2v=b"), "SPOOL_ENGINES names i2v twice.");
    }
}
