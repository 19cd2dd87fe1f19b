//! T4: the worker began.

use spool_shared::protocol::HeldLease;

use super::{Store, StoreError, Told};

impl Store {
    /// T4: the worker of a slot began; from here on it is an attempt.
    pub async fn start(&self, lease: &HeldLease, slot: u32) -> Result<Told, StoreError> {
        self.tell(self.call_for(&self.scripts().start, lease).arg("slot", slot)).await
    }
}
