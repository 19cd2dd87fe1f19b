//! The times that the state machine and the presence of agents work with, milliseconds.

use clap::Args;

use super::ConfigError;

#[derive(Debug, Clone, Args)]
pub struct LeaseConfig {
    /// How often agents send a heartbeat.
    #[arg(long, env = "SPOOL_HEARTBEAT_MS", value_name = "SPOOL_HEARTBEAT_MS", default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub heartbeat_ms: u64,

    /// Silence after which an agent is dead.
    #[arg(long, env = "SPOOL_AGENT_DEAD_MS", value_name = "SPOOL_AGENT_DEAD_MS", default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub agent_dead_ms: u64,

    /// How long an agent whose socket closed may take to come back.
    #[arg(
        long,
        env = "SPOOL_RECONNECT_GRACE_MS",
        value_name = "SPOOL_RECONNECT_GRACE_MS",
        default_value_t = 5_000
    )]
    pub reconnect_grace_ms: u64,

    /// How long a lease lasts after each renewal.
    #[arg(long, env = "SPOOL_LEASE_MS", value_name = "SPOOL_LEASE_MS", default_value_t = 30_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub lease_ms: u64,

    /// How long an agent may take to accept a hand-out.
    #[arg(long, env = "SPOOL_ASSIGN_MS", value_name = "SPOOL_ASSIGN_MS", default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub assign_ms: u64,

    /// How often dead agents and lapsed leases are looked for.
    #[arg(long, env = "SPOOL_REAP_MS", value_name = "SPOOL_REAP_MS", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub reap_ms: u64,

    /// How long a job waits after an error that its engine reported.
    #[arg(long, env = "SPOOL_RETRY_DELAY_MS", value_name = "SPOOL_RETRY_DELAY_MS", default_value_t = 2_000)]
    pub retry_delay_ms: u64,

    /// So many different jobs must fail on an agent, none by its own fault, until it gets nothing new for a while; 0
    /// for never.
    #[arg(
        long,
        env = "SPOOL_QUARANTINE_FAILURES",
        value_name = "SPOOL_QUARANTINE_FAILURES",
        default_value_t = 5
    )]
    pub quarantine_failures: u64,

    /// Within this time.
    #[arg(long, env = "SPOOL_QUARANTINE_WINDOW_MS", value_name = "SPOOL_QUARANTINE_WINDOW_MS", default_value_t = 600_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub quarantine_window_ms: u64,

    /// How long that lasts; `resume` ends it earlier.
    #[arg(long, env = "SPOOL_QUARANTINE_MS", value_name = "SPOOL_QUARANTINE_MS", default_value_t = 600_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub quarantine_ms: u64,

    /// How long a job waits that no connected agent can run.
    #[arg(long, env = "SPOOL_QUEUE_TTL_MS", value_name = "SPOOL_QUEUE_TTL_MS", default_value_t = 3_600_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub queue_ttl_ms: u64,

    /// How long a finished job and its files are kept.
    #[arg(long, env = "SPOOL_RETENTION_MS", value_name = "SPOOL_RETENTION_MS", default_value_t = 86_400_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub retention_ms: u64,
}

impl LeaseConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.agent_dead_ms < self.heartbeat_ms.saturating_mul(4) {
            let what = "must be at least four times SPOOL_HEARTBEAT_MS: whoever is not answered needs time to dial anew";
            return Err(ConfigError::new("SPOOL_AGENT_DEAD_MS", what));
        }
        if self.lease_ms <= self.agent_dead_ms {
            let what = "must be above SPOOL_AGENT_DEAD_MS: a lease outlives the judgement of its agent";
            return Err(ConfigError::new("SPOOL_LEASE_MS", what));
        }
        if self.reap_ms > 2_000.min(self.agent_dead_ms / 4) {
            let what = "must be at most 2000 and a quarter of SPOOL_AGENT_DEAD_MS: a reaper that pauses for longer counts as blind";
            return Err(ConfigError::new("SPOOL_REAP_MS", what));
        }
        Ok(())
    }
}
