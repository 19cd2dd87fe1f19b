//! The private redis-server of an API that was not given one: a unix socket in a private folder, nothing on disk,
//! nothing evicted. It lives and dies with this process.

mod check;
mod crashes;
mod parent;

use std::{path::PathBuf, process::Stdio, time::Duration};

use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};
use tracing::{info, warn};

pub use check::{RedisRefused, check};
pub use crashes::{Crashes, MAX_CRASHES};
pub use parent::{RunWithParent, run_with_parent};

/// How long a redis-server may take to answer first; it usually takes a fifth of a second.
const START_PATIENCE: Duration = Duration::from_secs(15);
const STOP_PATIENCE: Duration = Duration::from_secs(5);
/// A socket's path may be 107 bytes long on Linux.
const MAX_SOCKET_PATH: usize = 107;

/// Why there is no private redis-server.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    #[error("the private redis-server needs a folder: {0}")]
    Folder(std::io::Error),
    #[error("the temporary folder's path is too long for a socket: {0}; set TMPDIR to a shorter one")]
    PathTooLong(PathBuf),
    #[error("the private redis-server cannot be started: {0}")]
    Spawn(std::io::Error),
    #[error(
        "the private redis-server ended at once ({status}){log}; install redis-server 7 or newer, \
         or set SPOOL_REDIS_URL"
    )]
    Ended { status: std::process::ExitStatus, log: String },
    #[error("the private redis-server did not answer within {} s: {error}", START_PATIENCE.as_secs())]
    Silent { error: redis::RedisError },
    #[error("another process answers on the private redis-server's socket: {found} instead of {expected:?}")]
    Foreign { found: u32, expected: Option<u32> },
}

/// A running private redis-server.
pub struct Embedded {
    folder: TempDir,
    child: Child,
}

impl Embedded {
    /// Starts one and waits until it answers.
    ///
    /// Call it on the program's main thread: the kernel ends the server when the *thread* that started it ends.
    pub async fn start() -> Result<Self, EmbeddedError> {
        let folder =
            tempfile::Builder::new().prefix("spool-redis-").tempdir().map_err(EmbeddedError::Folder)?;
        let socket = folder.path().join("redis.sock");
        if socket.as_os_str().len() > MAX_SOCKET_PATH {
            return Err(EmbeddedError::PathTooLong(socket));
        }
        let child = spawn(&folder)?;
        let mut embedded = Self { folder, child };
        embedded.answer().await?;
        info!(
            redis.pid = embedded.child.id(),
            redis.socket = %socket.display(),
            "Started a private redis-server on {}: jobs live only as long as this process",
            socket.display()
        );
        Ok(embedded)
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("unix://{}", self.folder.path().join("redis.sock").display())
    }

    /// Its process, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Returns when the server has ended by itself, which begins a new session once [`Self::start_again`] ran.
    pub async fn crashed(&mut self) {
        match self.child.wait().await {
            Ok(status) => warn!("The private redis-server ended ({status}){}", self.last_words()),
            Err(error) => warn!("The private redis-server cannot be waited for: {error}"),
        }
    }

    /// Starts an empty server on the same socket. The main thread's business, as [`Self::start`].
    pub async fn start_again(&mut self) -> Result<(), EmbeddedError> {
        self.child = spawn(&self.folder)?;
        self.answer().await?;
        warn!(redis.pid = self.child.id(), "Started the private redis-server again: a new session begins");
        Ok(())
    }

    /// Ends it, asking first.
    pub async fn stop(mut self) {
        if let Some(pid) = self.child.id().and_then(|pid| i32::try_from(pid).ok()) {
            let asked = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::SIGTERM);
            if asked.is_ok() && timeout(STOP_PATIENCE, self.child.wait()).await.is_ok() {
                info!("Ended the private redis-server");
                return;
            }
        }
        if let Err(error) = self.child.kill().await {
            warn!("The private redis-server cannot be ended: {error}");
        }
    }

    async fn answer(&mut self) -> Result<(), EmbeddedError> {
        let deadline = Instant::now() + START_PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().map_err(EmbeddedError::Spawn)? {
                return Err(EmbeddedError::Ended { status, log: self.last_words() });
            }
            match check::process_id(&self.url()).await {
                Ok(found) if Some(found) == self.child.id() => return Ok(()),
                Ok(found) => return Err(EmbeddedError::Foreign { found, expected: self.child.id() }),
                Err(error) if Instant::now() > deadline => return Err(EmbeddedError::Silent { error }),
                Err(_) => sleep(Duration::from_millis(10)).await,
            }
        }
    }

    /// The end of its log, to finish a sentence.
    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("redis.log")).unwrap_or_default();
        log.lines()
            .rev()
            .find(|line| line.contains(" # "))
            .map(|line| format!(": {line}"))
            .unwrap_or_default()
    }
}

fn spawn(folder: &TempDir) -> Result<Child, EmbeddedError> {
    // Its own process group: Ctrl-C in a terminal must not end Redis before the API has finished.
    Command::new("/proc/self/exe")
        .args(["run-with-parent", &std::process::id().to_string(), "redis-server"])
        .args(["--port", "0", "--unixsocketperm", "700", "--daemonize", "no", "--supervised", "no"])
        .args(["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"])
        .arg("--unixsocket")
        .arg(folder.path().join("redis.sock"))
        .arg("--dir")
        .arg(folder.path())
        .arg("--logfile")
        .arg(folder.path().join("redis.log"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(EmbeddedError::Spawn)
}
