//! One API process.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    deadline::{PATIENCE, look_until},
    process::Process,
    programs,
    settings::Settings,
    small_disk::on_small_disk,
};

pub struct Replica {
    name: String,
    folder: PathBuf,
    settings: Settings,
    address: String,
    process: Process,
    starts: u32,
}

impl Replica {
    /// Starts a replica on a port from the kernel; without `redis`, it starts its own. `own` are settings that end with
    /// this process. Returns when it listens.
    #[must_use]
    pub fn start(
        name: &str,
        folder: &Path,
        redis: Option<&str>,
        settings: &Settings,
        own: &[(&str, &str)],
    ) -> Self {
        let mut settings = settings.clone();
        if let Some(url) = redis {
            settings.set("SPOOL_REDIS_URL", url);
        }
        let process = launch(name, folder, "127.0.0.1:0", &settings.with_own(own));
        let address = address_of(&process, folder, name);
        Self { name: name.to_owned(), folder: folder.to_owned(), settings, address, process, starts: 1 }
    }

    /// Host and port.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    #[must_use]
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Starts it again at the same address, after it ended.
    pub fn restart(&mut self) {
        self.restart_with(&[]);
    }

    /// As [`Replica::restart`], with settings of its own that end with this process.
    pub fn restart_with(&mut self, own: &[(&str, &str)]) {
        self.launch_again(own);
        assert_eq!(address_of(&self.process, &self.folder, &self.log_name()), self.address);
    }

    /// As [`Replica::restart_with`], without waiting until it listens.
    pub fn launch_again(&mut self, own: &[(&str, &str)]) {
        self.starts += 1;
        self.process = launch(&self.log_name(), &self.folder, &self.address, &self.settings.with_own(own));
    }

    /// Whether it listens since it was started last.
    #[must_use]
    pub fn listens(&self) -> bool {
        std::fs::read_to_string(address_file(&self.folder, &self.log_name()))
            .is_ok_and(|text| !text.is_empty())
    }

    fn log_name(&self) -> String {
        match self.starts {
            1 => self.name.clone(),
            starts => format!("{}-{starts}", self.name),
        }
    }
}

/// A command that has nothing of the caller's environment but the path, and the world's folder for temporary files.
#[must_use]
pub fn command(program: &Path, folder: &Path, settings: &Settings) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("TMPDIR", folder);
    command.env("SPOOL_LOG", "debug").env("RUST_BACKTRACE", "1");
    command.envs(settings.pairs());
    command
}

fn launch(name: &str, folder: &Path, listen: &str, settings: &Settings) -> Process {
    let program = if settings.armed { programs::armed_api() } else { programs::api() };
    let mut command = command(&program, folder, settings);
    command
        .env("SPOOL_LISTEN", listen)
        .env("SPOOL_ADDRESS_FILE", address_file(folder, name))
        .env("SPOOL_DATA_DIR", folder.join("data"));
    if let Some(mib) = settings.api_disk {
        command = on_small_disk(&command, &folder.join("data"), mib);
    }
    Process::start(name, command, folder)
}

fn address_file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.address"))
}

fn address_of(process: &Process, folder: &Path, name: &str) -> String {
    let file = address_file(folder, name);
    let address = look_until(PATIENCE, || match std::fs::read_to_string(&file) {
        Ok(address) if !address.is_empty() => Some(address),
        _ if process.has_ended() => Some(String::new()),
        _ => None,
    });
    let address = address.unwrap_or_default();
    assert!(!address.is_empty(), "{name} does not listen; it said:\n{}", process.log());
    address.trim().to_owned()
}
