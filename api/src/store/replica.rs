//! What only this API process uses in Redis.

use super::{Store, StoreError};

/// How long a sign of life counts.
pub(super) const ALIVE_MS: u64 = 3_000;

impl Store {
    /// Removes what only this replica reads; called last.
    pub async fn leave(&self) -> Result<(), StoreError> {
        let mut redis = self.inner.redis.clone();
        redis::cmd("DEL")
            .arg(self.keys().of("replica", self.replica()))
            .arg(self.keys().of("mail", self.replica()))
            .exec_async(&mut redis)
            .await?;
        Ok(())
    }
}
