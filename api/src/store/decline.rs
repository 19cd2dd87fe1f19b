//! T6: the agent cannot run the job.

use spool_shared::protocol::HeldLease;

use super::{Store, StoreError, Told};

impl Store {
    /// T6: the agent cannot run the job.
    pub async fn decline(&self, lease: &HeldLease) -> Result<Told, StoreError> {
        self.tell(self.call_for(&self.scripts().decline, lease)).await
    }
}
