//! What a world of processes will have.

use crate::{lines, settings::Settings};

/// What a world will have.
#[must_use]
pub struct Plan {
    pub(crate) replicas: usize,
    pub(crate) agents: usize,
    pub(crate) slots: u32,
    pub(crate) engines: String,
    pub(crate) embedded: bool,
    pub(crate) tls: bool,
    pub(crate) guarded: Guarded,
    pub(crate) settings: Settings,
    /// Settings of single replicas.
    pub(crate) own: Vec<(usize, &'static str, &'static str)>,
    pub(crate) lines: lines::Wanted,
}

/// Who needs a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guarded {
    Nobody,
    Agents,
    Everybody,
}

impl Plan {
    pub fn replicas(self, replicas: usize) -> Self {
        Self { replicas, ..self }
    }

    /// Agents with Python workers; the first dials the first replica, the next one the next, and so on.
    pub fn agents(self, agents: usize) -> Self {
        Self { agents, ..self }
    }

    /// Slots of each agent.
    pub fn slots(self, slots: u32) -> Self {
        Self { slots, ..self }
    }

    pub fn engines(self, engines: &str) -> Self {
        Self { engines: engines.to_owned(), ..self }
    }

    /// The replica starts its own Redis.
    pub fn embedded_redis(self) -> Self {
        Self { embedded: true, ..self }
    }

    /// Replicas reach Redis over TLS, and trust its certificate.
    pub fn redis_over_tls(self) -> Self {
        Self { tls: true, ..self }
    }

    /// The API wants keys and tokens; the client has one that may do everything, and agents have a token.
    pub fn keys(self) -> Self {
        Self { guarded: Guarded::Everybody, ..self }
    }

    /// The API wants tokens of agents, and nothing of anybody else.
    pub fn tokens(self) -> Self {
        Self { guarded: Guarded::Agents, ..self }
    }

    /// The programs have crash points and seeded bugs, which a process's own settings call for.
    pub fn armed(mut self) -> Self {
        self.settings.armed = true;
        self
    }

    /// Settings of one replica.
    pub fn replica_with(mut self, index: usize, own: &[(&'static str, &'static str)]) -> Self {
        self.own.extend(own.iter().map(|(name, value)| (index, *name, *value)));
        self
    }

    /// Nobody is given up on soon: for a test in which no agent is lost, however slow the machine is.
    pub fn patient(self) -> Self {
        self.with("SPOOL_AGENT_DEAD_MS", "20000").with("SPOOL_LEASE_MS", "30000")
    }

    /// The timings that the product has where nobody sets any.
    pub fn as_delivered(self) -> Self {
        Self { settings: Settings::as_delivered(), ..self }
    }

    /// A setting for API and agents.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.set(name, value);
        self
    }

    /// Each replica keeps its data on a small disk of its own.
    pub fn api_disk(mut self, mib: u32) -> Self {
        self.settings.api_disk = Some(mib);
        self
    }

    /// Each agent has a small disk of its own for temporary files.
    pub fn agent_disk(mut self, mib: u32) -> Self {
        self.settings.agent_disk = Some(mib);
        self
    }
}
