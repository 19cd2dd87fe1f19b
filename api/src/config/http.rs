//! Where and how the API is served.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::Args;

#[derive(Debug, Clone, Args)]
pub struct HttpConfig {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, env = "SPOOL_LISTEN", value_name = "SPOOL_LISTEN", default_value = "127.0.0.1:8080", value_parser = address)]
    pub listen: SocketAddr,

    /// A file that the address is written to once the API listens.
    #[arg(long, env = "SPOOL_ADDRESS_FILE", value_name = "SPOOL_ADDRESS_FILE")]
    pub address_file: Option<PathBuf>,

    /// How long a request may take, milliseconds; streams, downloads and uploads aside.
    #[arg(long, env = "SPOOL_REQUEST_TIMEOUT_MS", value_name = "SPOOL_REQUEST_TIMEOUT_MS", default_value_t = 60_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub request_timeout_ms: u64,

    /// How long the API still answers when it is told to stop, milliseconds, while `/readyz` says no already; in half of that a load balancer must have noticed, then streams and agents are sent away.
    #[arg(long, env = "SPOOL_STOP_PAUSE_MS", value_name = "SPOOL_STOP_PAUSE_MS", default_value_t = 0)]
    pub stop_pause_ms: u64,

    /// How often a browser's socket shows that it lives, milliseconds; one that is silent for three times that is closed.
    #[arg(long, env = "SPOOL_BROWSER_BEAT_MS", value_name = "SPOOL_BROWSER_BEAT_MS", default_value_t = 15_000, value_parser = clap::value_parser!(u64).range(100..))]
    pub browser_beat_ms: u64,

    /// Threads that serve HTTP; as many as there are cores when absent.
    #[arg(long, env = "SPOOL_HTTP_WORKERS", value_name = "SPOOL_HTTP_WORKERS")]
    pub http_workers: Option<std::num::NonZeroUsize>,
}

impl HttpConfig {
    #[must_use]
    pub const fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "must be an address and a port, such as 127.0.0.1:8080")
}
