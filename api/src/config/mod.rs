//! Settings: each is an environment variable and a flag of the same meaning. They are read once, at the start;
//! a wrong one stops the program with a sentence that names it.

mod agents;
mod http;
mod images;
mod lease;
mod limits;
mod redis;
mod storage;

use clap::Args;

pub use agents::AgentsConfig;
pub use http::HttpConfig;
pub use images::ImagesConfig;
pub use lease::LeaseConfig;
pub use limits::LimitsConfig;
pub use redis::RedisConfig;
pub use storage::StorageConfig;

/// All settings of the API.
#[derive(Debug, Clone, Args)]
pub struct Config {
    #[command(flatten)]
    pub http: HttpConfig,
    #[command(flatten)]
    pub redis: RedisConfig,
    #[command(flatten)]
    pub storage: StorageConfig,
    #[command(flatten)]
    pub lease: LeaseConfig,
    #[command(flatten)]
    pub images: ImagesConfig,
    #[command(flatten)]
    pub agents: AgentsConfig,
    #[command(flatten)]
    pub limits: LimitsConfig,
}

/// A setting that contradicts another one or the machine.
#[derive(Debug, thiserror::Error)]
#[error("{name} {what}")]
pub struct ConfigError {
    /// The environment variable.
    pub name: &'static str,
    /// Completes the sentence.
    pub what: String,
}

impl ConfigError {
    pub(crate) fn new(name: &'static str, what: impl Into<String>) -> Self {
        Self { name, what: what.into() }
    }
}

impl Config {
    /// Checks the rules that no single setting shows.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.http.check()?;
        self.redis.check()?;
        self.storage.check()?;
        self.lease.check()
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use insta::assert_snapshot;

    use super::*;

    #[derive(Parser)]
    #[command(no_binary_name = true)]
    struct Flags {
        #[command(flatten)]
        config: Config,
    }

    fn parsed(flags: &[&str]) -> Result<Config, String> {
        let config = Flags::try_parse_from(flags).map_err(|error| error.to_string())?.config;
        config.check().map_err(|error| error.to_string())?;
        Ok(config)
    }

    #[test]
    fn without_settings_the_documented_defaults_hold() {
        let config = parsed(&[]).unwrap();
        assert_eq!(config.http.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.http.request_timeout_ms, 60_000);
        assert_eq!((config.redis.url(), &*config.redis.prefix), (None, "spool"));
        let lease = &config.lease;
        assert_eq!(
            [
                lease.heartbeat_ms,
                lease.agent_dead_ms,
                lease.reconnect_grace_ms,
                lease.lease_ms,
                lease.assign_ms
            ],
            [5_000, 20_000, 5_000, 30_000, 5_000]
        );
        assert_eq!(
            [lease.reap_ms, lease.retry_delay_ms, lease.queue_ttl_ms, lease.retention_ms],
            [1_000, 2_000, 3_600_000, 86_400_000]
        );
        assert_eq!((config.limits.queue, config.agents.min_agent_version), (10_000, None));
        let images = &config.images;
        assert_eq!(
            [images.image_ttl_ms, images.sweep_ms, images.sweep_age_ms],
            [86_400_000, 300_000, 3_600_000]
        );
