//! One agent process with its Python workers.

use std::path::{Path, PathBuf};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{
    deadline::{PATIENCE, look_until},
    history::executions,
    network::in_network,
    process::{Process, children_of, command_line},
    programs, replica,
    settings::Settings,
    small_disk::on_small_disk,
};

/// What an agent of the tests offers unless a test says otherwise.
pub const SCRIPTED: &str = "i2v=scripted,qwen=scripted,upscale=scripted";

pub struct Agent {
    name: String,
    folder: PathBuf,
    launch: Launch,
    process: Process,
    starts: u32,
}

/// How an agent is started, each time anew.
struct Launch {
    address: String,
    slots: u32,
    engines: String,
    settings: Settings,
}

impl Agent {
    /// Starts an agent that dials `address`; `own` are settings that end with this process.
    #[must_use]
    pub fn start(
        name: &str,
        folder: &Path,
        address: &str,
        slots: u32,
        engines: &str,
        settings: &Settings,
        own: &[(&str, &str)],
    ) -> Self {
        let (address, engines, settings) = (address.to_owned(), engines.to_owned(), settings.clone());
        let launch = Launch { address, slots, engines, settings };
        let process = launch.start(name, name, folder, own);
        Self { name: name.to_owned(), folder: folder.to_owned(), launch, process, starts: 1 }
    }

    /// Starts it again under the same id, after it ended, with settings that end with this process.
    pub fn restart_with(&mut self, own: &[(&str, &str)]) {
        self.starts += 1;
        let log = format!("{}-{}", self.name, self.starts);
        self.process = self.launch.start(&self.name, &log, &self.folder, own);
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    #[must_use]
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// SIGKILL to the worker of a slot.
    pub fn kill_worker(&self, slot: u32) {
        let worker = look_until(PATIENCE, || self.worker(slot)).expect("the slot has a worker");
        kill(worker, Signal::SIGKILL).expect("the worker is there");
    }

    /// The worker process of a slot, if it has one.
    #[must_use]
    pub fn worker(&self, slot: u32) -> Option<Pid> {
        let word = format!("--slot {slot} ");
        children_of(self.process.pid()).into_iter().find(|pid| {
            let line = command_line(*pid);
            line.contains("spool.worker") && line.contains(&word)
        })
    }
}

impl Launch {
    fn start(&self, name: &str, log: &str, folder: &Path, own: &[(&str, &str)]) -> Process {
        let settings = self.settings.with_own(own);
        let program = if settings.armed { programs::armed_agent() } else { programs::agent() };
        let mut command = replica::command(&program, folder, &settings);
        command
            .env("SPOOL_SERVER", format!("ws://{}", self.address))
            .env("SPOOL_AGENT_NAME", name)
            .env("SPOOL_AGENT_ID_FILE", folder.join(format!("{name}.id")))
            .env("SPOOL_SLOTS", self.slots.to_string())
            .env("SPOOL_ENGINES", &self.engines)
            .env("SPOOL_PYTHON", programs::in_venv("python"))
            // The package of this tree, whichever one the environment has.
            .env("PYTHONPATH", programs::root().join("python/src"))
            .env(executions::AGENT, name)
            // A test may know better.
            .envs(settings.pairs());
        if let Some(mib) = settings.agent_disk {
            let disk = folder.join(format!("{name}-disk"));
            command.env("TMPDIR", &disk);
            command = on_small_disk(&command, &disk, mib);
        }
        if let Some(network) = settings.network {
            command = in_network(&command, network);
        }
        Process::start(log, command, folder)
    }
}
