//! What the agent does about each event: plain functions from (state, event) to a new state and commands.
//!
//! - [`mod@self`]: which function answers which event, and what follows any of them
//! - `link`: welcome, beat, refusals, heartbeats
//! - `assign`: hand-outs, inputs, and which worker gets what
//! - `worker`: what workers say, and their ends
//! - `outcome`: results on their way to the API
//! - `leave`: draining and giving back
//! - `pause`: failures that are the node's own fault

mod assign;
mod leave;
mod link;
mod outcome;
mod pause;
mod worker;

use std::time::Instant;

use spool_shared::protocol::{FromAgent, HeldLease, ReleaseReason, ToAgent};
use tracing::debug;

use crate::{
    command::Command,
    event::{Event, Wake},
    state::{AgentState, Assignment, Ending, LastWord, Link, Mode, Place, Stage, WorkId},
};

/// Time and chance, which are arguments.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub now: Instant,
    /// Uniform in 0–1, for jitter.
    pub chance: f64,
}

/// Changes `state` for `event` and says what is to be done, in order.
#[must_use]
pub fn on_event(state: &mut AgentState, event: Event, moment: Moment) -> Vec<Command> {
    if state.mode == Mode::Left {
        return Vec::new();
    }
    let mut turn = Turn { state, moment, out: Vec::new() };
    turn.route(event);
    turn.start_waiting();
    turn.decline_excess();
    turn.tell_slots();
    turn.leave_if_empty();
    turn.out
}

/// One event's handling.
struct Turn<'a> {
    state: &'a mut AgentState,
    moment: Moment,
    out: Vec<Command>,
}

impl Turn<'_> {
    fn route(&mut self, event: Event) {
        match event {
            Event::LinkOpened => self.on_link_opened(),
            Event::LinkLost => self.on_link_lost(),
            Event::HeartbeatDue => self.on_heartbeat_due(),
            Event::Said(message) => self.on_message(message),
            Event::Worker { slot, event } => self.on_worker(slot, event),
            Event::Fetched { work, inputs } => self.on_fetched(work, inputs),
            Event::NotFetched { work, why, fault } => self.on_not_fetched(work, &why, fault),
            Event::Storing { work, run, fraction } => self.on_storing(work, run, fraction),
            Event::Stored { work, run, outputs, upload_ms } => self.on_stored(work, run, outputs, upload_ms),
            Event::NotStored { work, run, why } => self.on_not_stored(work, run, why),
            Event::Wake(Wake::Restate(work)) => self.restate(work),
            Event::Wake(Wake::DrainOver) => self.give_back(),
            Event::Wake(Wake::PartingOver) => self.leave(),
            Event::Wake(Wake::Test) => self.on_test_due(),
            Event::Tested(disk) => self.on_tested(disk),
            Event::Gpus(readings) => self.on_gpus(&readings),
            Event::Signal => self.on_signal(),
        }
    }

    fn on_message(&mut self, message: ToAgent) {
        match message {
            ToAgent::Welcome { session, keep, drop, .. } => self.on_welcome(session, &keep, &drop),
            ToAgent::Assign { job, token, attempt, workflow, class, params, inputs, staged } => {
                let assignment = Assignment { attempt, workflow, class, params, inputs, staged };
                self.on_assign(job, token, assignment);
            }
            ToAgent::Cancel { job, token } => self.on_cancel(job, token),
            ToAgent::TakeBack { job, token } => self.on_take_back(job, token),
            ToAgent::Beat { drop, .. } => self.drop_all(&drop),
            ToAgent::Done { job, token } => self.on_done(job, token),
            ToAgent::Refused { job, token, code } => self.on_refused(job, token, code),
            ToAgent::Drain {} => self.on_drain(),
            ToAgent::Resume {} => self.on_resume(),
            // The link itself obeys it.
            ToAgent::Goodbye { .. } => {}
        }
    }

    fn say(&mut self, message: FromAgent) {
        if self.state.link == Link::Up {
            self.out.push(Command::Say(message));
        }
    }

    /// Says again how a lease stands.
    fn restate(&mut self, work: WorkId) {
        let Some(work) = self.state.works.get(&work) else { return };
        for statement in work.statements() {
            self.say(statement);
        }
    }

    /// Ends the work of a lease without an outcome, and says `released` as soon as its slot is free.
    fn end(&mut self, id: WorkId, reason: ReleaseReason) {
        let Some(work) = self.state.works.get_mut(&id) else { return };
        match work.stage {
            Stage::Running { slot, .. } => {
                debug!(job.id = %work.job, slot, %reason, "The worker is to stop its job");
                work.stage = Stage::Stopping { slot, reason };
                if let Some(slot) = self.state.slot(slot) {
                    slot.place = Place::Stopping(id);
                }
                self.out.push(Command::Cancel { slot });
            }
            Stage::Stopping { .. } => {}
            Stage::Fetching | Stage::Waiting | Stage::Storing { .. } | Stage::Finished { .. } => {
                self.release(id, reason);
            }
        }
    }

    /// Says that a lease is over and that nothing is done for it any more.
    fn release(&mut self, id: WorkId, reason: ReleaseReason) {
        let Some(work) = self.state.works.get(&id) else { return };
        let (job, token) = (work.job, work.token);
        self.forget(id);
        self.say_ended(HeldLease { job, token }, LastWord::Released(reason));
    }

    /// Says it now, and again until the API knows: it keeps the place until then.
    fn say_ended(&mut self, lease: HeldLease, word: LastWord) {
        let ending = Ending { lease, word, said: self.moment.now };
        self.state.endings.retain(|earlier| earlier.lease != lease);
        self.state.endings.push(ending);
        self.say(ending.statement());
    }

    fn forget(&mut self, id: WorkId) {
        if self.state.works.remove(&id).is_some() {
            self.out.push(Command::Forget { work: id });
        }
    }

    /// Tells the API of the slots if that has changed.
    fn tell_slots(&mut self) {
        let health = self.state.health();
        if self.state.link == Link::Up && self.state.told.as_ref() != Some(&health) {
            self.say(health.clone().statement());
            self.state.told = Some(health);
        }
    }
}
