//! T12: a job that no agent could take for too long.

use std::collections::HashMap;

use spool_shared::{ids::JobId, workflow::Priority};

use super::{Store, StoreError};

/// How many jobs of one lane a pass looks at, and how many of all.
const LIMIT: usize = 100;
const LIMIT_OF_ALL: usize = 1_000;

/// A job where it waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub job: JobId,
    lane: String,
    place: &'static str,
    entry: String,
}

impl Waiting {
    /// What the script is called with.
    pub(crate) fn arguments(&self) -> [(&'static str, String); 4] {
        let Self { job, lane, place, entry } = self;
        [
            ("job", job.to_string()),
            ("lane", lane.clone()),
            ("place", (*place).to_owned()),
            ("entry", entry.clone()),
        ]
    }
}

impl Store {
    /// T12, if it is really time. Whether the job failed.
    pub async fn expire(&self, waiting: &Waiting) -> Result<bool, StoreError> {
        let call = self.call(&self.scripts().expire);
        let call = waiting.arguments().into_iter().fold(call, |call, (name, value)| call.arg(name, value));
        let reply = self.run(call).await?;
        match reply.word()? {
            "ok" => Ok(true),
            "early" | "wrong_state" | "missing" => Ok(false),
            _ => Err(reply.odd()),
        }
    }

    /// Waiting jobs of classes that no agent that takes jobs has offered for too long, the oldest of each lane.
    pub async fn unserved(&self) -> Result<Vec<Waiting>, StoreError> {
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
                    redis::cmd("ZRANGE").arg(turns).arg(0).arg(LIMIT_OF_ALL).query_async(&mut redis).await?;
                for lane in lanes {
                    for place in ["again", "lane"] {
                        if jobs.len() < LIMIT_OF_ALL {
                            jobs.extend(self.oldest(&lane, place).await?);
                        }
                    }
                }
            }
        }
        Ok(jobs)
    }

    async fn oldest(&self, lane: &str, place: &'static str) -> Result<Vec<Waiting>, StoreError> {
        let mut redis = self.inner.redis.clone();
        let entries: Vec<(String, (String, String))> = redis::cmd("XRANGE")
            .arg(self.keys().of(place, lane))
            .arg("-")
            .arg("+")
            .arg("COUNT")
            .arg(LIMIT)
            .query_async(&mut redis)
            .await?;
        let waiting = |(entry, (_, job)): (String, (String, String))| {
            Some(Waiting { job: job.parse().ok()?, lane: lane.to_owned(), place, entry })
        };
        Ok(entries.into_iter().filter_map(waiting).collect())
    }

    /// Where the tests look for a job.
    #[cfg(test)]
    pub(crate) fn waiting(job: JobId, lane: &str, entry: &str) -> Waiting {
        Waiting { job, lane: lane.to_owned(), place: "lane", entry: entry.to_owned() }
    }
}
