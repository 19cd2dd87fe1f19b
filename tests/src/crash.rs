//! Processes that kill themselves at a crash point.

use std::os::unix::process::ExitStatusExt;

use spool_faults::{LAST_WORDS, Point};

use crate::process::Process;

impl Process {
    /// Awaits that the process kills itself at this point, as it was told to at its start.
    pub async fn crashes_at(&self, point: Point) {
        self.log().line(&[LAST_WORDS, point.word()]).await;
        self.ends_by_force();
        let status = self.ended().await;
        assert_eq!(status.signal(), Some(nix::libc::SIGKILL), "it ended with {status} at {}", point.word());
    }
}
