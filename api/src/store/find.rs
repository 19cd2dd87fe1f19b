//! One job.

use std::collections::HashMap;

use redis::aio::ConnectionLike;
use spool_shared::{ids::JobId, job::Status};

use super::{
    Store, StoreError,
    record::{Beside, Fields, Record, Waiting},
};

/// What is known under an id.
#[derive(Debug, Clone)]
pub enum Found {
    Job(Box<Record>),
    /// It was deleted a while ago, and had this owner.
    Gone(String),
    Missing,
}

impl Store {
    /// Reads one job.
    pub async fn find(&self, id: JobId) -> Result<Found, StoreError> {
        // Little enough for the connection of the scripts.
        let mut redis = self.inner.redis.clone();
        if let Some(record) = self.read_through(&mut redis, &[id]).await?.pop().flatten() {
            return Ok(Found::Job(Box::new(record)));
        }
        let owner: Option<String> =
            redis::cmd("GET").arg(self.keys().of("gone", id)).query_async(&mut redis).await?;
        Ok(owner.map_or(Found::Missing, Found::Gone))
    }

    /// Reads several jobs in two round trips, in order; `None` where there is no such job.
    pub async fn read_jobs(&self, ids: &[JobId]) -> Result<Vec<Option<Record>>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.read_through(&mut *self.inner.pool.get().await?, ids).await
    }

    async fn read_through(
        &self,
        redis: &mut impl ConnectionLike,
        ids: &[JobId],
    ) -> Result<Vec<Option<Record>>, StoreError> {
        let mut pipe = redis::pipe();
        pipe.cmd("TIME");
        for id in ids {
            // The record first: a status that is read here was written after the texts that belong to it.
            pipe.hgetall(self.keys().of("job", id));
            pipe.get(self.keys().of("input", id)).get(self.keys().of("output", id));
        }
        let rows: Vec<redis::Value> = pipe.query_async(redis).await?;
        let mut jobs = Vec::with_capacity(ids.len());
        let mut rows = rows.into_iter();
        let (seconds, micros): (u64, u64) =
            redis::from_redis_value(rows.next().unwrap_or(redis::Value::Nil)).map_err(unreadable)?;
        for id in ids {
            let (Some(hash), Some(input), Some(output)) = (rows.next(), rows.next(), rows.next()) else {
                break;
            };
            let values: HashMap<String, String> = redis::from_redis_value(hash).map_err(unreadable)?;
            let fields = Fields { key: self.keys().of("job", id), values };
            let input: Option<String> = redis::from_redis_value(input).map_err(unreadable)?;
            let output: Option<String> = redis::from_redis_value(output).map_err(unreadable)?;
            jobs.push((*id, fields, input, output));
        }
        let waiting = self.read_waiting(redis, &jobs).await?;
        let open = [Status::Queued, Status::Running].map(Status::as_str);
        let is_open = |fields: &Fields| fields.text("status").is_some_and(|status| open.contains(&status));
        let any_is_open = jobs.iter().any(|(_, fields, ..)| is_open(fields));
        let outlook = if any_is_open { Some(self.recent_outlook().await?) } else { None };
        let (now, retention_ms) = (seconds * 1_000 + micros / 1_000, self.limits().retention_ms);
        jobs.into_iter()
            .zip(waiting)
            .map(|((id, fields, input, output), waiting)| {
                if fields.values.is_empty() {
                    return Ok(None);
                }
                let outlook = outlook.clone();
                Record::read(id, &fields, &Beside { input, output, waiting, outlook, now, retention_ms })
                    .map(Some)
            })
            .collect()
    }

    /// For each job: where it stands in its lane, and whether any agent that takes jobs offers its class.
    async fn read_waiting(
        &self,
        redis: &mut impl ConnectionLike,
        jobs: &[(JobId, Fields, Option<String>, Option<String>)],
    ) -> Result<Vec<Waiting>, StoreError> {
        let waits = |fields: &Fields| fields.text("status") == Some(Status::Queued.as_str());
        if !jobs.iter().any(|(_, fields, ..)| waits(fields)) {
            return Ok(vec![Waiting { position: None, offered: true }; jobs.len()]);
        }
        let mut pipe = redis::pipe();
        for (id, fields, ..) in jobs {
            let part = |name| fields.text(name).unwrap_or_default();
            let lane = format!("{}/{}/{}", part("class"), part("priority"), part("owner"));
            pipe.zrank(self.keys().of("order", lane), id.to_string());
            pipe.exists(self.keys().of("offers", part("class")));
        }
        let rows: Vec<redis::Value> = pipe.query_async(redis).await?;
        rows.chunks(2)
            .map(|pair| match pair {
                [rank, offered] => {
                    let rank: Option<u64> = redis::from_redis_value(rank.clone()).map_err(unreadable)?;
                    let offered = redis::from_redis_value(offered.clone()).map_err(unreadable)?;
                    Ok(Waiting { position: rank.map(|rank| rank + 1), offered })
                }
                _ => Ok(Waiting { position: None, offered: true }),
            })
            .collect()
    }
}

fn unreadable(error: redis::ParsingError) -> StoreError {
    StoreError::record("reply", error)
}
