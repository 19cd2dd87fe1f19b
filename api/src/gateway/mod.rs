//! Agents' sockets: who is connected here, what they say, and what they are told.
//!
//! The gateway keeps no truth of its own. Presence and leases are in the store; a connection is known here only
//! to reach the agent, under a nonce, so that news for an older connection never reaches a newer one.

mod admission;
mod announced;
mod bulk;
mod bulk_places;
mod card;
mod chains;
mod control;
mod flood;
mod goodbye;
mod handshake;
mod inbound;
mod outcome;
mod receiving;
mod registry;
mod sending;

pub use bulk::connect as bulk;
pub use control::connect as control;

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt as _, stream};
use semver::Version;
use spool_faults::{Point, pass};
use spool_shared::{ids::AgentId, protocol::ToAgent};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::{
    admission::Sockets,
    scheduler::Bell,
    storage::Storage,
    store::{Letter, Mail, Store},
};
use announced::Announced;
use bulk_places::BulkPlaces;
use registry::Registry;

/// How many hand-outs are read from the store at once.
const READ_AT_ONCE: usize = 32;

/// Times of the agent link.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    pub heartbeat: Duration,
    pub dead: Duration,
    pub grace: Duration,
    /// Before a reported failure is tried again.
    pub retry: Duration,
}

/// A handle on the agents that are connected to this replica; cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    storage: Storage,
    bell: Bell,
    times: Times,
    oldest_agent: Option<Version>,
    /// Counts the sockets that are open here.
    sockets: Sockets,
    agents: Registry,
    announced: Announced,
    bulk_places: BulkPlaces,
    /// Canceled when this replica is going away.
    leaving: CancellationToken,
    /// Replaced when the session ends, which closes every socket of it.
    session: std::sync::Mutex<CancellationToken>,
}

impl Gateway {
    #[must_use]
    pub fn new(
        store: Store,
        storage: Storage,
        bell: Bell,
        times: Times,
        oldest_agent: Option<Version>,
        sockets: Sockets,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                store,
                storage,
                bell,
                times,
                oldest_agent,
                sockets,
                agents: Registry::default(),
                announced: Announced::default(),
                bulk_places: BulkPlaces::default(),
                leaving: CancellationToken::new(),
                session: std::sync::Mutex::default(),
            }),
        }
    }

    /// Tells agents of this replica what is for them, in order.
    pub async fn deliver(&self, letters: Vec<Letter>) {
        // What belongs to a hand-out is read ahead, several at once; the order of the letters stays.
        let mut ready = stream::iter(letters)
            .map(|letter| async move { (letter.nonce, self.message(&letter).await) })
            .buffered(READ_AT_ONCE);
        while let Some((nonce, message)) = ready.next().await {
            if let Some(message) = message {
                self.inner.agents.send(nonce, message);
            }
        }
    }

    async fn message(&self, letter: &Letter) -> Option<ToAgent> {
        match letter.mail {
            Mail::Assign(lease) if self.inner.agents.has(letter.nonce) => {
                pass(Point::ApiMailRead);
                match self.inner.store.handout(&lease).await {
                    Ok(handout) => handout.map(|handout| ToAgent::Assign {
                        job: lease.job,
                        token: lease.token,
                        attempt: handout.attempt,
                        workflow: handout.workflow,
                        class: handout.class,
                        params: handout.params,
                        inputs: handout.inputs,
                        staged: false,
                    }),
                    Err(error) => {
                        // The hand-out's deadline brings the job back.
                        warn!(job.id = %lease.job, %error, "Job {} could not be handed out: {error}", lease.job);
                        None
                    }
                }
            }
            Mail::Assign(_) => None,
            Mail::Cancel(lease) => Some(ToAgent::Cancel { job: lease.job, token: lease.token }),
            Mail::TakeBack(lease) => Some(ToAgent::TakeBack { job: lease.job, token: lease.token }),
            Mail::Drain => Some(ToAgent::Drain {}),
            Mail::Resume => Some(ToAgent::Resume {}),
            Mail::Superseded => Some(ToAgent::Goodbye {
                retry_after_ms: 0,
                code: "superseded".into(),
                message: "this agent has a newer connection".into(),
            }),
        }
    }

    /// The data set is another one: every socket closes, and the agents that dial again begin anew.
    pub fn session_ended(&self) {
        let mut session = self.inner.session.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        session.cancel();
        *session = CancellationToken::new();
    }

    /// Says goodbye to every agent: this replica goes away, and their leases stay valid.
    pub fn say_goodbye(&self) {
        self.inner.leaving.cancel();
    }

    /// Whether an agent is connected to this replica.
    #[must_use]
    pub fn is_here(&self, agent: AgentId) -> bool {
        self.inner.agents.contains(agent)
    }

    fn session_end(&self) -> CancellationToken {
        self.inner.session.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}
