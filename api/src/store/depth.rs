//! How much waits.

use super::{Store, StoreError};

impl Store {
    /// How many jobs of all owners wait.
    pub async fn depth(&self) -> Result<u64, StoreError> {
        let mut redis = self.inner.redis.clone();
        let depth: Option<u64> = redis::cmd("HGET")
            .arg(self.keys().fixed("counters"))
            .arg("queued")
            .query_async(&mut redis)
            .await?;
        Ok(depth.unwrap_or(0))
    }
}
