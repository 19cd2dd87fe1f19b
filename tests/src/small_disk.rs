//! A disk of a few MiB that one process and its children see, in namespaces of their own; it needs no right.

use std::{path::Path, process::Command};

use crate::absent;

/// Mounts the disk at `$1` with `$2` MiB, then becomes the program.
const SCRIPT: &str = r#"mount -t tmpfs -o "size=$2m" tmpfs "$1" && shift 2 && exec "$@""#;

/// The same command with a small disk at `folder`.
#[must_use]
pub fn on_small_disk(command: &Command, folder: &Path, mib: u32) -> Command {
    std::fs::create_dir_all(folder).expect("a folder");
    let mut wrapped = Command::new("unshare");
    wrapped.args(["--map-root-user", "--mount", "sh", "-c", SCRIPT, "sh"]).arg(folder).arg(mib.to_string());
    wrapped.arg(command.get_program()).args(command.get_args()).env_clear();
    wrapped.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    wrapped
}

/// Whether this machine lets a process have such a disk. Some systems forbid namespaces; a test that needs one
/// fails there unless that was allowed.
#[must_use]
pub fn small_disks_work() -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let mut nothing = Command::new("true");
    nothing.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let works = on_small_disk(&nothing, folder.path(), 1).status().is_ok_and(|status| status.success());
    if !works {
        absent::skips("disk", "this machine does not let a process mount a small disk of its own");
    }
    works
}
