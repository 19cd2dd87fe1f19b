//! T6 and T8: the deadline of a lease passed.

use spool_shared::ids::JobId;

use super::{Store, StoreError};
use crate::measure::{self, Ending};

impl Store {
    /// T6 or T8, if the deadline has really passed and the reaper was not blind. Whether the job went back.
    pub async fn lapse(&self, job: JobId) -> Result<bool, StoreError> {
        let reply = self.run(self.call(&self.scripts().lapse).arg("job", job.to_string())).await?;
        match reply.word()? {
            "ok" => {
                measure::ended(Ending::Lost, 1);
                Ok(true)
            }
            "early" | "mercy" | "wrong_state" | "missing" => Ok(false),
            _ => Err(reply.odd()),
        }
    }
}
