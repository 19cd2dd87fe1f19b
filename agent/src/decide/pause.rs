//! Failures that are the node's own fault, and what the agent does about itself.

use spool_shared::job::FailureCode;
use tracing::{error, info, warn};

use super::Turn;
use crate::{
    command::Command,
    event::Wake,
    gpu::Reading,
    state::{Failure, Mode, Place},
};

impl Turn<'_> {
    /// Whether a failure of a job says something about this node. A crash may be the job's doing, but no job is tried
    /// more than twice, so three in a row are not.
    pub(super) fn blame(&mut self, failure: &Failure) {
        let own = matches!(
            failure.code,
            FailureCode::MissingWeights
                | FailureCode::WorkerCrashed
                | FailureCode::Stalled
                | FailureCode::Storage
        );
        if own {
            self.on_fault(&failure.message);
        }
    }

    /// The node failed at something that has nothing to do with the job.
    pub(super) fn on_fault(&mut self, why: &str) {
        if let Some(after) = self.state.pause.fault(why, self.moment.chance) {
            let test_ms = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
            error!(
                test_ms,
                "Too many failures in a row: the agent takes no jobs until it has tested itself. {why}"
            );
            self.out.push(Command::Wake { after, wake: Wake::Test });
        }
    }

    /// Tests the node: idle workers are started anew, and the temporary folder is written to.
    pub(super) fn on_test_due(&mut self) {
        let leaving = matches!(self.state.mode, Mode::Leaving | Mode::Parting | Mode::Left);
        if leaving || !self.state.pause.begin_test() {
            return;
        }
        info!("The agent tests itself");
        let idle = self.state.slots.iter().filter(|slot| slot.place == Place::Ready);
        self.out.extend(idle.map(|slot| Command::Kill { slot: slot.index }));
        self.out.push(Command::Test);
    }

    pub(super) fn on_tested(&mut self, disk: Result<(), String>) {
        match disk {
            Ok(()) => {
                if self.state.pause.disk_is_writable() {
                    say_resumed();
                }
            }
            Err(why) => {
                let sentence = format!("The temporary folder cannot be written: {why}.");
                let after = self.state.pause.failed(&sentence, self.moment.chance);
                warn!("{sentence}");
                self.out.push(Command::Wake { after, wake: Wake::Test });
            }
        }
    }

    /// A job's result is stored: its worker works.
    pub(super) fn on_success(&mut self) {
        if self.state.pause.success() {
            say_resumed();
        }
    }

    pub(super) fn worker_proves_itself(&mut self) {
        if self.state.pause.worker_is_ready() {
            say_resumed();
        }
    }

    /// What the driver says of the slots' GPUs.
    pub(super) fn on_gpus(&mut self, readings: &[(u32, Reading)]) {
        for (index, reading) in readings {
            let Some(slot) = self.state.slot(*index) else { continue };
            let (before, now) = (slot.gpu == Some(Reading::Lost), *reading == Reading::Lost);
            slot.gpu = Some(*reading);
            if now && !before {
                error!(slot = index, "The GPU of the slot does not answer any more; the slot takes no jobs");
            } else if before && !now {
                info!(slot = index, "The GPU of the slot answers again");
            }
        }
    }
}

fn say_resumed() {
    info!("The agent has tested itself and takes jobs again");
}
