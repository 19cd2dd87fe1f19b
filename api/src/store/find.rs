//! One job.

use std::collections::HashMap;

use spool_shared::{ids::JobId, job::Status};

use super::{
    Store, StoreError,
    record::{Beside, Fields, Record},
};

/// What is known under an id.
#[derive(Debug, Clone)]
pub enum Found {
    Job(Box<Record>),
    /// It was deleted a while ago.
    Gone,
    Missing,
}

impl Store {
    /// Reads one job.
    pub async fn find(&self, id: JobId) -> Result<Found, StoreError> {
        let mut found = self.read_jobs(&[id]).await?;
        if let Some(record) = found.pop().flatten() {
            return Ok(Found::Job(Box::new(record)));
        }
        let mut redis = self.inner.redis.clone();
        let gone: bool = redis::cmd("EXISTS").arg(self.keys().of("gone", id)).query_async(&mut redis).await?;
        Ok(if gone { Found::Gone } else { Found::Missing })
    }

    /// Reads several jobs in two round trips, in order; `None` where there is no such job.
    pub(super) async fn read_jobs(&self, ids: &[JobId]) -> Result<Vec<Option<Record>>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut redis = self.inner.pool.get().await?;
        let mut pipe = redis::pipe();
        for id in ids {
            // The record first: a status that is read here was written after the texts that belong to it.
            pipe.hgetall(self.keys().of("job", id));
            pipe.get(self.keys().of("input", id)).get(self.keys().of("output", id));
        }
        let rows: Vec<redis::Value> = pipe.query_async(&mut redis).await?;
        let mut jobs = Vec::with_capacity(ids.len());
        let mut rows = rows.into_iter();
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
        let waiting = self.read_waiting(&mut redis, &jobs).await?;
        jobs.into_iter()
            .zip(waiting)
            .map(|((id, fields, input, output), (served, offered))| {
                if fields.values.is_empty() {
                    return Ok(None);
                }
                let retention_ms = self.limits().retention_ms;
                Record::read(id, &fields, &Beside { input, output, served, offered, retention_ms }).map(Some)
            })
            .collect()
    }

    /// For each job: how many have left its lane, and whether any connected agent offers its class.
    async fn read_waiting(
        &self,
        redis: &mut deadpool_redis::Connection,
        jobs: &[(JobId, Fields, Option<String>, Option<String>)],
    ) -> Result<Vec<(u64, bool)>, StoreError> {
        let waits = |fields: &Fields| fields.text("status") == Some(Status::Queued.as_str());
        if !jobs.iter().any(|(_, fields, ..)| waits(fields)) {
            return Ok(vec![(0, true); jobs.len()]);
        }
        let mut pipe = redis::pipe();
        for (_, fields, ..) in jobs {
            let part = |name| fields.text(name).unwrap_or_default();
            let lane = format!("{}/{}/{}", part("class"), part("priority"), part("owner"));
            pipe.hget(self.keys().fixed("ordinals"), format!("out:{lane}"));
            pipe.exists(self.keys().of("offers", part("class")));
        }
        let rows: Vec<redis::Value> = pipe.query_async(redis).await?;
        rows.chunks(2)
            .map(|pair| match pair {
                [served, offered] => {
                    let served: Option<u64> = redis::from_redis_value(served.clone()).map_err(unreadable)?;
                    let offered: bool = redis::from_redis_value(offered.clone()).map_err(unreadable)?;
                    Ok((served.unwrap_or(0), offered))
                }
                _ => Ok((0, true)),
            })
            .collect()
    }
}

fn unreadable(error: redis::ParsingError) -> StoreError {
    StoreError::record("reply", error)
}
