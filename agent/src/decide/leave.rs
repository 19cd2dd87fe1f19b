//! Draining and giving back.

use std::time::Duration;

use spool_shared::protocol::ReleaseReason;
use tracing::{info, warn};

use super::Turn;
use crate::{
    command::Command,
    event::Wake,
    state::{Ending, LastWord, Mode, Place, Stage, WorkId},
};

/// How long the API may take to hear what was given back: a connection that is down is dialed again within two seconds
/// meanwhile, and a Redis that stalls has a chance. What it never hears of counts as lost, at the expense of the job.
const HEARD_WITHIN: Duration = Duration::from_secs(5);

impl Turn<'_> {
    /// The API asks to take nothing new.
    pub(super) fn on_drain(&mut self) {
        if self.state.mode == Mode::Serving {
            info!("The API drains this agent: running jobs go on, nothing new is taken");
            self.state.mode = Mode::Drained;
            self.give_back_unstarted();
        }
    }

    /// The API has work for this agent again.
    pub(super) fn on_resume(&mut self) {
        if self.state.mode == Mode::Drained {
            info!("The API takes this agent back into service");
            self.state.mode = Mode::Serving;
        }
    }

    /// The first signal drains, the second gives back.
    pub(super) fn on_signal(&mut self) {
        match self.state.mode {
            Mode::Serving | Mode::Drained => {
                let works = self.state.works.len();
                info!(
                    works,
                    drain_ms = self.state.drain.as_millis(),
                    "Draining; a second signal gives back at once"
                );
                self.state.mode = Mode::Leaving;
                self.give_back_unstarted();
                self.out.push(Command::Wake { after: self.state.drain, wake: Wake::DrainOver });
            }
            Mode::Leaving => self.give_back(),
            Mode::Parting => self.leave(),
            Mode::Left => {}
        }
    }

    fn give_back_unstarted(&mut self) {
        let unstarted = |stage: &Stage| matches!(stage, Stage::Fetching | Stage::Waiting);
        let works: Vec<WorkId> =
            self.state.works.values().filter(|work| unstarted(&work.stage)).map(|work| work.id).collect();
        for id in works {
            self.end(id, ReleaseReason::Drained);
        }
    }

    /// Ends everything now, so that other agents can have it.
    pub(super) fn give_back(&mut self) {
        warn!(works = self.state.works.len(), "Giving back what is not finished");
        for slot in &self.state.slots {
            if slot.place != Place::Broken {
                self.out.push(Command::Kill { slot: slot.index });
            }
        }
        let works: Vec<WorkId> = self.state.works.keys().copied().collect();
        for id in works {
            let reason = match self.state.works.get(&id).map(|work| &work.stage) {
                Some(Stage::Stopping { reason, .. }) => *reason,
                _ => ReleaseReason::Drained,
            };
            self.release(id, reason);
        }
    }

    /// Nothing is held any more: leaves, once the API knows of everything that was given back.
    pub(super) fn leave_if_empty(&mut self) {
        let parting = match self.state.mode {
            Mode::Leaving => self.state.works.is_empty(),
            Mode::Parting => true,
            Mode::Serving | Mode::Drained | Mode::Left => false,
        };
        if !parting {
            return;
        }
        // A job that was declined is handed to another agent soon, whether that was heard or not.
        let unheard = |ending: &Ending| matches!(ending.word, LastWord::Released(_));
        if !self.state.endings.iter().any(unheard) {
            self.leave();
        } else if self.state.mode == Mode::Leaving {
            self.state.mode = Mode::Parting;
            self.out.push(Command::Wake { after: HEARD_WITHIN, wake: Wake::PartingOver });
        }
    }

    pub(super) fn leave(&mut self) {
        self.state.mode = Mode::Left;
        self.out.push(Command::Leave);
    }
}
