//! What can happen next.

use spool_shared::job::{Place, State};

use crate::{
    Wrong,
    world::{Message, NOW, ROOM, Slot, Word, Work, World, token},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Claim { replica: usize, job: usize },
    Hand { job: usize, agent: usize },
    Wake(usize),
    Overdue(usize),
    Judge(usize),
    Lapse { replica: usize, job: usize },
    Cancel(usize),
    Expire(usize),
    TakeBack(usize),
    Crash(usize),
    Restart(usize),
    Freeze(usize),
    Thaw(usize),
    Hello { agent: usize, replica: usize, lost: bool },
    Beat(usize),
    Bury(usize),
    Begin(usize),
    Finish(usize, bool),
    Say(usize, Word),
    Drain(usize),
    Resume(usize),
    ReplicaCrash(usize),
    ReplicaStart(usize),
    Write(usize),
    Reset,
    Deliver(Message),
    Lose(Message),
    Repeat(Message),
}

impl World {
    /// Every action that is possible.
    pub(crate) fn possible(&self, wrong: Option<Wrong>, actions: &mut Vec<Action>) {
        for job in 0..2 {
            self.of_job(job, wrong, actions);
        }
        for agent in 0..2 {
            self.of_agent(agent, actions);
        }
        for replica in 0..2 {
            self.of_replica(replica, wrong, actions);
        }
        for message in &self.net {
            if self.arrives(message) {
                actions.push(Action::Deliver(*message));
                if self.left.duplicates > 0 {
                    actions.push(Action::Repeat(*message));
                }
            }
            if self.left.losses > 0 {
                actions.push(Action::Lose(*message));
            }
        }
        if self.left.resets > 0 {
            actions.push(Action::Reset);
        }
    }

    fn arrives(&self, message: &Message) -> bool {
        match message {
            Message::Hand(to, _) | Message::Over(to, _) => {
                let agent = &self.agents[*to];
                agent.up && !agent.frozen && agent.connected.is_some()
            }
            Message::Say(..) => self.replicas.iter().any(|replica| replica.up),
        }
    }

    fn of_job(&self, job: usize, wrong: Option<Wrong>, actions: &mut Vec<Action>) {
        let record = &self.jobs[job];
        match record.job.state {
            State::Queued(Place::Delayed(_)) => actions.push(Action::Wake(job)),
            State::Queued(_) => {
                for agent in 0..2 {
                    let held = self.replicas.iter().any(|replica| replica.up && replica.hand == Some(job));
                    if self.net.len() < ROOM
                        && self.eligible(agent)
                        && (wrong != Some(Wrong::TwoStepClaim) || held)
                    {
                        actions.push(Action::Hand { job, agent });
                    }
                }
            }
            State::Assigned { lease, .. } | State::Running(lease) if lease.deadline > NOW => {
                if self.left.overdue > 0 || self.unheard(job) {
                    actions.push(Action::Overdue(job));
                }
                if self.left.take_backs > 0 && matches!(record.job.state, State::Assigned { .. }) {
                    actions.push(Action::TakeBack(job));
                }
            }
            _ => {}
        }
        if self.left.cancels > 0 && (!record.terminal() || wrong == Some(Wrong::BlindCancel)) {
            actions.push(Action::Cancel(job));
        }
        let served = self.agents.iter().any(|agent| agent.present && !agent.drained);
        if self.left.expiries > 0 && !served && matches!(record.job.state, State::Queued(_)) {
            actions.push(Action::Expire(job));
        }
    }

    /// Whether nobody renews the lease: time alone ends it, which is no fault.
    pub(crate) fn unheard(&self, job: usize) -> bool {
        let Some((agent, number)) = self.lease(job) else { return false };
        let it = &self.agents[agent];
        let knows = it.slot.work().is_some_and(|work| (work.job, work.token) == (job, number));
        let work = Work { job, token: number, life: self.life };
        let under_way = self.net.binary_search(&Message::Hand(agent, work)).is_ok();
        !(it.up && !it.frozen && it.connected.is_some() && knows || under_way)
    }

    fn eligible(&self, agent: usize) -> bool {
        let it = &self.agents[agent];
        let reached = self.replicas[it.home].up;
        it.present && !it.closed && !it.drained && reached && it.places.iter().all(Option::is_none)
    }

