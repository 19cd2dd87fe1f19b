//! An operator takes an agent out of service.

use spool_shared::ids::AgentId;

use super::{Store, StoreError};

impl Store {
    /// Hands nothing new to the agent from now on, also after a reconnect, and tells it so. What runs goes on. False
    /// where there is no such agent.
    pub async fn drain(&self, agent: AgentId) -> Result<bool, StoreError> {
        let reply = self.run(self.call(&self.scripts().drain).arg("agent", agent.to_string())).await?;
        match reply.word()? {
            "ok" | "already" => Ok(true),
            "missing" => Ok(false),
            _ => Err(reply.odd()),
        }
    }
}
