//! `spool-agent check`: what would work on this node, and why not. It introduces itself to nobody: an agent that runs
//! here under the same id is not disturbed.
//!
//! - [`report`]: the lines, for people and as JSON
//! - `machine`: id, temporary folder, GPUs
//! - `server`: from the address to the version of the protocol
//! - `worker`: Python, a worker, and what it offers

mod machine;
pub mod report;
mod server;
mod worker;

use std::io::{self, Write as _};

pub use report::{Line, Report, Verdict};

use crate::config::{Config, ConfigError};

/// Checks everything and writes what it found; true if all of it works.
pub async fn run(config: Result<Config, ConfigError>, json: bool) -> io::Result<bool> {
    let report = match config {
        Ok(config) => all(&config).await,
        Err(error) => Report(vec![
            Line::fails("settings", error.to_string(), "`spool-agent --help` lists every setting."),
            Line::skipped("everything else", "it needs the settings".into()),
        ]),
    };
    let text = if json { report.json() } else { report.text() };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(report.is_fine())
}

async fn all(config: &Config) -> Report {
    let gpus = crate::gpu::inventory();
    let slots = config.slots.unwrap_or_else(|| gpus.default_slots());
    let settings = format!(
        "{} as {:?}, {slots} {}, {}",
        config.server,
        config.name,
        if slots == 1 { "slot" } else { "slots" },
        config.engines.as_str()
    );
    let mut lines = vec![Line::ok("settings", settings)];
    lines.push(machine::identity(&config.id_file));
    lines.extend(server::check(config).await);
    lines.push(machine::disk(slots).await);
    lines.push(machine::gpus(&gpus));
    lines.extend(worker::check(config, &gpus).await);
    Report(lines)
}
