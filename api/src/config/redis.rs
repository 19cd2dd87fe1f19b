//! Which Redis, and under which keys.

use std::fmt;

use clap::Args;

use super::ConfigError;

#[derive(Debug, Clone, Args)]
pub struct RedisConfig {
    /// The Redis of all replicas (redis://, rediss:// for TLS, or unix://); a private one is started when absent.
    #[arg(long, env = "SPOOL_REDIS_URL", value_name = "SPOOL_REDIS_URL", hide_env_values = true)]
    redis_url: Option<Secret>,

    /// What every key begins with.
    #[arg(long, env = "SPOOL_PREFIX", value_name = "SPOOL_PREFIX", default_value = "spool", value_parser = prefix)]
    pub prefix: String,

    /// Begins a new session: the jobs of the one before are gone before the first request is served. For one API
    /// alone; it refuses to start while another replica lives.
    #[arg(
        long,
        env = "SPOOL_CLEAR_JOBS_ON_START",
        value_name = "SPOOL_CLEAR_JOBS_ON_START",
        num_args = 0..=1,
        default_value_t = false,
        default_missing_value = "true",
        value_parser = clap::builder::BoolishValueParser::new()
    )]
    pub clear_jobs_on_start: bool,
}

/// An address that may hold a password: `Debug` hides it.
#[derive(Clone)]
struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl RedisConfig {
    /// The address, unless a private Redis is wanted. An empty setting counts as absent.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.redis_url.as_ref().map(|url| url.0.as_str()).filter(|url| !url.is_empty())
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let known = ["redis://", "rediss://", "unix://"];
        match self.url() {
            Some(url) if !known.iter().any(|scheme| url.starts_with(scheme)) => {
                Err(ConfigError::new("SPOOL_REDIS_URL", "must begin with redis://, rediss:// or unix://"))
            }
            _ => Ok(()),
        }
    }
}

fn prefix(text: &str) -> Result<String, &'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if (1..=64).contains(&text.len()) && text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err("must be 1 to 64 letters, digits, dots, dashes or underscores")
    }
}
