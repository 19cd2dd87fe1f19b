//! Looks at what an agent has in hand, as Redis knows it.

use std::{collections::BTreeMap, time::Duration};

use redis::{Commands, Connection, RedisError};
use spool_shared::job::Status;

use crate::{World, redis::PREFIX};

/// How long Redis may take to answer. One that is frozen does not.
const ANSWER: Duration = Duration::from_millis(150);

/// A connection that does not wait for long; `None` while Redis does not answer.
pub(super) fn connect(world: &World) -> Option<Connection> {
    let connection = world.redis().looker().get_connection_with_timeout(ANSWER).ok()?;
    connection.set_read_timeout(Some(ANSWER)).ok()?;
    Some(connection)
}

/// The jobs that an agent has in hand.
pub(super) fn jobs_of(
    world: &World,
    redis: &mut Connection,
    agent: usize,
) -> Result<Vec<String>, RedisError> {
    let file = world.folder().join(format!("{}.id", world.agent(agent).name()));
    // One that never said hello has none.
    let Ok(id) = std::fs::read_to_string(file) else { return Ok(Vec::new()) };
    let places: BTreeMap<String, String> = redis.hgetall(format!("{PREFIX}agent:{}:places", id.trim()))?;
    Ok(places.into_keys().collect())
}

/// How many jobs wait.
pub(super) fn waiting(redis: &mut Connection) -> Result<u64, RedisError> {
    let count: Option<u64> = redis.hget(format!("{PREFIX}counters"), "queued")?;
    Ok(count.unwrap_or_default())
}

/// What a job's record says; none if there is no such job.
pub(super) fn status_of(redis: &mut Connection, job: &str) -> Result<Option<Status>, RedisError> {
    let word: Option<String> = redis.hget(format!("{PREFIX}job:{job}"), "status")?;
    Ok(Status::ALL.into_iter().find(|status| Some(status.as_str()) == word.as_deref()))
}
