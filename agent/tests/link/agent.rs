//! The program under test, as a process with a folder of its own.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

use crate::peer::{PATIENCE, Peer};

pub(crate) struct Agent {
    pub(crate) folder: TempDir,
    child: Child,
}

/// How an agent is started.
pub(crate) struct Setup {
    folder: TempDir,
    command: Command,
}

/// The Python of the repository's own environment.
pub(crate) fn python() -> PathBuf {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/bin/python");
    assert!(python.exists(), "the Python environment is set up by `make setup`");
    python
}

impl Setup {
    pub(crate) fn new(server: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_spool-agent"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("TMPDIR", folder.path())
            .env("SPOOL_SERVER", server)
            .env("SPOOL_AGENT_ID_FILE", folder.path().join("agent-id"))
            .env("SPOOL_ENGINES", "i2v=scripted")
            .env("SPOOL_PYTHON", python())
            .env("SPOOL_LOG", "info,spool_agent=debug")
            .stdout(File::create(folder.path().join("stdout")).unwrap())
            .stderr(File::create(folder.path().join("log")).unwrap());
        Self { folder, command }
    }

    pub(crate) fn with(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn args(mut self, args: &[&str]) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn start(mut self) -> Agent {
        let child = self.command.spawn().unwrap();
        Agent { folder: self.folder, child }
    }
}

impl Agent {
    /// One that dials `peer`.
    pub(crate) fn dialing(peer: &Peer) -> Setup {
        Setup::new(&format!("ws://{}", peer.address))
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).unwrap();
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).unwrap())
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// What it has written to its standard output.
    pub(crate) fn printed(&self) -> String {
        fs::read_to_string(self.folder.path().join("stdout")).unwrap()
    }

    /// Waits for a line that it must log.
    pub(crate) async fn logged(&self, text: &str) {
        self.wait(&format!("the log line {text:?}"), || self.log().contains(text).then_some(())).await;
    }

    /// The folders of works that it holds.
    pub(crate) fn works(&self) -> usize {
        let roots = fs::read_dir(self.folder.path()).unwrap().flatten();
        let jobs = roots.filter_map(|root| fs::read_dir(root.path().join("jobs")).ok());
        jobs.map(Iterator::count).sum()
    }

    /// The processes of its workers.
    pub(crate) fn workers(&self) -> Vec<Pid> {
        let children =
            fs::read_to_string(format!("/proc/{0}/task/{0}/children", self.pid())).unwrap_or_default();
        children.split_whitespace().map(|pid| Pid::from_raw(pid.parse().unwrap())).collect()
    }

    /// Its resident memory, kibibytes.
    pub(crate) fn resident_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    pub(crate) async fn exit(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "the agent did not end:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Looks again and again for something that the kernel or the file system shows.
    pub(crate) async fn wait<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(Instant::now() < deadline, "{what} did not happen:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether a process is there; one that waits for its parent to look does not count.
pub(crate) fn lives(pid: Pid) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}
