//! How long pictures are kept that no job needs, and when what nobody needs is removed.

use std::time::Duration;

use clap::Args;

#[derive(Debug, Clone, Args)]
pub struct ImagesConfig {
    /// How long an uploaded picture is kept after it was last used, milliseconds.
    #[arg(long, env = "SPOOL_IMAGE_TTL_MS", value_name = "SPOOL_IMAGE_TTL_MS", default_value_t = 86_400_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub image_ttl_ms: u64,

    /// How often files that belong to nobody are looked for, milliseconds.
    #[arg(long, env = "SPOOL_SWEEP_MS", value_name = "SPOOL_SWEEP_MS", default_value_t = 300_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub sweep_ms: u64,

    /// How old such a file must be to be removed, milliseconds.
    #[arg(long, env = "SPOOL_SWEEP_AGE_MS", value_name = "SPOOL_SWEEP_AGE_MS", default_value_t = 3_600_000)]
    pub sweep_age_ms: u64,
}

impl ImagesConfig {
    #[must_use]
    pub const fn sweep_period(&self) -> Duration {
        Duration::from_millis(self.sweep_ms)
    }

    #[must_use]
    pub const fn sweep_age(&self) -> Duration {
        Duration::from_millis(self.sweep_age_ms)
    }
}
