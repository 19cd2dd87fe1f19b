//! What the scripts do: the table of transitions, and what follows from a change for queues, leases and places.

use spool_shared::job::{Ended, Event, Job, Refusal, Settled, State, after};

use crate::{
    Wrong,
    world::{DELAYS, Law, NOW, Record, World, agent_id, tidy, token},
};

impl World {
    /// Runs the script for the event.
    pub(crate) fn settle(&mut self, job: usize, event: &Event, wrong: Option<Wrong>) -> Result<(), Refusal> {
        let before = self.jobs[job].job.clone();
        match after(&before, event, NOW, &self.budgets(), &DELAYS)? {
            Settled::Changed(mut changed) => {
                if wrong == Some(Wrong::UncountedLoss) {
                    changed.counters.losses = before.counters.losses;
                }
                self.write(job, changed);
            }
            Settled::Renewed(changed) => self.jobs[job].job = tidy(changed),
            Settled::Already | Settled::Gone => {}
        }
        Ok(())
    }

    /// Writes the record, and moves the job to where it now belongs.
    pub(crate) fn write(&mut self, at: usize, now: Job) {
        let was = self.jobs[at].job.clone();
        let held = self.lease(at);
        if was.state.status().is_terminal() {
            self.broken = Some(Law::Terminal);
        }
        if now.version != was.version + 1 {
            self.broken = Some(Law::Version);
        }
        let valid = was.state.lease().map(|lease| lease.token);
        if let State::Succeeded(result) = now.state
            && valid != Some(result)
        {
            self.broken = Some(Law::Superseded);
        }
        let waits = |job: &Job| matches!(job.state, State::Queued(_));
        let record = &mut self.jobs[at];
        match (waits(&was), waits(&now)) {
            (true, false) => record.queued = record.queued.saturating_sub(1),
            (false, true) => record.queued += 1,
            _ => {}
        }
        match (was.state.lease().is_some(), now.state.lease().is_some()) {
            (true, false) => record.leased = record.leased.saturating_sub(1),
            (false, true) => record.leased += 1,
            _ => {}
        }
        // The place of a canceled lease stays taken until the agent has stopped.
        if let Some((agent, number)) = held
            && now.state.lease().is_none()
            && now.state != State::Canceled
            && self.agents[agent].places[at] == Some(number)
        {
            self.agents[agent].places[at] = None;
        }
        self.jobs[at].job = tidy(now);
        if let Some((agent, number)) = self.lease(at).filter(|lease| Some(*lease) != held) {
            let places = &mut self.agents[agent].places;
            places[at] = Some(number);
            if places.iter().flatten().count() > 1 {
                self.broken = Some(Law::Slot);
            }
        }
    }

    /// The next token of a job.
    pub(crate) fn issue(&mut self, job: usize) -> u8 {
        self.jobs[job].issued += 1;
        self.jobs[job].issued
    }

    /// The agent is dead, or said goodbye.
    pub(crate) fn bury(&mut self, agent: usize, wrong: Option<Wrong>) {
        self.agents[agent].present = false;
        self.cut(agent);
        for job in 0..2 {
            if let Some(place) = self.agents[agent].places[job].take()
                && self.lease(job) == Some((agent, place))
            {
                let _ = self.settle(job, &Event::Bury, wrong);
            }
        }
    }

    /// The agent connects. `lost`: Redis has it, but the agent never hears the answer.
    pub(crate) fn hello(&mut self, agent: usize, replica: usize, lost: bool, wrong: Option<Wrong>) {
        let same_program = !self.agents[agent].restarted && self.agents[agent].present;
        let known = wrong == Some(Wrong::TokenReuse);
        let listed = self.agents[agent].slot.work().filter(|work| known || work.life == self.life);
        for job in 0..2 {
            let Some(place) = self.agents[agent].places[job] else { continue };
            if listed.is_some_and(|work| (work.job, work.token) == (job, place)) {
                continue;
            }
            self.agents[agent].places[job] = None;
            if self.lease(job) == Some((agent, place)) {
                let unheard = matches!(self.jobs[job].job.state, State::Assigned { accepted: false, .. });
                let token = token(job, place);
                let event = if same_program && unheard { Event::TakeBack { token } } else { Event::Bury };
                let _ = self.settle(job, &event, wrong);
            }
        }
        let kept = listed.and_then(|work| {
            let said = token(work.job, work.token);
            if self.lease(work.job) == Some((agent, work.token)) {
                let _ = self.settle(work.job, &Event::Accept { token: said }, wrong);
                return Some(work.token);
            }
            let job = &self.jobs[work.job].job;
            if !matches!(job.state, State::Queued(_)) || job.ended != Some((said, Ended::Lost)) {
                return None;
            }
            let number = self.issue(work.job);
            let event = Event::Readopt { agent: agent_id(agent), lost: said, token: token(work.job, number) };
            self.settle(work.job, &event, wrong).ok().map(|()| number)
        });
        let it = &mut self.agents[agent];
        (it.present, it.closed, it.home, it.restarted) = (true, false, replica, false);
        if !lost {
            it.connected = Some(replica);
            match (&mut it.slot, kept) {
                (
                    crate::Slot::Handed(work) | crate::Slot::Working(work) | crate::Slot::Done(work, _),
                    Some(number),
                ) => {
                    work.token = number;
                }
                (slot, _) => *slot = crate::Slot::Idle,
            }
        }
    }

    /// Redis comes back empty; the owners submit again.
    pub(crate) fn reset(&mut self, wrong: Option<Wrong>) {
        self.life += 1;
        for record in &mut self.jobs {
            *record = Record::new(if wrong == Some(Wrong::TokenReuse) { 0 } else { record.issued });
        }
        for agent in 0..2 {
            self.cut(agent);
            let it = &mut self.agents[agent];
            (it.present, it.drained, it.places) = (false, false, [None; 2]);
        }
        for replica in &mut self.replicas {
            (replica.due, replica.read, replica.hand, replica.writing) =
                ([false; 2], [None, None], None, None);
        }
    }
}
