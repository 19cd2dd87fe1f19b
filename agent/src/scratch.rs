//! One private folder for everything that this process writes: sockets, inputs, results. Gone at exit.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::TempDir;
use tracing::info;

use crate::{state::WorkId, worker::descendants};

const PREFIX: &str = "spool-agent-";
const LOCK: &str = "lock";
/// What a test of the disk writes: a picture can have so many.
const TEST_BYTES: usize = 1 << 20;
/// What the lock is called before it is held.
const LOCK_TO_BE: &str = "lock.new";
/// A folder without a lock that is younger than this may belong to a process that has not locked it yet.
const SETTLED: Duration = Duration::from_mins(1);
/// A unix socket's path has 108 bytes with its final zero (unix(7)); `/slot-NN/socket` follows the folder.
const MAX_ROOT: usize = 107 - "/slot-63/socket".len();

/// The folder; removed when dropped. Only its owner can look inside.
#[derive(Debug)]
pub struct Scratch {
    root: TempDir,
    // Tells agents that start later that this one still lives.
    _lock: File,
}

impl Scratch {
    /// Makes a folder in `parent` and removes what dead agents of this user left there.
    pub fn create(parent: &Path) -> io::Result<Self> {
        remove_leftovers(parent);
        let root = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in(parent)?;
        if root.path().as_os_str().len() > MAX_ROOT {
            let sentence =
                format!("{} is too long a path for a socket; set TMPDIR to a shorter one", parent.display());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, sentence));
        }
        let lock = File::create(root.path().join(LOCK_TO_BE))?;
        lock.try_lock()?;
        // Whoever finds a lock that nobody holds knows at once that its owner is dead.
        fs::rename(root.path().join(LOCK_TO_BE), root.path().join(LOCK))?;
        fs::create_dir(root.path().join("jobs"))?;
        Ok(Self { root, _lock: lock })
    }

    /// The folder of a slot: its socket and its worker's temporary files.
    #[must_use]
    pub fn slot(&self, slot: u32) -> PathBuf {
        self.root.path().join(format!("slot-{slot}"))
    }

    /// Where the folders of jobs are.
    #[must_use]
    pub fn jobs(&self) -> PathBuf {
        self.root.path().join("jobs")
    }
}

/// The folder of one lease's work in [`Scratch::jobs`].
#[must_use]
pub fn work_folder(jobs: &Path, work: WorkId) -> PathBuf {
    jobs.join(work.to_string())
}

/// Writes a file in `folder`, as a job would.
pub async fn test(folder: &Path) -> io::Result<()> {
    let path = folder.join("test");
    let bytes = vec![0x5a; TEST_BYTES];
    let written = tokio::fs::write(&path, bytes).await;
    // Whatever part of it was written.
    let _ = tokio::fs::remove_file(&path).await;
    written
}

fn remove_leftovers(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with(PREFIX) && is_left_over(&path) {
            // Its workers died with it, but not those whom they had started.
            let killed = descendants::kill_all(&path).len();
            let removed = fs::remove_dir_all(&path);
            info!(folder = %path.display(), removed = removed.is_ok(), killed, "Found the folder of an agent that is gone");
        }
    }
}

fn is_left_over(folder: &Path) -> bool {
    let Ok(facts) = fs::symlink_metadata(folder) else { return false };
    let ours = facts.is_dir() && facts.uid() == nix::unistd::geteuid().as_raw();
    let settled = || {
        let age = facts.modified().ok().and_then(|time| time.elapsed().ok());
        age.is_some_and(|age| age > SETTLED)
    };
    ours && File::open(folder.join(LOCK)).map_or_else(|_| settled(), |lock| lock.try_lock().is_ok())
}

#[cfg(test)]
mod tests {
    use std::{os::unix::process::ExitStatusExt as _, process::Command, time::SystemTime};

    use super::*;

    fn age(folder: &Path) {
        let file = File::open(folder).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    }

    #[test]
    fn the_folder_is_private_and_goes_with_its_owner() {
        let parent = tempfile::tempdir().unwrap();
        let scratch = Scratch::create(parent.path()).unwrap();
        let root = scratch.root.path().to_owned();
        assert_eq!(fs::metadata(&root).unwrap().permissions().mode() & 0o777, 0o700);
        drop(scratch);
        assert!(!root.exists());
    }

    #[test]
    fn what_a_dead_agent_left_is_removed_and_a_living_one_keeps_its_own() {
        let parent = tempfile::tempdir().unwrap();
        let dead = parent.path().join("spool-agent-dead");
        fs::create_dir(&dead).unwrap();
        File::create(dead.join(LOCK)).unwrap();
        let mut orphan = Command::new("sleep").arg("60").env("TMPDIR", dead.join("slot-0")).spawn().unwrap();
        let other = parent.path().join("somebody-else");
        fs::create_dir(&other).unwrap();
        let living = Scratch::create(parent.path()).unwrap();
        for folder in [&other, &living.root.path().to_owned()] {
            age(folder);
        }
        let _second = Scratch::create(parent.path()).unwrap();
        assert_eq!((dead.exists(), other.exists(), living.jobs().exists()), (false, true, true));
        assert_eq!(orphan.wait().unwrap().signal(), Some(9), "what its worker had started was not ended");
    }

    #[test]
    fn a_folder_without_a_lock_is_left_alone_until_it_is_old() {
        let parent = tempfile::tempdir().unwrap();
        let unlocked = parent.path().join("spool-agent-begins");
        fs::create_dir(&unlocked).unwrap();
        drop(Scratch::create(parent.path()).unwrap());
        assert!(unlocked.exists());
        age(&unlocked);
        drop(Scratch::create(parent.path()).unwrap());
        assert!(!unlocked.exists());
    }

    #[test]
    fn a_folder_too_deep_for_a_socket_is_refused_in_a_sentence() {
        let parent = tempfile::tempdir().unwrap();
        let deep = parent.path().join("x".repeat(90));
        fs::create_dir(&deep).unwrap();
        let refusal = Scratch::create(&deep).unwrap_err().to_string();
        assert!(
            refusal.ends_with("is too long a path for a socket; set TMPDIR to a shorter one"),
            "{refusal}"
        );
    }
}
