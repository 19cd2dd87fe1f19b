//! A connection of an agent closed.

use std::time::Duration;

use spool_shared::ids::{AgentId, Nonce};

use super::{Store, StoreError};

impl Store {
    /// Starts the grace in which the agent may come back. Ignored where a newer connection is the agent's.
    pub async fn closed(&self, agent: AgentId, nonce: Nonce, grace: Duration) -> Result<(), StoreError> {
        let call = self
            .call(&self.scripts().closed)
            .arg("agent", agent.to_string())
            .arg("nonce", nonce.to_string())
            .arg("grace_ms", u64::try_from(grace.as_millis()).unwrap_or(u64::MAX));
        let reply = self.run(call).await?;
        match reply.word()? {
            "ok" | "unknown" => Ok(()),
            _ => Err(reply.odd()),
        }
    }
}
