//! The end of a session because its operator wants a clean start.

use std::time::Duration;

use spool_shared::ids::{ReplicaId, SessionId};
use tokio::time::Instant;

use super::{Store, StoreError, keys::Keys, replica::ALIVE_MS};

/// Stands in place of a schema while keys are being removed, so that no replica begins to work in between.
pub(super) const CLEARING: &str = "clearing";

/// A replica that was killed is believed to live for so long; longer than [`ALIVE_MS`].
pub const PATIENCE: Duration = Duration::from_millis(ALIVE_MS + 500);
const LOOK: Duration = Duration::from_millis(100);
/// How many keys one look at the data set passes, and one command removes.
const STRIDE: usize = 1_000;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cleared {
    /// So many keys are gone.
    Keys(usize),
    /// Another replica works with them.
    InUse,
}

impl Store {
    /// Removes everything under the prefix, unless another replica lives for longer than `patience`; then
    /// [`Store::open`] begins a new session. Other prefixes of the same Redis are left alone.
    pub async fn clear(
        url: &str,
        prefix: &str,
        replica: ReplicaId,
        patience: Duration,
    ) -> Result<Cleared, StoreError> {
        let redis = super::dial::client(url)?.get_multiplexed_async_connection().await?;
        let mut clearing = Clearing { redis, keys: Keys::new(prefix), replica };
        let deadline = Instant::now() + patience;
        // The own sign of life first: of two that clear at once, each sees the other.
        clearing.sign_of_life().await?;
        while clearing.others().await? {
            if Instant::now() >= deadline {
                return Ok(Cleared::InUse);
            }
            tokio::time::sleep(LOOK).await;
            clearing.sign_of_life().await?;
        }
        clearing.remove_all().await.map(Cleared::Keys)
    }
}

struct Clearing {
    redis: redis::aio::MultiplexedConnection,
    keys: Keys,
    replica: ReplicaId,
}

impl Clearing {
    fn own(&self) -> String {
        self.keys.of("replica", self.replica)
    }

    async fn sign_of_life(&mut self) -> Result<(), StoreError> {
        let own = self.own();
        Ok(redis::cmd("SET").arg(own).arg(1).arg("PX").arg(ALIVE_MS).exec_async(&mut self.redis).await?)
    }

    /// Whether another replica lives.
    async fn others(&mut self) -> Result<bool, StoreError> {
        let (own, pattern) = (self.own(), self.keys.of("replica", "*"));
        let mut cursor = 0;
        loop {
            let keys = self.some(&mut cursor, &pattern).await?;
            if keys.iter().any(|key| *key != own) {
                return Ok(true);
            } else if cursor == 0 {
                return Ok(false);
            }
        }
    }

    async fn remove_all(&mut self) -> Result<usize, StoreError> {
        let (own, session) = (self.own(), self.keys.fixed("session"));
        let id = SessionId::from_random(rand::random()).to_string();
        let fields = [("id", id.as_str()), ("schema", CLEARING)];
        redis::cmd("HSET").arg(&session).arg(&fields).exec_async(&mut self.redis).await?;
        let pattern = format!("{}*", self.keys.prefix());
        let (mut cursor, mut removed) = (0, 0);
        loop {
            let mut keys = self.some(&mut cursor, &pattern).await?;
            keys.retain(|key| *key != own && *key != session);
            if !keys.is_empty() {
                removed += redis::cmd("UNLINK").arg(&keys).query_async::<usize>(&mut self.redis).await?;
            }
            if cursor == 0 {
                break;
            }
        }
        redis::cmd("DEL").arg(&session).exec_async(&mut self.redis).await?;
        Ok(removed)
    }

    /// The next keys of the pattern; the cursor is 0 again at the end.
    async fn some(&mut self, cursor: &mut u64, pattern: &str) -> Result<Vec<String>, StoreError> {
        let (next, keys) = redis::cmd("SCAN")
            .arg(*cursor)
            .arg("MATCH")
            .arg(pattern)
            .arg("COUNT")
            .arg(STRIDE)
            .query_async(&mut self.redis)
            .await?;
        *cursor = next;
        Ok(keys)
    }
}
