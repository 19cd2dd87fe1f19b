//! A debugger at a process. While it is there, the process's parent cannot learn of its end: as with one that sleeps in
//! a driver, for which SIGKILL has to wait.

use std::{sync::mpsc, thread::JoinHandle};

use nix::{
    sys::ptrace::{Options, seize},
    unistd::Pid,
};

/// Dropping it lets go of the process.
pub struct Tracer {
    leave: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Tracer {
    /// Takes hold of a process that this one started, itself or through others.
    #[must_use]
    pub fn at(pid: Pid) -> Self {
        let (leave, left) = mpsc::channel();
        let (tell, held) = mpsc::channel();
        // The kernel knows a debugger by its thread, and lets go when that ends.
        let thread = std::thread::spawn(move || {
            tell.send(seize(pid, Options::empty())).expect("somebody waits");
            // Its end, not a word, is the sign.
            left.recv().ok();
        });
        held.recv().expect("the thread answers").expect("the process can be held");
        Self { leave: Some(leave), thread: Some(thread) }
    }
}

impl Drop for Tracer {
    fn drop(&mut self) {
        self.leave = None;
        if let Some(thread) = self.thread.take() {
            // It holds nothing that a panic could leave behind.
            drop(thread.join());
        }
    }
}
