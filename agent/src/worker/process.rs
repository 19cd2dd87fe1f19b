//! The only place that starts a process.

use std::{
    env,
    ffi::OsString,
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    process::{self, ExitStatus, Output, Stdio},
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use tokio::{
    net::UnixListener,
    process::{Child, ChildStderr, ChildStdout, Command},
};

use super::descendants;
use crate::gpu::VISIBLE;

/// Variables that a worker gets if the agent has them. Everything else stays here, the agent's token above all.
const PASSED_ON: [&str; 9] = [
    "PATH",
    "HOME",
    "LANG",
    "LD_LIBRARY_PATH",
    "HF_HOME",
    "HF_HUB_CACHE",
    "HF_HUB_OFFLINE",
    "MODELSCOPE_CACHE",
    "SPOOL_MODELS_DIR",
];
const PASSED_ON_PREFIXES: [&str; 5] = ["PYTHON", "CUDA", "NVIDIA", "LC_", "SPOOL_SCRIPTED_"];

/// How to start the worker of a slot.
#[derive(Debug, Clone)]
pub struct Launch {
    pub python: PathBuf,
    /// As in `SPOOL_ENGINES`.
    pub engines: String,
    pub slot: u32,
    /// The GPU that its worker alone may see, as CUDA names it; `None`: whatever the agent may see.
    pub gpu: Option<String>,
    /// The slot's private folder, made anew for each process.
    pub folder: PathBuf,
}

/// A running worker and everything it started: its process group, and who left that.
#[derive(Debug)]
pub struct Process {
    child: Child,
    group: Pid,
    /// The folder that it and its descendants alone have.
    folder: PathBuf,
    /// Set once the process is reaped: its number may belong to another one from then on.
    reaped: Option<ExitStatus>,
    /// Nothing that it started is left.
    gone: bool,
}

/// What a new worker is heard by.
#[derive(Debug)]
pub struct Ears {
    /// Where the worker connects.
    pub listener: UnixListener,
    pub stdout: Option<ChildStdout>,
    pub stderr: Option<ChildStderr>,
}

impl Process {
    /// Starts a worker. Must be called on the main thread: the worker asks the kernel to die with the thread
    /// that started it.
    pub fn start(launch: &Launch) -> io::Result<(Self, Ears)> {
        make_empty(&launch.folder)?;
        let socket = launch.folder.join("socket");
        let listener = UnixListener::bind(&socket)?;
        let mut command = Command::new(&launch.python);
        command
            .args(["-m", "spool.worker", "--socket"])
            .arg(&socket)
            .args(["--slot", &launch.slot.to_string(), "--engines", &launch.engines])
            .args(["--parent", &process::id().to_string()])
            .env_clear()
            .envs(environment(env::vars_os()))
            .env("TMPDIR", &launch.folder)
            .envs(launch.gpu.iter().map(|gpu| (VISIBLE, gpu)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        let mut child = command.spawn()?;
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        let group = id.map(Pid::from_raw).ok_or_else(|| io::Error::other("the process has no id"))?;
        let ears = Ears { listener, stdout: child.stdout.take(), stderr: child.stderr.take() };
        Ok((Self { child, group, folder: launch.folder.clone(), reaped: None, gone: false }, ears))
    }

    /// Sends `signal` to the worker and to its group.
    pub fn signal(&self, signal: Signal) {
        if self.reaped.is_none() {
            // An empty group is what the signal was for.
            let _ = killpg(self.group, signal);
        }
    }

    /// Waits for the end of the worker, and then ends whatever it left behind. May be dropped and called again.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = match self.reaped {
            Some(status) => status,
            None => self.child.wait().await?,
        };
        self.signal(Signal::SIGKILL);
        self.reaped = Some(status);
        if !self.gone {
            descendants::end(&self.folder).await;
            self.gone = true;
        }
        Ok(status)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::SIGKILL);
        if !self.gone {
            descendants::kill_all(&self.folder);
        }
    }
}

/// Has Python answer a question on its standard output, with the environment of a worker.
pub async fn ask(python: &Path, question: &str) -> io::Result<Output> {
    let mut command = Command::new(python);
    command.args(["-c", question]).env_clear().envs(environment(env::vars_os()));
    command.stdin(Stdio::null()).kill_on_drop(true).output().await
}

fn make_empty(folder: &PathBuf) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    DirBuilder::new().mode(0o700).create(folder)
}

fn environment(
    all: impl Iterator<Item = (OsString, OsString)>,
) -> impl Iterator<Item = (OsString, OsString)> {
    all.filter(|(name, _)| {
        let Some(name) = name.to_str() else { return false };
        PASSED_ON.contains(&name) || PASSED_ON_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_gets_no_variable_that_it_does_not_need() {
        let names = [
            "PATH",
            "PYTHONPATH",
            "CUDA_HOME",
            "SPOOL_AGENT_TOKEN",
            "AWS_SECRET_ACCESS_KEY",
            "HF_TOKEN",
            "SPOOL_HUB_TOKEN",
            "SPOOL_MODELS_DIR",
            "LC_ALL",
        ];
        let kept = environment(names.iter().map(|name| (OsString::from(name), OsString::new())));
        assert_eq!(
            kept.map(|(name, _)| name).collect::<Vec<_>>(),
            ["PATH", "PYTHONPATH", "CUDA_HOME", "SPOOL_MODELS_DIR", "LC_ALL"]
        );
    }
}
