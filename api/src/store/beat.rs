//! T5: a heartbeat.

use spool_shared::{
    ids::{AgentId, JobId, Nonce},
    protocol::HeldLease,
};

use super::{Store, StoreError, listed};

impl Store {
    /// Renews presence and every lease listed. The jobs whose lease is not valid any more, or `None` where this
    /// connection is not the agent's.
    pub async fn beat(
        &self,
        agent: AgentId,
        nonce: Nonce,
        held: &[HeldLease],
    ) -> Result<Option<Vec<JobId>>, StoreError> {
        let call = self
            .call(&self.scripts().beat)
            .arg("agent", agent.to_string())
            .arg("nonce", nonce.to_string())
            .arg("held", listed(held));
        let reply = self.run(call).await?;
        match reply.word()? {
            "ok" => {
                let dropped: Vec<String> = reply.rest()?;
                Ok(Some(dropped.iter().filter_map(|id| id.parse().ok()).collect()))
            }
            "unknown" => Ok(None),
            _ => Err(reply.odd()),
        }
    }
}
