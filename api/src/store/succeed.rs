//! T7: the result of an attempt becomes the job's.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use spool_shared::{
    ids::AgentId,
    protocol::{HeldLease, Output, Timings},
    workflow::Workflow,
};

use super::{Store, StoreError, Told};
use crate::measure::{self, Ending};

/// What stands in a succeeded job's output key.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Finished {
    pub(crate) outputs: Vec<Output>,
    pub(crate) timings: Timings,
}

impl Store {
    /// T7. Every declared file must be stored under the lease and its hash checked before.
    pub async fn succeed(
        &self,
        agent: AgentId,
        lease: &HeldLease,
        outputs: Vec<Output>,
        timings: Timings,
    ) -> Result<Told, StoreError> {
        let output = serde_json::to_string(&Finished { outputs, timings })
            .map_err(|error| StoreError::record("output", error))?;
        let reply =
            self.run(self.call_for(&self.scripts().succeed, agent, lease).arg("output", output)).await?;
        let told = Told::of(&reply)?;
        if told == Told::Done {
            measure::ended(Ending::Succeeded, 1);
            let (took, workflow): (i64, String) = (reply.get(1)?, reply.get(2)?);
            if let (Ok(took), Some(workflow)) = (u64::try_from(took), Workflow::from_word(&workflow)) {
                measure::took(workflow, Duration::from_millis(took));
            }
        }
        Ok(told)
    }
}
