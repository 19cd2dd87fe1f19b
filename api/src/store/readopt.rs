//! T11: work that survived an outage goes on.

use spool_shared::{
    ids::{AgentId, Token},
    protocol::HeldLease,
};

use super::{Store, StoreError};

/// What becomes of a lease that an agent lists in its hello.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readopted {
    /// It is valid.
    Keep,
    /// It had been lost, but the job still waited: the attempt goes on under the new token.
    Renewed,
    Drop,
}

impl Store {
    /// T3 or T11. `new_token` is used only where the lease had been lost.
    pub async fn readopt(
        &self,
        agent: AgentId,
        lease: &HeldLease,
        new_token: Token,
    ) -> Result<Readopted, StoreError> {
        let call = self
            .call(&self.scripts().readopt)
            .arg("agent", agent.to_string())
            .arg("job", lease.job.to_string())
            .arg("token", lease.token.reveal())
            .arg("new_token", new_token.reveal());
        let reply = self.run(call).await?;
        match reply.word()? {
            "keep" => Ok(Readopted::Keep),
            "renewed" => Ok(Readopted::Renewed),
            "drop" => Ok(Readopted::Drop),
            _ => Err(reply.odd()),
        }
    }
}
