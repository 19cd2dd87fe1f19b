//! A connection of an agent closed.

use std::time::Duration;

use spool_shared::ids::{AgentId, Nonce};

use super::{Store, StoreError};

impl Store {
    /// Nothing new is handed to the agent until it is back, and a grace begins if there is one. Ignored where a newer
    /// connection is the agent's.
    pub async fn closed(
        &self,
        agent: AgentId,
        nonce: Nonce,
        grace: Option<Duration>,
    ) -> Result<(), StoreError> {
        let grace_ms = grace.map(|grace| grace.as_millis().to_string()).unwrap_or_default();
        let call = self
            .call(&self.scripts().closed)
            .arg("agent", agent.to_string())
            .arg("nonce", nonce.to_string())
            .arg("grace_ms", grace_ms);
        let reply = self.run(call).await?;
        match reply.word()? {
            "ok" | "unknown" => Ok(()),
            _ => Err(reply.odd()),
        }
    }
}
