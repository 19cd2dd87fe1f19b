//! T7: the result of an attempt becomes the job's.

use serde::{Deserialize, Serialize};
use spool_shared::protocol::{HeldLease, Output, Timings};

use super::{Store, StoreError, Told};

/// What stands in a succeeded job's output key.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Finished {
    pub(crate) outputs: Vec<Output>,
    pub(crate) timings: Timings,
}

impl Store {
    /// T7. Every declared file must be stored under the lease and its hash checked before.
    pub async fn succeed(
        &self,
        lease: &HeldLease,
        outputs: Vec<Output>,
        timings: Timings,
    ) -> Result<Told, StoreError> {
        let output = serde_json::to_string(&Finished { outputs, timings })
            .map_err(|error| StoreError::record("output", error))?;
        self.tell(self.call_for(&self.scripts().succeed, lease).arg("output", output)).await
    }
}