    fn of_agent(&self, agent: usize, actions: &mut Vec<Action>) {
        let it = &self.agents[agent];
        let silent = !it.up || it.frozen || it.connected.is_none();
        if it.present && silent {
            actions.push(Action::Bury(agent));
        }
        if it.drained {
            actions.push(Action::Resume(agent));
        } else if self.left.drains > 0 && it.present {
            actions.push(Action::Drain(agent));
        }
        if !it.up {
            actions.push(Action::Restart(agent));
            return;
        }
        if self.left.crashes > 0 {
            actions.push(Action::Crash(agent));
        }
        if it.frozen {
            actions.push(Action::Thaw(agent));
            return;
        }
        if self.left.freezes > 0 {
            actions.push(Action::Freeze(agent));
        }
        match it.connected {
            None => {
                for (replica, _) in self.replicas.iter().enumerate().filter(|(_, replica)| replica.up) {
                    actions.push(Action::Hello { agent, replica, lost: false });
                    if self.left.losses > 0 {
                        actions.push(Action::Hello { agent, replica, lost: true });
                    }
                }
            }
            Some(_) if self.beat_matters(agent) => actions.push(Action::Beat(agent)),
            Some(_) => {}
        }
        let Some(work) = it.slot.work() else { return };
        let mut say = |word| {
            // What Redis has heard already is not said again; what is over, only as an end.
            let state = self.jobs[work.job].job.state;
            let own = self.lease(work.job) == Some((agent, work.token)) && work.life == self.life;
            let news = match word {
                Word::Accept => own && matches!(state, State::Assigned { accepted: false, .. }),
                Word::Start => own && matches!(state, State::Assigned { .. }),
                _ => true,
            };
            if news && self.can_send(&Message::Say(agent, work, word)) {
                actions.push(Action::Say(agent, word));
            }
        };
        match it.slot {
            Slot::Idle => {}
            Slot::Handed(_) => {
                say(Word::Accept);
                if self.left.declines > 0 {
                    say(Word::Decline);
                }
                if it.drained {
                    say(Word::Release);
                }
                actions.push(Action::Begin(agent));
            }
            Slot::Working(_) => {
                say(Word::Start);
                if it.drained {
                    say(Word::Release);
                }
                actions.push(Action::Finish(agent, true));
                if self.left.failures > 0 {
                    actions.push(Action::Finish(agent, false));
                }
            }
            Slot::Done(_, good) => {
                say(Word::Start);
                say(if good { Word::Succeed } else { Word::Fail });
            }
        }
    }

    /// Whether a heartbeat would change anything.
    fn beat_matters(&self, agent: usize) -> bool {
        let it = &self.agents[agent];
        let work = it.slot.work();
        let over = work
            .is_some_and(|work| work.life != self.life || self.lease(work.job) != Some((agent, work.token)));
        let overdue = work.is_some_and(|work| {
            let lease = self.jobs[work.job].job.state.lease();
            let own = lease.filter(|lease| lease.token == token(work.job, work.token));
            let unaccepted = matches!(self.jobs[work.job].job.state, State::Assigned { accepted: false, .. });
            own.is_some_and(|lease| lease.deadline <= NOW) && !unaccepted
        });
        let stale = (0..2).any(|job| self.stale_place(agent, job));
        !it.present || over || overdue || stale
    }

    /// A place whose lease ended and which the agent does not work for.
    pub(crate) fn stale_place(&self, agent: usize, job: usize) -> bool {
        let it = &self.agents[agent];
        it.places[job].is_some_and(|number| {
            let listed = it.slot.work().is_some_and(|work| (work.job, work.token) == (job, number));
            !listed && self.lease(job) != Some((agent, number))
        })
    }

    fn of_replica(&self, at: usize, wrong: Option<Wrong>, actions: &mut Vec<Action>) {
        let replica = &self.replicas[at];
        if !replica.up {
            actions.push(Action::ReplicaStart(at));
            return;
        }
        if self.left.replica_crashes > 0 {
            actions.push(Action::ReplicaCrash(at));
        }
        if replica.writing.is_some() {
            actions.push(Action::Write(at));
        }
        for job in 0..2 {
            let late = self.jobs[job].job.state.lease().is_some_and(|lease| lease.deadline <= NOW);
            if late && replica.due == [false; 2] {
                actions.push(Action::Judge(at));
                break;
            }
        }
        for job in 0..2 {
            if replica.due[job] {
                actions.push(Action::Lapse { replica: at, job });
            }
            let lane = matches!(self.jobs[job].job.state, State::Queued(Place::Lane | Place::Again));
            if wrong == Some(Wrong::TwoStepClaim)
                && lane
                && self.jobs[job].queued > 0
                && replica.hand.is_none()
            {
                actions.push(Action::Claim { replica: at, job });
            }
        }
    }
}
