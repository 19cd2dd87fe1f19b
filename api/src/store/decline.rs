//! T6: the agent cannot run the job.

use spool_shared::{ids::AgentId, protocol::HeldLease};

use super::{Store, StoreError, Told};
use crate::measure::{self, Ending};

impl Store {
    /// T6: the agent cannot run the job.
    pub async fn decline(&self, agent: AgentId, lease: &HeldLease) -> Result<Told, StoreError> {
        let told = self.tell(self.call_for(&self.scripts().decline, agent, lease)).await?;
        if told == Told::Done {
            measure::ended(Ending::Declined, 1);
        }
        Ok(told)
    }
}
