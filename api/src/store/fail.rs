//! T8 and T9: an attempt failed.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use spool_shared::{
    ids::AgentId,
    job::{FailureCode, FailureKind},
    protocol::HeldLease,
};
use tracing::warn;

use super::{Store, StoreError, Told};
use crate::measure::{self, Ending};

/// What an agent reports of a failed attempt.
#[derive(Debug, Clone)]
pub struct Failure {
    pub code: FailureCode,
    pub message: String,
    pub hint: Option<String>,
    pub retryable: bool,
}

/// What stands in a failed job's output key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Failed {
    pub(crate) error: Texts,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Texts {
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) hint: Option<String>,
    #[serde(default)]
    pub(crate) retryable: bool,
}

impl Store {
    /// T8 or T9, as the code, the budgets and the connected agents say. `delay` is the wait before another try of
    /// a reported failure.
    pub async fn fail(
        &self,
        agent: AgentId,
        lease: &HeldLease,
        failure: Failure,
        delay: Duration,
    ) -> Result<Told, StoreError> {
        let Failure { code, message, hint, retryable } = failure;
        let output = serde_json::to_string(&Failed { error: Texts { message, hint, retryable } })
            .map_err(|error| StoreError::record("output", error))?;
        let delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        let call = self
            .call_for(&self.scripts().fail, agent, lease)
            .arg("code", code.as_str())
            .arg("kind", FailureKind::of(code, retryable).as_str())
            .arg("blames", u8::from(code.blames_the_agent()))
            .arg("delay_ms", delay_ms)
            .arg("output", output);
        let reply = self.run(call).await?;
        let told = Told::of(&reply)?;
        if told == Told::Done {
            measure::ended(Ending::Failed, 1);
            let quarantined: String = reply.get(2)?;
            if !quarantined.is_empty() {
                let lasts_ms = self.limits().quarantine.lasts_ms;
                warn!(lasts_ms, "Agent {quarantined} is in quarantine: too many jobs failed on it");
            }
        }
        Ok(told)
    }
}
