//! T4: the worker began.

use std::time::Duration;

use spool_shared::{ids::AgentId, protocol::HeldLease, workflow::Workflow};

use super::{Store, StoreError, Told};
use crate::measure;

impl Store {
    /// T4: the worker of a slot began; from here on it is an attempt.
    pub async fn start(&self, agent: AgentId, lease: &HeldLease, slot: u32) -> Result<Told, StoreError> {
        let reply = self.run(self.call_for(&self.scripts().start, agent, lease).arg("slot", slot)).await?;
        let told = Told::of(&reply)?;
        if told == Told::Done {
            let (waited, workflow): (i64, String) = (reply.get(1)?, reply.get(2)?);
            // Only a job's first attempt ends its wait.
            if let (Ok(waited), Some(workflow)) = (u64::try_from(waited), Workflow::from_word(&workflow)) {
                measure::waited(workflow, Duration::from_millis(waited));
            }
        }
        Ok(told)
    }
}
