//! T8: an agent that is stopping gives the job back.

use spool_shared::{ids::AgentId, protocol::HeldLease};

use super::{Store, StoreError, Told};
use crate::measure::{self, Ending};

impl Store {
    /// T8: an agent that is stopping gives the job back.
    pub async fn release(&self, agent: AgentId, lease: &HeldLease) -> Result<Told, StoreError> {
        let told = self.tell(self.call_for(&self.scripts().release, agent, lease)).await?;
        if told == Told::Done {
            measure::ended(Ending::Drained, 1);
        }
        Ok(told)
    }
}
