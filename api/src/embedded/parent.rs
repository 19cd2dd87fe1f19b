//! Becomes another program that dies with its parent.

use std::{convert::Infallible, ffi::OsString, io, os::unix::process::CommandExt as _, process::Command};

use clap::Args;
use nix::{
    sys::{prctl::set_pdeathsig, signal::Signal},
    unistd::{Pid, getppid},
};

/// `run-with-parent PID PROGRAM ARGUMENTS…`
#[derive(Debug, Args)]
pub struct RunWithParent {
    /// The process that started this one.
    parent: i32,
    /// The program to become, with its arguments.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

/// Asks the kernel for SIGKILL at the parent's death, then becomes the program. The parent-death signal survives
/// the exec, and setting it here needs no unsafe code between fork and exec.
pub fn run_with_parent(run: &RunWithParent) -> io::Result<Infallible> {
    set_pdeathsig(Signal::SIGKILL)?;
    // The parent may have died before the signal was set.
    if getppid() != Pid::from_raw(run.parent) {
        return Err(io::Error::other("the parent is gone"));
    }
    let Some((program, arguments)) = run.command.split_first() else {
        return Err(io::Error::other("there is no program to run"));
    };
    // The environment holds settings and perhaps secrets that are none of its business.
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
    let error = Command::new(program).args(arguments).env_clear().env("PATH", path).exec();
    Err(io::Error::new(error.kind(), format!("{} cannot be started: {error}", program.display())))
}
