//! Why the server ends a connection, in words for the agent and its operator.

use std::time::Duration;

/// What is said before the socket closes.
pub(super) struct Goodbye {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) retry_after: Duration,
}

impl Goodbye {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after: Duration::from_secs(30) }
    }

    pub(super) fn protocol(message: impl Into<String>) -> Self {
        Self::new("protocol", message)
    }

    pub(super) fn duplicate() -> Self {
        Self::new("duplicate_agent", "another agent with this id is connected")
    }

    pub(super) fn unavailable() -> Self {
        let retry_after = Duration::from_secs(1);
        Self { retry_after, ..Self::new("unavailable", "the server cannot reach its store") }
    }

    pub(super) fn restarting() -> Self {
        // Agents that hold leases come back within two seconds, however long they are asked to wait.
        let retry_after = Duration::from_millis(rand::random_range(0..2_000));
        Self { retry_after, ..Self::new("restarting", "the server goes away; leases stay valid") }
    }

    pub(super) fn another_session() -> Self {
        let retry_after = Duration::from_millis(rand::random_range(0..500));
        Self { retry_after, ..Self::new("session", "the session ended; its jobs are gone") }
    }

    pub(super) fn unknown() -> Self {
        let message = "this connection is not the agent's any more";
        Self { retry_after: Duration::ZERO, ..Self::new("unknown", message) }
    }

    pub(super) fn revoked() -> Self {
        Self::new("unauthorized", "the agent's token is not valid any more")
    }

    pub(super) fn flood() -> Self {
        Self::new("flood", "more messages than an agent with so many slots has reason to send")
    }

    pub(super) fn foreign_leases() -> Self {
        Self::new("foreign_leases", "this agent spoke of leases of other agents again and again")
    }
}
