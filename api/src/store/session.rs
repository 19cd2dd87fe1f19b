//! The session: the life of the data set, and positions in its events.

use std::{fmt, str::FromStr, sync::PoisonError};

use redis::aio::ConnectionManager;
use spool_shared::ids::{InvalidId, SessionId};

use super::{
    Store, StoreError,
    clear::CLEARING,
    keys::{Keys, SCHEMA},
    scripts::Scripts,
};

/// A place in the events of a session: everything up to `number` is known. Opaque to clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub session: SessionId,
    pub number: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.session, self.number)
    }
}

/// A text that is no position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a position")]
pub struct InvalidPosition;

impl From<InvalidId> for InvalidPosition {
    fn from(_: InvalidId) -> Self {
        Self
    }
}

impl FromStr for Position {
    type Err = InvalidPosition;
    fn from_str(text: &str) -> Result<Self, InvalidPosition> {
        let (session, number) = text.rsplit_once(':').ok_or(InvalidPosition)?;
        Ok(Self { session: session.parse()?, number: number.parse().map_err(|_| InvalidPosition)? })
    }
}

/// Finds the session, or begins one.
pub(super) async fn open(
    redis: &ConnectionManager,
    keys: &Keys,
    scripts: &Scripts,
) -> Result<SessionId, StoreError> {
    let fresh = SessionId::from_random(rand::random());
    let call = scripts
        .session
        .call(&keys.fixed("session"), fresh)
        .arg("id", fresh.to_string())
        .arg("schema", SCHEMA);
    let reply = call.run(redis).await?;
    match reply.word()? {
        "ok" => {
            let id: String = reply.get(1)?;
            id.parse().map_err(|error| StoreError::record("session", error))
        }
        "schema" => {
            let found: String = reply.get(1)?;
            let what = if found == CLEARING {
                "another replica clears it, or was stopped while it did; start again in a moment, or with \
                 SPOOL_CLEAR_JOBS_ON_START"
                    .to_owned()
            } else {
                format!("the data has schema {found}, this version reads {SCHEMA}")
            };
            Err(StoreError::record("session", what))
        }
        _ => Err(reply.odd()),
    }
}

impl Store {
    /// Looks whether the data set is still the same one. A new session is taken over; `Some` is its id.
    pub async fn follow_session(&self) -> Result<Option<SessionId>, StoreError> {
        let found = open(&self.inner.redis, self.keys(), self.scripts()).await?;
        let mut session = self.inner.session.lock().unwrap_or_else(PoisonError::into_inner);
        if *session == found {
            return Ok(None);
        }
        *session = found;
        Ok(Some(found))
    }

    /// The newest event. Taken before a snapshot, so that nothing falls between the two.
    pub async fn position(&self) -> Result<Position, StoreError> {
        let session = self.session();
        let mut redis = self.inner.redis.clone();
        let (found, number): (Option<String>, Option<u64>) = redis::pipe()
            .hget(self.keys().fixed("session"), "id")
            .hget(self.keys().fixed("counters"), "events")
            .query_async(&mut redis)
            .await?;
        if found != Some(session.to_string()) {
            return Err(StoreError::Session);
        }
        Ok(Position { session, number: number.unwrap_or(0) })
    }
}
