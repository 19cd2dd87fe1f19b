//! The agent stopped the work of a lease that had ended.

use spool_shared::{ids::AgentId, protocol::HeldLease};

use super::{Store, StoreError};

/// What became of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freed {
    Now,
    /// The lease is still valid, and the place therefore taken.
    Held,
    /// The lease is another agent's.
    Foreign,
}

impl Store {
    /// Frees the place.
    pub async fn freed(&self, agent: AgentId, lease: &HeldLease) -> Result<Freed, StoreError> {
        let call = self
            .call(&self.scripts().freed)
            .arg("agent", agent.to_string())
            .arg("job", lease.job.to_string())
            .arg("token", lease.token.reveal());
        let reply = self.run(call).await?;
        match reply.word()? {
            "ok" => Ok(Freed::Now),
            "held" => Ok(Freed::Held),
            "foreign" => Ok(Freed::Foreign),
            _ => Err(reply.odd()),
        }
    }
}
