//! T13: the record of a finished job goes.

use spool_shared::ids::JobId;

use super::{Store, StoreError};

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forgotten {
    Now,
    /// It has not ended, or its retention has not.
    NotYet,
    Gone,
    Missing,
}

impl Store {
    /// T13. The job's files must be deleted before.
    pub async fn forget(&self, job: JobId, asked: bool) -> Result<Forgotten, StoreError> {
        let call =
            self.call(&self.scripts().forget).arg("job", job.to_string()).arg("asked", u8::from(asked));
        let reply = self.run(call).await?;
        match reply.word()? {
            "ok" => Ok(Forgotten::Now),
            "early" | "wrong_state" => Ok(Forgotten::NotYet),
            "gone" => Ok(Forgotten::Gone),
            "missing" => Ok(Forgotten::Missing),
            _ => Err(reply.odd()),
        }
    }

    /// Finished jobs whose retention ended, oldest first, the first `skipped` left out.
    pub async fn outlived(&self, skipped: usize, limit: usize) -> Result<Vec<JobId>, StoreError> {
        let mut redis = self.inner.redis.clone();
        let (seconds, micros): (u64, u64) = redis::cmd("TIME").query_async(&mut redis).await?;
        let ids: Vec<String> = redis::cmd("ZRANGEBYSCORE")
            .arg(self.keys().fixed("finished"))
            .arg("-inf")
            .arg((seconds * 1_000 + micros / 1_000).saturating_sub(self.limits().retention_ms))
            .arg("LIMIT")
            .arg(skipped)
            .arg(limit)
            .query_async(&mut redis)
            .await?;
        Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
    }
}
