//! The newest picture of work in progress.

use spool_shared::{ids::JobId, protocol::HeldLease};

use super::{Speaker, Store, StoreError, Told};

/// Number, token and bytes.
type Picture = (Option<u64>, Option<String>, Option<Vec<u8>>);

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

    /// The newest picture of a job and its number, while there is one and the lease under which it came is valid: what a
    /// lost attempt drew is not the work of the next one. The token is read last, so that what it vouches for is what was
    /// read before.
    pub async fn previewed(&self, job: JobId) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        let mut redis = self.inner.redis.clone();
        let (job, preview) = (self.keys().of("job", job), self.keys().of("preview", job));
        let mut looks = redis::pipe();
        let looks = looks.hmget(preview, &["seq", "token", "picture"]).hget(job, "token");
        let ((seq, token, picture), valid): (Picture, Option<String>) = looks.query_async(&mut redis).await?;
        Ok(seq.zip(picture).filter(|_| valid.is_some() && valid == token))
    }
}
