//! The newest picture of work in progress.

use spool_shared::{ids::JobId, protocol::HeldLease};

use super::{Speaker, Store, StoreError, Told};

impl Store {
    /// Keeps the picture for a short while, if the lease is valid and the picture is newer than the last one.
    pub async fn preview(
        &self,
        speaker: Speaker<'_>,
        lease: &HeldLease,
        seq: u64,
        picture: &[u8],
    ) -> Result<Told, StoreError> {
        let call = self
            .call(&self.scripts().preview)
            .arg("agent", speaker.agent.to_string())
            .arg("identity", speaker.identity)
            .arg("job", lease.job.to_string())
            .arg("token", lease.token.reveal())
            .arg("seq", seq)
            .arg("picture", picture);
        self.tell(call).await
    }

    /// The newest picture of a job and its number, while there is one.
    pub async fn previewed(&self, job: JobId) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        let mut redis = self.inner.redis.clone();
        let found: (Option<u64>, Option<Vec<u8>>) = redis::cmd("HMGET")
            .arg(self.keys().of("preview", job))
            .arg("seq")
            .arg("picture")
            .query_async(&mut redis)
            .await?;
        Ok(found.0.zip(found.1))
    }
}
