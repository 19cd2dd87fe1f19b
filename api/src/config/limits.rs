//! How much is taken in at once.

use std::num::NonZeroU32;

use clap::Args;

#[derive(Debug, Clone, Args)]
pub struct LimitsConfig {
    /// How many jobs may wait.
    #[arg(id = "queue-limit", long, env = "SPOOL_QUEUE_LIMIT", value_name = "SPOOL_QUEUE_LIMIT", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub queue: u64,

    /// How many jobs of one key may wait; as many as in all when absent.
    #[arg(long, env = "SPOOL_QUEUE_LIMIT_PER_KEY", value_name = "SPOOL_QUEUE_LIMIT_PER_KEY", value_parser = clap::value_parser!(u64).range(1..))]
    pub queue_limit_per_key: Option<u64>,

    /// Submits and uploads a minute, of each key, or of each address where there are no keys; 600 with keys and no
    /// limit without when absent.
    #[arg(long, env = "SPOOL_RATE_PER_MINUTE", value_name = "SPOOL_RATE_PER_MINUTE")]
    pub rate_per_minute: Option<NonZeroU32>,

    /// Sockets and event streams that this replica keeps open, and as many of agents.
    #[arg(long, env = "SPOOL_MAX_SOCKETS", value_name = "SPOOL_MAX_SOCKETS", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_sockets: u32,

    /// Of these, how many of one key or token; any number where there are none.
    #[arg(long, env = "SPOOL_MAX_SOCKETS_PER_KEY", value_name = "SPOOL_MAX_SOCKETS_PER_KEY", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_sockets_per_key: u32,

    /// Memory for request bodies in flight, MiB; one caller has a quarter of it at most, or room for two of the largest
    /// bodies where that is more.
    #[arg(id = "body-mib", long, env = "SPOOL_BODY_MIB", value_name = "SPOOL_BODY_MIB", default_value_t = 256, value_parser = clap::value_parser!(u32).range(32..=65_536))]
    pub body_mib: u32,

    /// Memory for pictures being decoded, MiB.
    #[arg(id = "decode-mib", long, env = "SPOOL_DECODE_MIB", value_name = "SPOOL_DECODE_MIB", default_value_t = 320, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub decode_mib: u32,
}
