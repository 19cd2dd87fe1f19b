//! The agent stopped the work of a lease that had ended.

use spool_shared::{ids::AgentId, protocol::HeldLease};

use super::{Store, StoreError};

impl Store {
    /// Frees the place. False where the lease is still valid and the place therefore taken.
    pub async fn freed(&self, agent: AgentId, lease: &HeldLease) -> Result<bool, StoreError> {
        let call = self
            .call(&self.scripts().freed)
            .arg("agent", agent.to_string())
            .arg("job", lease.job.to_string())
            .arg("token", lease.token.reveal());
        let reply = self.run(call).await?;
        match reply.word()? {
            "ok" => Ok(true),
            "held" => Ok(false),
            _ => Err(reply.odd()),
        }
    }
}
