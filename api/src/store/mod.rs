//! The store: the only code that knows Redis.
//!
//! Jobs are hashes, waiting jobs stand in streams, and the lease (record and sorted set of deadlines) is the only
//! owner of a job. Each transition is one Lua script under `lua/`, called by the file of the same name here.
//! Scripts run as single invocations on one multiplexed connection, which pipelines them by itself; reads of many
//! jobs go through a pool, so that a long list never delays a script.

mod error;
mod keys;
mod limits;
mod record;
mod script;
mod scripts;

mod accept;
mod alive;
mod beat;
mod bury;
mod cancel;
mod clear;
mod closed;
mod condemn;
mod decline;
mod depth;
mod dial;
mod drain;
mod expire;
mod fail;
mod feed;
mod find;
mod fleet;
mod forget;
mod freed;
mod handout;
mod hello;
mod hold;
mod image;
mod judge;
mod lapse;
mod login;
mod outlook;
mod overview;
mod page;
mod preview;
mod progress;
mod release;
mod replica;
mod resume;
mod schedule;
mod session;
mod since;
mod slots;
mod start;
mod submit;
mod succeed;
mod take_back;

#[cfg(test)]
mod tests;

pub use cancel::Canceled;
pub use clear::{Cleared, PATIENCE as CLEAR_PATIENCE};
pub(crate) use dial::client;
pub use error::StoreError;
pub use expire::Waiting;
pub use fail::Failure;
pub use feed::{Change, Feed, Letter, Mail, MailPosition, News, Note, NoteFeed, Noted};
pub use find::Found;
pub use fleet::{AgentRecord, Offered, SlotJob, SlotRecord};
pub use forget::Forgotten;
pub use freed::Freed;
pub use handout::{Handout, Speaker};
pub use hello::{Greeting, Presence, Welcome};
pub use image::{ImageId, InvalidImageId, KeptImage};
pub use judge::Verdict;
pub use limits::{Limits, Quarantine};
pub use login::Login;
pub use outlook::{ClassOutlook, Outlook, Places, Resting, Unservable};
pub use overview::Overview;
pub use page::{Page, PageQuery};
pub use progress::Reported;
pub use record::{JobError, Record, Seat, StoredInput};
pub use schedule::Round;
pub use session::Position;
pub use since::Since;
pub use slots::Readiness;
pub use submit::{Accepted, Idempotency, NewJob, Submitted};

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use spool_shared::{
    ids::{AgentId, ReplicaId, SessionId},
    protocol::{HeldLease, RefusedCode},
};

use keys::Keys;
use script::{Call, Reply, Script};
use scripts::Scripts;

/// How long one command may take.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(2);
/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// A handle on the data set; cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    redis: ConnectionManager,
    pool: deadpool_redis::Pool,
    client: redis::Client,
    keys: Keys,
    scripts: Scripts,
    limits: Limits,
    replica: ReplicaId,
    session: Mutex<SessionId>,
    /// What estimates are made from, and when it was taken.
    outlook: tokio::sync::Mutex<Option<(Instant, Arc<Outlook>)>>,
}

/// What became of something that an agent said of a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Done,
    /// It had been said before; the answer was lost on the way.
    Already,
    Refused(RefusedCode),
    /// The lease is valid, but another agent's: the token was stolen, or leaked.
    Foreign,
}

impl Told {
    fn of(reply: &Reply) -> Result<Self, StoreError> {
        Ok(match reply.word()? {
            "ok" => Self::Done,
            "already" => Self::Already,
            "foreign" => Self::Foreign,
            word => Self::Refused(RefusedCode::from_word(word).ok_or_else(|| reply.odd())?),
        })
    }
}

impl Store {
    /// Connects and finds the session, or begins one in an empty Redis.
    pub async fn open(
        url: &str,
        prefix: &str,
        replica: ReplicaId,
        limits: Limits,
    ) -> Result<Self, StoreError> {
        let client = dial::client(url)?;
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(COMMAND_TIMEOUT))
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_number_of_retries(3)
            .set_min_delay(Duration::from_millis(50))
            .set_max_delay(Duration::from_millis(500));
        let redis = ConnectionManager::new_with_config(client.clone(), config).await?;
        let manager = deadpool_redis::Manager::new(client.get_connection_info().clone())?;
        let pool = deadpool_redis::Pool::builder(manager)
            .max_size(8)
            .wait_timeout(Some(COMMAND_TIMEOUT))
            .create_timeout(Some(CONNECT_TIMEOUT))
            .recycle_timeout(Some(CONNECT_TIMEOUT))
            .runtime(deadpool_redis::Runtime::Tokio1)
            .build()
            .map_err(|error| StoreError::record("pool", error))?;
        let scripts = Scripts::new(&limits);
        let keys = Keys::new(prefix);
        let session = session::open(&redis, &keys, &scripts).await?;
        let session = Mutex::new(session);
        let outlook = tokio::sync::Mutex::default();
        let inner = Inner { redis, pool, client, keys, scripts, limits, replica, session, outlook };
        let store = Self { inner: Arc::new(inner) };
        // Before anything else: agents of a replica that seems dead are passed over.
        store.sign_of_life().await?;
        Ok(store)
    }

    /// The session that this handle speaks for.
    #[must_use]
    pub fn session(&self) -> SessionId {
        *self.inner.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// This API process.
    #[must_use]
    pub fn replica(&self) -> ReplicaId {
        self.inner.replica
    }

    /// The numbers that the scripts work with.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    fn keys(&self) -> &Keys {
        &self.inner.keys
    }

    fn scripts(&self) -> &Scripts {
        &self.inner.scripts
    }

    fn call<'a>(&self, script: &'a Script) -> Call<'a> {
        script.call(&self.keys().fixed("session"), self.session())
    }

    async fn run(&self, call: Call<'_>) -> Result<Reply, StoreError> {
        call.run(&self.inner.redis).await
    }

    /// Calls a script that an agent's message about `lease` maps to.
    async fn tell(&self, call: Call<'_>) -> Result<Told, StoreError> {
        Told::of(&self.run(call).await?)
    }

    /// A call for what `agent`, known by its connection, says of `lease`.
    fn call_for<'a>(&self, script: &'a Script, agent: AgentId, lease: &HeldLease) -> Call<'a> {
        let call = self.call(script).arg("agent", agent.to_string());
        call.arg("job", lease.job.to_string()).arg("token", lease.token.reveal())
    }
}

/// Leases as the scripts read them: `job:token`, separated by spaces.
fn listed(leases: &[HeldLease]) -> String {
    let pairs: Vec<String> =
        leases.iter().map(|held| format!("{}:{}", held.job, held.token.reveal())).collect();
    pairs.join(" ")
}
