//! What an owner has, as a browser shows it first.

use spool_shared::{ids::JobId, job::Status};

use super::{Record, Store, StoreError};

/// How far back jobs are looked for that have not ended.
const SCANNED: usize = 2_000;
/// How many records one round trip reads.
const CHUNK: usize = 200;

/// Jobs of an owner, newest first.
#[derive(Debug)]
pub struct Overview {
    /// The newest ones, then those of the next two thousand that have not ended.
    pub jobs: Vec<Record>,
    /// Where the page after the newest ones begins; `None` when there are no more.
    pub next: Option<u64>,
}

impl Store {
    /// Reads the newest `newest` jobs and every other one that has not ended.
    pub async fn overview(&self, owner: &str, newest: usize) -> Result<Overview, StoreError> {
        let ids = self.older(owner, None, SCANNED).await?;
        let (first, rest) = ids.split_at(newest.min(ids.len()));
        let next = if rest.is_empty() { None } else { first.last().map(|(_, ordinal)| *ordinal) };
        let mut wanted: Vec<JobId> = first.iter().map(|(id, _)| *id).collect();
        wanted.extend(self.not_ended(rest).await?);
        let mut jobs = Vec::with_capacity(wanted.len());
        for chunk in wanted.chunks(CHUNK) {
            jobs.extend(self.read_jobs(chunk).await?.into_iter().flatten());
        }
        Ok(Overview { jobs, next })
    }

    async fn not_ended(&self, ids: &[(JobId, u64)]) -> Result<Vec<JobId>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut pipe = redis::pipe();
        for (id, _) in ids {
            pipe.hget(self.keys().of("job", id), "status");
        }
        let mut redis = self.inner.pool.get().await?;
        let words: Vec<Option<String>> = pipe.query_async(&mut redis).await?;
        let open = |word: &Option<String>| {
            word.as_deref().and_then(Status::from_word).is_some_and(|status| !status.is_terminal())
        };
        Ok(ids.iter().zip(&words).filter(|(_, word)| open(word)).map(|((id, _), _)| *id).collect())
    }
}
