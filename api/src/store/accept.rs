//! T3: the agent has received the hand-out.

use spool_shared::{ids::AgentId, protocol::HeldLease};

use super::{Store, StoreError, Told};

impl Store {
    /// T3: the agent has received the hand-out.
    pub async fn accept(&self, agent: AgentId, lease: &HeldLease) -> Result<Told, StoreError> {
        self.tell(self.call_for(&self.scripts().accept, agent, lease)).await
    }
}
