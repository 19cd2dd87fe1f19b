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

/// Agent → its newest connection here.
#[derive(Default)]
pub(super) struct Registry {
    connections: Mutex<HashMap<AgentId, (Nonce, mpsc::Sender<ToAgent>)>>,
}

impl Registry {
    /// Enters a connection; what is sent to it comes out of the receiver.
    pub(super) fn enter(&self, agent: AgentId, nonce: Nonce) -> mpsc::Receiver<ToAgent> {
        let (sender, receiver) = mpsc::channel(OUTBOX);
        self.lock().insert(agent, (nonce, sender));
        receiver
    }

    /// Removes a connection, unless a newer one took its place.
    pub(super) fn leave(&self, agent: AgentId, nonce: Nonce) {
        let mut connections = self.lock();
        if connections.get(&agent).is_some_and(|(current, _)| *current == nonce) {
            connections.remove(&agent);
        }
    }

    pub(super) fn has(&self, agent: AgentId, nonce: Nonce) -> bool {
        self.lock().get(&agent).is_some_and(|(current, _)| *current == nonce)
    }

    pub(super) fn contains(&self, agent: AgentId) -> bool {
        self.lock().contains_key(&agent)
    }

    /// Sends, if this connection is still the agent's. A full outbox ends the connection: its receiver closes.
    pub(super) fn send(&self, agent: AgentId, nonce: Nonce, message: ToAgent) {
        let mut connections = self.lock();
        if let Some((current, sender)) = connections.get(&agent)
            && *current == nonce
            && sender.try_send(message).is_err()
        {
            connections.remove(&agent);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AgentId, (Nonce, mpsc::Sender<ToAgent>)>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
