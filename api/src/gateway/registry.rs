//! The connections of this replica.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use spool_shared::{
    ids::{AgentId, Nonce},
    protocol::ToAgent,
};
use tokio::sync::mpsc;

/// How many messages may wait for a slow agent before its connection is given up.
const OUTBOX: usize = 1_024;

/// The connections by nonce, not by agent: whether a newcomer takes an agent's place is the store's decision, and
/// until it is made the older connection must go on undisturbed.
#[derive(Default)]
pub(super) struct Registry {
    connections: Mutex<HashMap<Nonce, (AgentId, mpsc::Sender<ToAgent>)>>,
}

impl Registry {
    /// Enters a connection; what is sent to it comes out of the receiver.
    pub(super) fn enter(&self, agent: AgentId, nonce: Nonce) -> mpsc::Receiver<ToAgent> {
        let (sender, receiver) = mpsc::channel(OUTBOX);
        self.lock().insert(nonce, (agent, sender));
        receiver
    }

    pub(super) fn leave(&self, nonce: Nonce) {
        self.lock().remove(&nonce);
    }

    pub(super) fn has(&self, nonce: Nonce) -> bool {
        self.lock().contains_key(&nonce)
    }

    pub(super) fn contains(&self, agent: AgentId) -> bool {
        self.lock().values().any(|(connected, _)| *connected == agent)
    }

    /// Sends, if this connection is still there. A full outbox ends the connection: its receiver closes.
    pub(super) fn send(&self, nonce: Nonce, message: ToAgent) {
        let mut connections = self.lock();
        if let Some((_, sender)) = connections.get(&nonce)
            && sender.try_send(message).is_err()
        {
            connections.remove(&nonce);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Nonce, (AgentId, mpsc::Sender<ToAgent>)>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
