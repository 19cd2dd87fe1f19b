//! Limits of the kernel that are set on a process while it runs.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use nix::unistd::Pid;

use crate::process::children_of;

/// Sets a limit as `prlimit` of util-linux names it, for example `--fsize=1000`. The hard limit stays.
pub fn limit(pid: Pid, what: &str) {
    let (name, value) = what.split_once('=').expect("a limit and its value");
    let status =
        Command::new("prlimit").args(["--pid", &pid.to_string(), &format!("{name}={value}:")]).status();
    assert!(status.expect("prlimit can be started").success(), "{what} for {pid}");
}

/// How much address space a process has, bytes.
#[must_use]
pub fn address_space(pid: Pid) -> u64 {
    const PAGE: u64 = 4096;
    let pages = std::fs::read_to_string(format!("/proc/{pid}/statm")).expect("the process is there");
    let pages = pages.split(' ').next().and_then(|pages| pages.parse::<u64>().ok());
    pages.expect("the kernel says how much") * PAGE
}

/// Takes back every limit that [`limit`] set on the size of files and on how many are open, of a process and of those
/// that it started meanwhile. One that has ended since has none.
pub fn lift(pid: Pid) {
    for pid in std::iter::once(pid).chain(children_of(pid)) {
        let mut prlimit = Command::new("prlimit");
        prlimit.args(["--pid", &pid.to_string(), "--fsize=unlimited:", "--nofile=1024:"]);
        let status = prlimit.stderr(Stdio::null()).status().expect("prlimit can be started");
        assert!(status.success() || !Path::new(&format!("/proc/{pid}/cwd")).exists(), "limits of {pid}");
    }
}
