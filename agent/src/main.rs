//! `spool-agent`: runs on a GPU node, dials in, works.

use std::process::ExitCode;

use spool_agent::{
    check,
    config::{Config, ConfigError, Task},
    run, telemetry,
};
use tokio::runtime::{Builder, Runtime};

/// A wrong setting.
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    let (task, config) = Config::from_process();
    // One thread: workers ask the kernel to die with the thread that started them, which must be the main one.
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return stop(&error, 1),
    };
    match task {
        Some(Task::Check { json }) => match runtime.block_on(check::run(config, json)) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(error) => stop(&error, 1),
        },
        None => serve(&runtime, config),
    }
}

fn serve(runtime: &Runtime, config: Result<Config, ConfigError>) -> ExitCode {
    let config = match config {
        Ok(config) => config,
        Err(error) => return stop(&error, EXIT_USAGE),
    };
    if let Err(error) = telemetry::start(&config.log_filter, config.log_format) {
        return stop(&error, EXIT_USAGE);
    }
    spool_faults::tell_heap();
    match runtime.block_on(run::run(config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error @ (run::Fatal::Config(_) | run::Fatal::Identity(_))) => stop(&error, EXIT_USAGE),
        Err(error) => stop(&error, 1),
    }
}

fn stop(error: &dyn std::fmt::Display, code: u8) -> ExitCode {
    eprintln!("spool-agent: {error}");
    ExitCode::from(code)
}
