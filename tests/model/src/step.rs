//! What an action does.

use spool_shared::job::{Event, FailureCode, FailureKind, Place, Refusal, Settled, State, after};

use crate::{
    Wrong,
    action::Action,
    world::{DELAYS, Law, Message, NOW, Slot, Word, Work, World, agent_id, token},
};

impl World {
    /// The state after the action, and whether it was a fault, which is counted.
    pub(crate) fn step(&mut self, action: Action, wrong: Option<Wrong>) -> bool {
        let before = self.left;
        match action {
            Action::Claim { replica, job } => {
                self.jobs[job].queued -= 1;
                self.replicas[replica].hand = Some(job);
            }
            Action::Hand { job, agent } => self.hand(job, agent, wrong),
            Action::Wake(job) => self.jobs[job].job.state = State::Queued(Place::Again),
            Action::Overdue(job) => {
                self.left.overdue -= u8::from(!self.unheard(job));
                self.jobs[job].overdue();
            }
            Action::Judge(replica) => self.judge(replica, wrong),
            Action::Lapse { replica, job } => self.lapse(replica, job, wrong),
            Action::Cancel(job) => self.cancel(job, wrong),
            Action::Expire(job) => {
                self.left.expiries -= 1;
                let _ = self.settle(job, &Event::Expire { unserved_since: Some(0) }, wrong);
            }
            Action::TakeBack(job) => {
                self.left.take_backs -= 1;
                if let Some((agent, number)) = self.lease(job) {
                    let _ = self.settle(job, &Event::TakeBack { token: token(job, number) }, wrong);
                    self.over(agent, Work { job, token: number, life: self.life });
                }
            }
            Action::ReplicaCrash(replica) => self.replica_crash(replica),
            Action::ReplicaStart(replica) => self.replicas[replica].up = true,
            Action::Write(replica) => {
                if let Some((job, number)) = self.replicas[replica].writing.take() {
                    self.jobs[job].leased += 1;
                    let _ = self.settle(job, &Event::Succeed { token: token(job, number) }, wrong);
                }
            }
            Action::Reset => {
                self.left.resets -= 1;
                self.reset(wrong);
            }
            Action::Deliver(message) => {
                self.net.retain(|other| *other != message);
                self.receive(message, wrong);
            }
            Action::Repeat(message) => {
                self.left.duplicates -= 1;
                self.receive(message, wrong);
            }
            Action::Lose(message) => {
                self.left.losses -= 1;
                self.net.retain(|other| *other != message);
            }
            other => self.step_of_agent(other, wrong),
        }
        self.left != before
    }

    fn step_of_agent(&mut self, action: Action, wrong: Option<Wrong>) {
        match action {
            Action::Crash(agent) => {
                self.left.crashes -= 1;
                self.cut(agent);
                let it = &mut self.agents[agent];
                (it.up, it.frozen, it.slot) = (false, false, Slot::Idle);
            }
            Action::Restart(agent) => {
                let it = &mut self.agents[agent];
                (it.up, it.restarted) = (true, true);
            }
            Action::Freeze(agent) => {
                self.left.freezes -= 1;
                self.agents[agent].frozen = true;
            }
            Action::Thaw(agent) => self.agents[agent].frozen = false,
            Action::Hello { agent, replica, lost } => {
                self.left.losses -= u8::from(lost);
                self.hello(agent, replica, lost, wrong);
            }
            Action::Beat(agent) => self.beat(agent, wrong),
            Action::Bury(agent) => self.bury(agent, wrong),
            Action::Begin(agent) => {
                if let Slot::Handed(work) = self.agents[agent].slot {
                    self.agents[agent].slot = Slot::Working(work);
                }
            }
            Action::Finish(agent, good) => {
                self.left.failures -= u8::from(!good);
                if let Slot::Working(work) = self.agents[agent].slot {
                    self.agents[agent].slot = Slot::Done(work, good);
                }
            }
            Action::Say(agent, speech) => {
                let Some(work) = self.agents[agent].slot.work() else { return };
                self.left.declines -= u8::from(speech == Word::Decline);
                if matches!(speech, Word::Decline | Word::Release) {
                    self.agents[agent].slot = Slot::Idle;
                }
                self.send(Message::Say(agent, work, speech));
            }
            Action::Drain(agent) => {
                self.left.drains -= 1;
                self.agents[agent].drained = true;
            }
            Action::Resume(agent) => self.agents[agent].drained = false,
            _ => {}
        }
    }

