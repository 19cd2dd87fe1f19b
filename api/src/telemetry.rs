//! Logging: sentences with fields, to standard error, as text or as one JSON object a line.

use std::io::IsTerminal as _;

use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

#[derive(Debug, Clone, Args)]
pub struct LogConfig {
    /// What is logged, as `level` or `target=level,…`.
    #[arg(long, env = "SPOOL_LOG", value_name = "SPOOL_LOG", default_value = "info,actix_server=warn")]
    pub log: String,

    /// How it is written.
    #[arg(long, env = "SPOOL_LOG_FORMAT", value_name = "SPOOL_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// Begins to log. Call it once.
pub fn start(config: &LogConfig) -> Result<(), crate::config::ConfigError> {
    let wrong = |what: String| crate::config::ConfigError::new("SPOOL_LOG", what);
    let filter = EnvFilter::try_new(&config.log).map_err(|error| wrong(format!("is no filter: {error}")))?;
    let colours = std::io::stderr().is_terminal();
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    let started = match config.log_format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| wrong(format!("cannot be set up: {error}")))
}
