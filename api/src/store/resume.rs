//! An operator puts an agent back into service.

use spool_shared::ids::AgentId;

use super::{Store, StoreError};

impl Store {
    /// Ends a drain and a quarantine. False where there is no such agent.
    pub async fn resume(&self, agent: AgentId) -> Result<bool, StoreError> {
        let reply = self.run(self.call(&self.scripts().resume).arg("agent", agent.to_string())).await?;
        match reply.word()? {
            "ok" | "already" => Ok(true),
            "missing" => Ok(false),
            _ => Err(reply.odd()),
        }
    }
}
