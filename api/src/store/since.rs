//! What changed for an owner after a position.

use std::collections::HashSet;

use redis::streams::StreamRangeReply;
use spool_shared::ids::JobId;

use super::{Position, Store, StoreError, feed::change};

/// How many transitions are looked through; whoever missed more reads everything again.
const LOOKED: u64 = 1_000;
/// How many leases are looked through.
const LEASES: isize = 2_000;

/// What a position leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// These jobs may be others than at the position; of each, only the store knows how it is now.
    Changed(HashSet<JobId>),
    /// The position is not of this session, or what came after it is not known any more.
    TooOld,
}

impl Store {
    /// The jobs of `owner` that changed after `position`. Progress makes no event: jobs that run always count.
    pub async fn since(&self, owner: &str, position: Position) -> Result<Since, StoreError> {
        let now = self.position().await?;
        let Some(missed) = now.number.checked_sub(position.number) else { return Ok(Since::TooOld) };
        if position.session != now.session || missed > LOOKED {
            return Ok(Since::TooOld);
        }
        let mut changed = HashSet::new();
        if missed > 0 {
            let mut redis = self.inner.pool.get().await?;
            let events: StreamRangeReply = redis::cmd("XRANGE")
                .arg(self.keys().fixed("events"))
                .arg(format!("{}-0", position.number + 1))
                .arg(format!("{}-0", now.number))
                .query_async(&mut redis)
                .await?;
            // The numbers are dense: fewer entries than numbers means that some were trimmed.
            if events.ids.len() as u64 != missed {
                return Ok(Since::TooOld);
            }
            let own = events.ids.iter().filter_map(|entry| change(0, &entry.map));
            changed.extend(own.filter(|change| change.owner == owner).map(|change| change.job));
        }
        changed.extend(self.running(owner).await?);
        Ok(Since::Changed(changed))
    }

    /// The jobs of `owner` that an agent has now.
    async fn running(&self, owner: &str) -> Result<Vec<JobId>, StoreError> {
        let mut redis = self.inner.redis.clone();
        let leased: Vec<String> = redis::cmd("ZRANGE")
            .arg(self.keys().fixed("leases"))
            .arg(0)
            .arg(LEASES - 1)
            .query_async(&mut redis)
            .await?;
        self.owned(owner, &leased.iter().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()).await
    }

    /// Those of `ids` that are jobs of `owner`.
    pub async fn owned(&self, owner: &str, ids: &[JobId]) -> Result<Vec<JobId>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut command = redis::cmd("ZMSCORE");
        command.arg(self.keys().of("index", owner));
        for id in ids {
            command.arg(id.to_string());
        }
        let mut redis = self.inner.redis.clone();
        let scores: Vec<Option<f64>> = command.query_async(&mut redis).await?;
        Ok(ids.iter().zip(scores).filter(|(_, score)| score.is_some()).map(|(id, _)| *id).collect())
    }
}
