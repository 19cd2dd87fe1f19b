//! How much is taken in at once.

use clap::Args;

#[derive(Debug, Clone, Args)]
pub struct LimitsConfig {
    /// How many jobs may wait.
    #[arg(id = "queue-limit", long, env = "SPOOL_QUEUE_LIMIT", value_name = "SPOOL_QUEUE_LIMIT", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub queue: u64,

    /// Memory for request bodies in flight, MiB.
    #[arg(id = "body-mib", long, env = "SPOOL_BODY_MIB", value_name = "SPOOL_BODY_MIB", default_value_t = 256, value_parser = clap::value_parser!(u32).range(32..=65_536))]
    pub body_mib: u32,

    /// Memory for pictures being decoded, MiB.
    #[arg(id = "decode-mib", long, env = "SPOOL_DECODE_MIB", value_name = "SPOOL_DECODE_MIB", default_value_t = 320, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub decode_mib: u32,
}
