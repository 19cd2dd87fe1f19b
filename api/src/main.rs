//! `spool-api`: serves the API; see the library for what is inside.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use spool_api::{
    auth::KeyCommand,
    config::Config,
    embedded::{RunWithParent, run_with_parent},
    serve,
    telemetry::{self, LogConfig},
};

/// Serves Spool's API: takes jobs, hands them to agents, and tells how they fare.
#[derive(Debug, Parser)]
#[command(name = "spool-api", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: Config,
    #[command(flatten)]
    log: LogConfig,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Becomes another program that dies with its parent.
    #[command(hide = true)]
    RunWithParent(RunWithParent),
    /// Makes, lists and revokes API keys and agents' tokens.
    Key(KeyCommand),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Some(Command::RunWithParent(run)) => {
            run_with_parent(&run).map(|never| match never {}).map_err(|error| error.to_string())
        }
        Some(Command::Key(command)) => {
            command.run(&mut std::io::stdout(), &mut std::io::stderr()).map_err(|error| error.to_string())
        }
        None => run(&cli.log, cli.config),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("spool-api: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn run(log: &LogConfig, config: Config) -> Result<(), String> {
    config.check().map_err(|error| error.to_string())?;
    telemetry::start(log).map_err(|error| error.to_string())?;
    spool_faults::tell_heap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("spool")
        .build()
        .map_err(|error| format!("cannot start its threads: {error}"))?;
    // On this thread, the main one: it starts the private redis-server, which lives as long as the thread.
    runtime.block_on(serve::serve(config)).map_err(|error| error.to_string())
}