    fn hand(&mut self, job: usize, agent: usize, wrong: Option<Wrong>) {
        if wrong == Some(Wrong::TwoStepClaim) {
            // It was taken out of its queue before.
            let holder = self.replicas.iter_mut().find(|replica| replica.up && replica.hand == Some(job));
            if let Some(replica) = holder {
                replica.hand = None;
                self.jobs[job].queued += 1;
            }
        }
        let number = self.issue(job);
        let event = Event::Assign { agent: agent_id(agent), token: token(job, number) };
        let _ = self.settle(job, &event, wrong);
        if self.agents[agent].connected.is_some() {
            self.send(Message::Hand(agent, Work { job, token: number, life: self.life }));
        }
    }

    fn judge(&mut self, replica: usize, wrong: Option<Wrong>) {
        for job in 0..2 {
            let record = &self.jobs[job].job;
            if record.state.lease().is_some_and(|lease| lease.deadline <= NOW) {
                self.replicas[replica].due[job] = true;
                if wrong == Some(Wrong::TwoStepReap) {
                    self.replicas[replica].read[job] = Some(Box::new(record.clone()));
                }
            }
        }
    }

    fn lapse(&mut self, replica: usize, job: usize, wrong: Option<Wrong>) {
        self.replicas[replica].due[job] = false;
        let undelivered =
            self.lease(job).is_some_and(|(agent, _)| !self.replicas[self.agents[agent].home].up);
        let event = Event::Lapse { undelivered };
        match self.replicas[replica].read[job].take() {
            // What it read some time ago is written, whatever stands there now.
            Some(read) => {
                if let Ok(Settled::Changed(job_then)) = after(&read, &event, NOW, &self.budgets(), &DELAYS) {
                    self.write(job, job_then);
                }
            }
            None => {
                let _ = self.settle(job, &event, wrong);
            }
        }
    }

    fn cancel(&mut self, job: usize, wrong: Option<Wrong>) {
        self.left.cancels -= 1;
        let lease = self.lease(job);
        if wrong == Some(Wrong::BlindCancel) {
            let mut canceled = self.jobs[job].job.clone();
            (canceled.state, canceled.version) = (State::Canceled, canceled.version + 1);
            self.write(job, canceled);
        } else {
            let _ = self.settle(job, &Event::Cancel, wrong);
        }
        if let Some((agent, number)) = lease {
            self.over(agent, Work { job, token: number, life: self.life });
        }
    }

    fn over(&mut self, agent: usize, work: Work) {
        if self.agents[agent].connected.is_some() {
            self.send(Message::Over(agent, work));
        }
    }

    fn replica_crash(&mut self, at: usize) {
        self.left.replica_crashes -= 1;
        let replica = &mut self.replicas[at];
        (replica.up, replica.due, replica.read) = (false, [false; 2], [None, None]);
        (replica.hand, replica.writing) = (None, None);
        for agent in 0..2 {
            if self.agents[agent].connected == Some(at) {
                self.cut(agent);
            }
            if self.agents[agent].present && self.agents[agent].home == at {
                self.agents[agent].closed = true;
            }
        }
    }

    fn beat(&mut self, agent: usize, wrong: Option<Wrong>) {
        if !self.agents[agent].present {
            return self.cut(agent);
        }
        if let Some(work) = self.agents[agent].slot.work() {
            if work.life == self.life && self.lease(work.job) == Some((agent, work.token)) {
                let _ = self.settle(work.job, &Event::Renew { token: token(work.job, work.token) }, wrong);
            } else {
                self.agents[agent].slot = Slot::Idle;
            }
        }
        for job in 0..2 {
            if self.stale_place(agent, job) {
                self.agents[agent].places[job] = None;
            }
        }
    }

