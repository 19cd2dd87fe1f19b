//! nginx before a replica, as people put it there: at the root, and below a path.

use std::{net::TcpListener, path::Path, process::Command};

use crate::{
    absent,
    deadline::{PATIENCE, look_until},
    process::Process,
};

const CONFIG: &str = include_str!("../fixtures/network/nginx.conf");

pub struct Nginx {
    address: String,
    process: Process,
}

impl Nginx {
    /// Starts it before a replica, with the time after which it closes what is idle, like `60s`. Nothing, and a word
    /// about it, where this machine has none.
    #[must_use]
    pub fn start(folder: &Path, replica: &str, idle: &str) -> Option<Self> {
        let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
        let found =
            std::env::split_paths(&path).map(|place| place.join("nginx")).find(|place| place.exists());
        let Some(program) = found else {
            absent::skips("nginx", "this machine has no nginx");
            return None;
        };
        // Free until nginx takes it.
        let free = TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a port");
        let config = CONFIG.replace("FOLDER", &folder.display().to_string());
        let config = config.replace("PORT", &free.port().to_string());
        let config = config.replace("IDLE", idle).replace("REPLICA", replica);
        let file = folder.join("nginx.conf");
        std::fs::write(&file, config).expect("a file");
        let mut command = Command::new(program);
        command.arg("-p").arg(folder).arg("-c").arg(file).args(["-e", "stderr"]);
        let process = Process::start("nginx", command, folder);
        let address = free.to_string();
        let listens = look_until(PATIENCE, || std::net::TcpStream::connect(&address).ok());
        assert!(listens.is_some(), "nginx does not listen: {}", process.log());
        Some(Self { address, process })
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
}
