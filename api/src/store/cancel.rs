//! T10: the owner does not want the job any more.

use spool_shared::{ids::JobId, job::Status};

use super::{Store, StoreError};
use crate::measure::{self, Ending};

/// What became of a cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Canceled {
    Now,
    Already,
    /// It had ended in another way.
    Finished(Status),
    Gone,
    Missing,
}

impl Store {
    /// T10: final at once.
    pub async fn cancel(&self, job: JobId) -> Result<Canceled, StoreError> {
        let reply = self.run(self.call(&self.scripts().cancel).arg("job", job.to_string())).await?;
        match reply.word()? {
            "ok" => {
                measure::ended(Ending::Canceled, 1);
                Ok(Canceled::Now)
            }
            "already" => Ok(Canceled::Already),
            "finished" => {
                let status: String = reply.get(1)?;
                Status::from_word(&status).map(Canceled::Finished).ok_or_else(|| reply.odd())
            }
            "gone" => Ok(Canceled::Gone),
            "missing" => Ok(Canceled::Missing),
            _ => Err(reply.odd()),
        }
    }
}
