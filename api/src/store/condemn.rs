//! What the sweeper asks: which stored files belong to nobody.

use std::collections::HashSet;

use redis::AsyncCommands as _;
use spool_shared::ids::{JobId, Token};

use super::{Store, StoreError};

impl Store {
    /// Those of the pictures that nothing refers to. Nobody can begin to use them before [`Self::pardon`], or
    /// before half a minute has passed.
    pub async fn condemn<'a>(
        &self,
        hashes: impl Iterator<Item = &'a str>,
    ) -> Result<HashSet<String>, StoreError> {
        let hashes = hashes.collect::<Vec<_>>().join(" ");
        let reply = self.run(self.call(&self.scripts().condemn).arg("hashes", hashes)).await?;
        match reply.word()? {
            "ok" => Ok(reply.rest()?.into_iter().collect()),
            _ => Err(reply.odd()),
        }
    }

    /// The condemned pictures are deleted: they may be stored anew.
    pub async fn pardon(&self, hashes: &HashSet<String>) -> Result<(), StoreError> {
        let keys: Vec<String> = hashes.iter().map(|hash| self.keys().of("condemned", hash)).collect();
        if !keys.is_empty() {
            let () = self.inner.redis.clone().del(keys).await?;
        }
        Ok(())
    }

    /// Forgets references whose time is over: of pictures that were never stored, or are deleted.
    pub async fn drop_lapsed_references(&self) -> Result<(), StoreError> {
        let mut redis = self.inner.redis.clone();
        let (seconds, _): (u64, u64) = redis::cmd("TIME").query_async(&mut redis).await?;
        let () = redis.zrembyscore(self.keys().fixed("refs"), "-inf", seconds * 1_000).await?;
        Ok(())
    }

    /// The attempts that count, of each of these jobs: the one that runs, and the one whose files are the result.
    pub async fn attempts_that_count(
        &self,
        jobs: &HashSet<JobId>,
    ) -> Result<HashSet<(JobId, Token)>, StoreError> {
        // Of a data set that is not ours nothing can be concluded.
        self.position().await?;
        let mut pipe = redis::pipe();
        let jobs: Vec<JobId> = jobs.iter().copied().collect();
        for job in &jobs {
            pipe.cmd("HMGET").arg(self.keys().of("job", job)).arg("token").arg("result");
        }
        let found: Vec<[Option<String>; 2]> = pipe.query_async(&mut self.inner.redis.clone()).await?;
        let counting = jobs.into_iter().zip(found).flat_map(|(job, tokens)| {
            tokens.into_iter().flatten().filter_map(move |token| Some((job, token.parse().ok()?)))
        });
        Ok(counting.collect())
    }
}
