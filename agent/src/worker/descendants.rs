//! Processes that a worker started and that have left its group, as one does that makes a session of its own. They are
//! known by the temporary folder that the worker had alone: whoever it started has that in its environment too.

use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt as _, path::Path, time::Duration};

use nix::{
    sys::{
        signal::{Signal, kill},
        wait::{WaitPidFlag, waitpid},
    },
    unistd::Pid,
};
use tokio::time::sleep;
use tracing::warn;

/// Between two looks. One that is killed takes a moment, and may have started another one meanwhile.
const LOOK: Duration = Duration::from_millis(5);
/// How often is looked before those that are still there are given up: they wait for a driver.
const LOOKS: u32 = 200;

/// Ends all whose temporary files are in `folder`; returns when none is left. May be dropped and called again.
pub(crate) async fn end(folder: &Path) {
    for _ in 0..LOOKS {
        let living = kill_all(folder);
        if living.is_empty() {
            return;
        }
        sleep(LOOK).await;
        // Where this process is the first of its container, they are its own to wait for.
        for pid in living {
            let _ = waitpid(pid, Some(WaitPidFlag::WNOHANG));
        }
    }
    warn!(folder = %folder.display(), "What a worker started could not be killed");
}

/// Sends SIGKILL to all whose temporary files are in `folder`, and says to whom.
pub(crate) fn kill_all(folder: &Path) -> Vec<Pid> {
    let living = living_with(folder);
    for pid in &living {
        let _ = kill(*pid, Signal::SIGKILL);
    }
    living
}

/// One that has ended and was not waited for has no environment any more.
fn living_with(folder: &Path) -> Vec<Pid> {
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    let numbers = processes.flatten().filter_map(|process| process.file_name().to_str()?.parse().ok());
    numbers.filter(|number| has(*number, folder)).map(Pid::from_raw).collect()
}

fn has(number: i32, folder: &Path) -> bool {
    // Those of other users cannot be read.
    let environment = fs::read(format!("/proc/{number}/environ")).unwrap_or_default();
    let mut values = environment.split(|byte| *byte == 0).filter_map(|pair| pair.strip_prefix(b"TMPDIR="));
    values.any(|value| Path::new(OsStr::from_bytes(value)).starts_with(folder))
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command};

    use super::*;

    fn sleeper(folder: &Path) -> Child {
        Command::new("setsid").args(["sleep", "60"]).env("TMPDIR", folder).spawn().unwrap()
    }

    #[tokio::test]
    async fn who_has_the_folder_is_ended_in_whatever_session_and_nobody_else() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut theirs = sleeper(other.path());
        let ours = [sleeper(folder.path()), sleeper(&folder.path().join("deeper"))];
        // A child has the environment of its parent until it is what it shall be.
        while living_with(folder.path()).len() < 2 {
            tokio::task::yield_now().await;
        }
        end(folder.path()).await;
        assert_eq!(living_with(folder.path()), []);
        assert!(theirs.try_wait().unwrap().is_none());
        theirs.kill().unwrap();
        theirs.wait().unwrap();
        // They were this process's own, and it has waited for them.
        let waited = ours.map(|child| i32::try_from(child.id()).unwrap());
        for pid in waited {
            assert!(kill(Pid::from_raw(pid), None).is_err(), "{pid} was not waited for");
        }
    }
}
