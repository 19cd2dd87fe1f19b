//! Hand-outs, their inputs, and which worker gets what.

use spool_shared::{
    ids::{JobId, Token},
    protocol::{DeclineReason, FromAgent, HeldLease, ReleaseReason},
};
use tracing::{info, warn};

use super::Turn;
use crate::{
    command::Command,
    scratch::work_folder,
    state::{Assignment, LastWord, Link, Mode, Place, Stage, Work, WorkId},
    worker::{
        protocol::{Input, Run},
        watchdog,
    },
};

impl Turn<'_> {
    pub(super) fn on_assign(&mut self, job: JobId, token: Token, assignment: Assignment) {
        if let Some(id) = self.state.find(job, token) {
            return self.restate(id);
        }
        let lease = HeldLease { job, token };
        if let Some(ending) = self.state.endings.iter().find(|ending| ending.lease == lease) {
            return self.say(ending.statement());
        }
        // Whatever was heard of them, earlier leases of the job are over.
        self.state.endings.retain(|ending| ending.lease.job != job);
        let older: Vec<WorkId> =
            self.state.works.values().filter(|work| work.job == job).map(|work| work.id).collect();
        for id in older {
            self.end(id, ReleaseReason::Dropped);
        }
        if let Some(reason) = self.objection(&assignment) {
            info!(job.id = %job, %reason, "Declined a job");
            return self.say(FromAgent::Declined { job, token, reason });
        }
        let attempt = assignment.attempt;
        info!(job.id = %job, attempt, class = %assignment.class, "Accepted a job");
        let id = self.state.take(job, token, assignment);
        self.say(FromAgent::Accepted { job, token });
        self.fetch(id);
    }

    fn objection(&self, assignment: &Assignment) -> Option<DeclineReason> {
        let healthy = self.state.health().healthy;
        let wanting = self.state.works.values().filter(|work| work.wants_slot()).count();
        // A staged job waits for the one that runs.
        let room = if assignment.staged { healthy.saturating_mul(2) } else { healthy };
        let fits =
            self.state.offers.iter().any(|offer| {
                offer.workflow == assignment.workflow && offer.classes.contains(&assignment.class)
            });
        if self.state.mode != Mode::Serving {
            Some(DeclineReason::Draining)
        } else if !fits {
            Some(DeclineReason::Unfit)
        } else if u32::try_from(wanting).unwrap_or(u32::MAX) >= room {
            Some(DeclineReason::Busy)
        } else {
            None
        }
    }

    pub(super) fn fetch(&mut self, id: WorkId) {
        let Some(work) = self.state.works.get_mut(&id) else { return };
        let inputs = work.assignment.inputs.clone();
        if inputs.is_empty() {
            work.stage = Stage::Waiting;
        } else {
            self.out.push(Command::Fetch { work: id, job: work.job, token: work.token, inputs });
        }
    }

    pub(super) fn on_fetched(&mut self, id: WorkId, inputs: Vec<Input>) {
        if let Some(work) = self.state.works.get_mut(&id)
            && work.stage == Stage::Fetching
        {
            work.inputs = inputs;
            work.stage = Stage::Waiting;
        }
    }

    pub(super) fn on_not_fetched(&mut self, id: WorkId, why: &str, fault: bool) {
        let Some(work) = self.state.works.get(&id).filter(|work| work.stage == Stage::Fetching) else {
            return;
        };
        warn!(job.id = %work.job, "The inputs of a job could not be fetched: {why}");
        if fault {
            self.on_fault(&format!("An input could not be written to the temporary folder: {why}."));
        }
        // Nobody would hear it while the link is down; the next welcome tries again.
        if self.state.link == Link::Up {
            self.decline(id, DeclineReason::Inputs);
        }
    }

    pub(super) fn decline(&mut self, id: WorkId, reason: DeclineReason) {
        let Some(work) = self.state.works.get(&id) else { return };
        let (job, token) = (work.job, work.token);
        self.forget(id);
        self.say_ended(HeldLease { job, token }, LastWord::Declined(reason));
    }

    /// Gives back what no slot is left for, the youngest first. A slot may have been parked since the job was
    /// accepted, or pause before its next worker, and heartbeats would renew a lease that nobody works on.
    pub(super) fn decline_excess(&mut self) {
        if self.state.link != Link::Up {
            return;
        }
        let slots = self.state.slots.iter().filter(|slot| slot.is_healthy()).count();
        let slots = if self.state.pause.reason().is_some() { 0 } else { slots };
        let works = self.state.works.values().filter(|work| work.wants_slot() && !work.assignment.staged);
        let excess = works.count().saturating_sub(slots);
        let unstarted = self.state.works.values().rev().filter(|work| {
            matches!(work.stage, Stage::Fetching | Stage::Waiting) && (!work.assignment.staged || slots == 0)
        });
        let declined: Vec<WorkId> = unstarted.map(|work| work.id).collect();
        let count = if slots == 0 { declined.len() } else { excess };
        for id in declined.into_iter().take(count) {
            self.decline(id, DeclineReason::Busy);
        }
    }

    /// Gives waiting jobs to ready workers, the oldest first. Nothing starts while the API cannot be reached, or while
    /// the agent does not trust itself.
    pub(super) fn start_waiting(&mut self) {
        if self.state.link != Link::Up || self.state.pause.reason().is_some() {
            return;
        }
        let waiting: Vec<WorkId> = self
            .state
            .works
            .values()
            .filter(|work| work.stage == Stage::Waiting)
            .map(|work| work.id)
            .collect();
        for id in waiting {
            if !self.start(id) {
                break;
            }
        }
    }

    /// False when no worker is ready.
    fn start(&mut self, id: WorkId) -> bool {
        let Some(work) = self.state.works.get_mut(&id) else { return true };
        let class = work.assignment.class;
        let ready =
            self.state.slots.iter_mut().filter(|slot| slot.place == Place::Ready && slot.is_healthy());
        // A worker with the models loaded first.
        let Some(slot) = ready.min_by_key(|slot| !slot.warm.contains(&class)) else { return false };
        let output_dir = work_folder(&self.state.jobs, id).join("out");
        let run = Box::new(run(work, output_dir.to_string_lossy().into_owned()));
        let pixels = watchdog::pixels(&run.params, &work.assignment.inputs);
        info!(job.id = %work.job, slot = slot.index, "A worker gets the job");
        slot.place = Place::Busy(id);
        work.slot = slot.index;
        work.stage = Stage::Running { slot: slot.index, started: false };
        self.out.push(Command::Run { slot: slot.index, run, pixels });
        true
    }
}

fn run(work: &Work, output_dir: String) -> Run {
    let inputs = work.inputs.clone();
    let Assignment { attempt, workflow, class, params, .. } = work.assignment.clone();
    Run { job: work.job, attempt, workflow, class, params, inputs, output_dir }
}
