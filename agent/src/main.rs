//! `spool-agent`: runs on a GPU node, dials in, works.

use std::process::ExitCode;

use spool_agent::{config::Config, run, telemetry};

/// A wrong setting.
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    let config = match Config::from_process() {
        Ok(config) => config,
        Err(error) => return stop(&error, EXIT_USAGE),
    };
    if let Err(error) = telemetry::start(&config.log_filter, config.log_format) {
        return stop(&error, EXIT_USAGE);
    }
    // One thread: workers ask the kernel to die with the thread that started them, which must be the main one.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(run::run(config)),
        Err(error) => return stop(&error, 1),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error @ (run::Fatal::Config(_) | run::Fatal::Identity(_))) => stop(&error, EXIT_USAGE),
        Err(error) => stop(&error, 1),
    }
}

fn stop(error: &dyn std::fmt::Display, code: u8) -> ExitCode {
    eprintln!("spool-agent: {error}");
    ExitCode::from(code)
}
