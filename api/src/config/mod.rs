//! Settings: each is an environment variable and a flag of the same meaning. They are read once, at the start;
//! a wrong one stops the program with a sentence that names it.

mod agents;
mod auth;
mod http;
mod images;
mod lease;
mod limits;
mod redis;
mod storage;

use clap::Args;

pub use agents::AgentsConfig;
pub use auth::{AuthConfig, Network};
pub use http::HttpConfig;
pub use images::ImagesConfig;
pub use lease::LeaseConfig;
pub use limits::LimitsConfig;
pub use redis::RedisConfig;
pub use storage::{Place, StorageConfig};

/// All settings of the API.
#[derive(Debug, Clone, Args)]
pub struct Config {
    #[command(flatten)]
    pub http: HttpConfig,
    #[command(flatten)]
    pub auth: AuthConfig,
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
        self.auth.check(self.http.listen.ip())?;
        self.redis.check()?;
        self.storage.check()?;
        self.lease.check()
    }
}

#[cfg(test)]
mod tests {
    use std::{fmt::Write as _, path::Path};

    use clap::{CommandFactory as _, Parser};
    use insta::assert_snapshot;

    use super::*;
    use crate::telemetry::LogConfig;

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
        assert_eq!(
            [lease.quarantine_failures, lease.quarantine_window_ms, lease.quarantine_ms],
            [5, 600_000, 600_000]
        );
        assert_eq!((config.limits.queue, config.agents.min_agent_version), (10_000, None));
        let images = &config.images;
        assert_eq!(
            [images.image_ttl_ms, images.sweep_ms, images.sweep_age_ms],
            [86_400_000, 300_000, 3_600_000]
        );
    }

    #[test]
    fn a_wrong_setting_is_answered_with_a_sentence_that_names_it() {
        assert_snapshot!(parsed(&["--lease-ms", "soon"]).unwrap_err().lines().next().unwrap(), @"error: invalid value 'soon' for '--lease-ms <SPOOL_LEASE_MS>': invalid digit found in string");
        assert_snapshot!(parsed(&["--listen", "here"]).unwrap_err().lines().next().unwrap(), @"error: invalid value 'here' for '--listen <SPOOL_LISTEN>': must be an address and a port, such as 127.0.0.1:8080");
        assert_snapshot!(parsed(&["--min-agent-version", "new"]).unwrap_err().lines().next().unwrap(), @"error: invalid value 'new' for '--min-agent-version <SPOOL_MIN_AGENT_VERSION>': unexpected character 'n' while parsing major version number");
        assert_snapshot!(parsed(&["--prefix", "a{b}"]).unwrap_err().lines().next().unwrap(), @"error: invalid value 'a{b}' for '--prefix <SPOOL_PREFIX>': must be 1 to 64 letters, digits, dots, dashes or underscores");
        assert_snapshot!(parsed(&["--listen", "0.0.0.0:8080"]).unwrap_err(), @"SPOOL_LISTEN must be a loopback address such as 127.0.0.1:8080, not 0.0.0.0: without keys only this machine may connect; `spool-api key new NAME --file FILE` makes one, SPOOL_API_KEYS_FILE=FILE names it");
        assert_snapshot!(parsed(&["--listen", "[::]:80", "--api-keys-file", "keys"]).unwrap_err(), @"SPOOL_LISTEN must be a loopback address such as 127.0.0.1:8080, not ::: without agents' tokens only this machine may connect; `spool-api key new NAME --agent --file FILE` makes one, SPOOL_AGENT_TOKENS_FILE=FILE names it");
        assert_snapshot!(parsed(&["--trusted-proxies", "10.0.0.0/8,proxy"]).unwrap_err(), @"SPOOL_TRUSTED_PROXIES must be addresses or networks such as 10.0.0.0/8");
        assert_snapshot!(parsed(&["--public-url", "spool.example.com"]).unwrap_err().lines().next().unwrap(), @"error: invalid value 'spool.example.com' for '--public-url <SPOOL_PUBLIC_URL>': must be an address such as https://spool.example.com, without a path");
        assert_snapshot!(parsed(&["--storage-url", "ftp://user:hunter2@host"]).unwrap_err(), @"SPOOL_STORAGE_URL must be a folder as file:///… or a bucket as s3://bucket/prefix, not ftp:…");
        assert_snapshot!(parsed(&["--redis-url", "http://x"]).unwrap_err(), @"SPOOL_REDIS_URL must begin with redis://, rediss:// or unix://");
        assert_snapshot!(parsed(&["--heartbeat-ms", "9000", "--agent-dead-ms", "10000"]).unwrap_err(), @"SPOOL_AGENT_DEAD_MS must be at least four times SPOOL_HEARTBEAT_MS: whoever is not answered needs time to dial anew");
        assert_snapshot!(parsed(&["--lease-ms", "15000"]).unwrap_err(), @"SPOOL_LEASE_MS must be above SPOOL_AGENT_DEAD_MS: a lease outlives the judgement of its agent");
    }

    #[test]
    fn the_password_of_redis_is_in_no_debug_output() {
        let config = parsed(&["--redis-url", "redis://user:hunter2@127.0.0.1:6379"]).unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    /// The settings as a table in Markdown, made from their definitions. A default that only the help tells stands in
    /// brackets at its end.
    fn table(command: &clap::Command) -> String {
        let mut table = "\n| setting | default | what |\n|---|---|---|\n".to_owned();
        for argument in command.get_arguments() {
            let Some(name) = argument.get_env().and_then(|name| name.to_str()) else { continue };
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            let (what, told) = help.split_once(" [default: ").unwrap_or((&help, ""));
            let default = argument.get_default_values().first().and_then(|value| value.to_str());
            let default = default.unwrap_or_else(|| told.trim_end_matches(']')).trim_matches('`');
            let default = if default.is_empty() { "–".to_owned() } else { format!("`{default}`") };
            let what = what.trim_end_matches('.').replace('|', "\\|");
            writeln!(table, "| `{name}` | {default} | {what} |").unwrap();
        }
        table + "\n"
    }

    #[test]
    fn the_document_has_every_setting_with_its_default() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        let text = std::fs::read_to_string(&path).unwrap();
        let (before, rest) = text.split_once("<!-- settings -->\n").unwrap();
        let (_, after) = rest.split_once("<!-- end of settings -->").unwrap();
        let table = table(&LogConfig::augment_args(Flags::command()));
        let made = format!("{before}<!-- settings -->\n{table}<!-- end of settings -->{after}");
        if std::env::var_os("SPOOL_BLESS").is_some() {
            std::fs::write(&path, &made).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(written == made, "README.md lacks a setting; SPOOL_BLESS=1 writes it again");
        assert!(table.lines().count() > 40, "{table}");
    }
}
