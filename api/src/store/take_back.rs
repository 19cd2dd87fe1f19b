//! T6: a staged job goes to an idle agent instead.

use spool_shared::{ids::AgentId, protocol::HeldLease};

use super::{Store, StoreError, Told};

impl Store {
    /// T6: a staged job goes to an idle agent instead.
    pub async fn take_back(&self, agent: AgentId, lease: &HeldLease) -> Result<Told, StoreError> {
        self.tell(self.call_for(&self.scripts().take_back, agent, lease)).await
    }
}