    fn receive(&mut self, message: Message, wrong: Option<Wrong>) {
        match message {
            Message::Hand(agent, work) => match self.agents[agent].slot {
                Slot::Idle => {
                    self.agents[agent].slot = Slot::Handed(work);
                    self.send(Message::Say(agent, work, Word::Accept));
                }
                slot if slot.work() == Some(work) => {}
                // It has not let go of what Redis believes to be over.
                _ => self.send(Message::Say(agent, work, Word::Decline)),
            },
            Message::Over(agent, work) => {
                if self.agents[agent].slot.work() == Some(work) {
                    self.agents[agent].slot = Slot::Idle;
                }
            }
            Message::Say(agent, work, speech) => self.hear(agent, work, speech, wrong),
        }
    }

    fn hear(&mut self, agent: usize, work: Work, speech: Word, wrong: Option<Wrong>) {
        let Work { job, token: number, life } = work;
        if life != self.life && wrong != Some(Wrong::TokenReuse) {
            return self.over(agent, work);
        }
        let version = self.jobs[job].job.clone();
        let mut said = token(job, number);
        if speech == Word::Succeed {
            match wrong {
                Some(Wrong::AckFirst) => return self.ack_first(agent, work),
                Some(Wrong::NoFence) => return self.unfenced(job, said),
                Some(Wrong::FenceByAgent | Wrong::FenceByStatus) => {
                    let lease = version.state.lease();
                    let passes = lease
                        .filter(|lease| wrong != Some(Wrong::FenceByAgent) || lease.agent == agent_id(agent));
                    if let Some(lease) = passes {
                        if lease.token != said && matches!(version.state, State::Running(_)) {
                            self.broken = Some(Law::Superseded);
                        }
                        said = lease.token;
                    }
                }
                _ => {}
            }
        }
        let event = event_of(speech, said);
        let settled = self.settle(job, &event, wrong);
        if settled.is_ok() && life != self.life && self.jobs[job].job != version {
            self.broken = Some(Law::Session);
        }
        match settled {
            Ok(()) if matches!(speech, Word::Succeed | Word::Fail) => self.over(agent, work),
            Err(Refusal::Stale | Refusal::Canceled) => self.over(agent, work),
            _ => {}
        }
    }

    /// Whatever arrives is written.
    fn unfenced(&mut self, job: usize, said: spool_shared::ids::Token) {
        let mut done = self.jobs[job].job.clone();
        (done.state, done.version) = (State::Succeeded(said), done.version + 1);
        self.write(job, done);
    }

    /// The agent is told at once, the lease ends, and the result is written later.
    fn ack_first(&mut self, agent: usize, work: Work) {
        let running = matches!(self.jobs[work.job].job.state, State::Running(_));
        let first = self.replicas.iter().position(|replica| replica.up && replica.writing.is_none());
        let mind = self.replicas.iter().any(|replica| replica.writing.is_some());
        if let (true, false, Some((_, number)), Some(at)) = (running, mind, self.lease(work.job), first)
            && number == work.token
        {
            self.jobs[work.job].leased -= 1;
            self.replicas[at].writing = Some((work.job, number));
        }
        self.over(agent, work);
    }
}

fn event_of(word: Word, token: spool_shared::ids::Token) -> Event {
    match word {
        Word::Accept => Event::Accept { token },
        Word::Start => Event::Start { token },
        Word::Succeed => Event::Succeed { token },
        Word::Fail => {
            let code = FailureCode::EngineError;
            Event::Fail { token, code, kind: FailureKind::Reported, more_memory: false }
        }
        Word::Release => Event::Release { token },
        Word::Decline => Event::Decline { token },
    }
}
