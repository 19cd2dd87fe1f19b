//! T12: a job that no connected agent could run for too long.

use std::collections::HashMap;

use spool_shared::{ids::JobId, workflow::Priority};

use super::{Store, StoreError};

/// How many jobs of one lane a pass looks at.
const LIMIT: usize = 100;

impl Store {
    /// T12, if it is really time. Whether the job failed.
    pub async fn expire(&self, job: JobId) -> Result<bool, StoreError> {
        let reply = self.run(self.call(&self.scripts().expire).arg("job", job.to_string())).await?;
        match reply.word()? {
            "ok" => Ok(true),
            "early" | "wrong_state" | "missing" => Ok(false),
            _ => Err(reply.odd()),
        }
    }

    /// Waiting jobs of classes that no connected agent has offered for too long, the oldest of each lane.
    pub async fn unserved(&self) -> Result<Vec<JobId>, StoreError> {
        let mut redis = self.inner.redis.clone();
        let (seconds, _): (u64, u64) = redis::cmd("TIME").query_async(&mut redis).await?;
        let classes: HashMap<String, u64> =
            redis::cmd("HGETALL").arg(self.keys().fixed("unserved")).query_async(&mut redis).await?;
        let too_long = |since: u64| since + self.limits().queue_ttl_ms <= seconds * 1_000;
        let mut jobs = Vec::new();
        for (class, _) in classes.into_iter().filter(|(_, since)| too_long(*since)) {
            for level in Priority::ALL {
                let turns = self.keys().of("turns", format!("{class}:{level}"));
                let lanes: Vec<String> =
                    redis::cmd("ZRANGE").arg(turns).arg(0).arg(-1).query_async(&mut redis).await?;
                for lane in lanes {
                    for key in [self.keys().of("again", &lane), self.keys().of("lane", &lane)] {
                        let entries: Vec<(String, (String, String))> = redis::cmd("XRANGE")
                            .arg(key)
                            .arg("-")
                            .arg("+")
                            .arg("COUNT")
                            .arg(LIMIT)
                            .query_async(&mut redis)
                            .await?;
                        jobs.extend(entries.iter().filter_map(|(_, (_, job))| job.parse::<JobId>().ok()));
                    }
                }
            }
        }
        Ok(jobs)
    }
}
