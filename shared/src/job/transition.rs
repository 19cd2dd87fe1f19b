//! The transition table, as one pure function. The scripts of the store enforce the same table atomically;
//! a test walks every pair of state and event through both and compares what they leave behind.
//!
//! T1 creates the job ([`Job::submitted`]); the other transitions are [`Event`]s.

use super::{Avoid, Counters, Ended, FailureCode, FailureKind, Job, Lease, Place, Progress, State, Status};
use crate::{
    backoff::bounce_delay_ms,
    ids::{AgentId, Token},
};

/// Something that happens to a job.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event {
    /// T2: the scheduler hands the job to an agent, under a new token.
    Assign { agent: AgentId, token: Token },
    /// T3: the agent has received the hand-out.
    Accept { token: Token },
    /// T4: the worker began.
    Start { token: Token },
    /// T5: a heartbeat lists the lease.
    Renew { token: Token },
    /// T5: the worker got further.
    Progress { token: Token, report: Progress },
    /// T6: the agent cannot run it.
    Decline { token: Token },
    /// T6: the scheduler takes a staged job back for an idle agent; or the same program says hello again and does not
    /// list the hand-out, which therefore never arrived.
    TakeBack { token: Token },
    /// T6 or T8: somebody noticed that the lease's deadline may have passed. `undelivered`: who had to tell the agent
    /// of it died.
    Lapse { undelivered: bool },
    /// T6 or T8: the agent that holds the lease is dead.
    Bury,
    /// T7: the result is stored.
    Succeed { token: Token },
    /// T8 or T9: the attempt failed. `more_memory`: a connected agent offers more memory than this one has.
    Fail { token: Token, code: FailureCode, kind: FailureKind, more_memory: bool },
    /// T8: the agent is stopping and gives the job back.
    Release { token: Token },
    /// T10: the owner does not want it any more.
    Cancel,
    /// T11: an agent that was believed lost still runs the job under `lost`; it goes on under `token`.
    Readopt { agent: AgentId, lost: Token, token: Token },
    /// T12: no connected agent could run the job since then, if at all.
    Expire { unserved_since: Option<u64> },
    /// T13: the record goes. `asked`: by its owner, not by retention.
    Forget { asked: bool },
}

/// How often a job may come back, by what went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budgets {
    /// Retries after a failed attempt.
    pub retries: u32,
    /// Requeues after a lost node.
    pub losses: u32,
    /// Hand-outs without an execution; the last one fails the job.
    pub bounces: u32,
}

impl Default for Budgets {
    fn default() -> Self {
        Self { retries: 1, losses: 3, bounces: 10 }
    }
}

/// Spans of time, milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delays {
    /// From hand-out to `accepted`.
    pub assign: u64,
    /// From one renewal to the lease's end.
    pub lease: u64,
    /// Before a reported failure is tried again; the caller adds its jitter.
    pub retry: u64,
    /// How long an agent is avoided.
    pub avoid: u64,
    /// How long a job waits that no connected agent could run.
    pub queue_ttl: u64,
    /// How long a finished job is kept.
    pub retention: u64,
}

/// What an event led to.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled {
    /// The job changed; its version grew.
    Changed(Job),
    /// Only the lease's deadline moved.
    Renewed(Job),
    /// It had happened before: the answer was lost on the way.
    Already,
    /// The record is gone.
    Gone,
}

/// Why an event was not applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the lease token is not the valid one")]
    Stale,
    #[error("the owner canceled the job")]
    Canceled,
    #[error("a job that is {0} has no such transition")]
    WrongState(Status),
    #[error("it is not time yet")]
    Early,
}

/// Applies `event` to `job` at `now`.
pub fn after(
    job: &Job,
    event: &Event,
    now: u64,
    budgets: &Budgets,
    delays: &Delays,
) -> Result<Settled, Refusal> {
    Step { job, now, budgets, delays }.apply(event)
}

struct Step<'a> {
    job: &'a Job,
    now: u64,
    budgets: &'a Budgets,
    delays: &'a Delays,
}

impl Step<'_> {
    fn apply(&self, event: &Event) -> Result<Settled, Refusal> {
        match *event {
            Event::Assign { agent, token } => self.assign(agent, token),
            Event::Accept { token } => self.accept(token),
            Event::Start { token } => self.start(token),
            Event::Renew { token } => self.renew(token),
            Event::Progress { token, report } => self.progress(token, report),
            Event::Decline { token } | Event::TakeBack { token } if self.job.back == Some(token) => {
                Ok(Settled::Already)
            }
            Event::Decline { token } => match self.holding(token)? {
                State::Assigned { lease, .. } => Ok(self.bounce(&lease, |job| job.back = Some(token))),
                _ => Err(self.wrong_state()),
            },
            Event::TakeBack { token } => match self.holding(token)? {
                State::Assigned { .. } => Ok(self.uncounted(token)),
                _ => Err(self.wrong_state()),
            },
            Event::Lapse { undelivered } => match self.job.state {
                State::Assigned { lease, .. } | State::Running(lease) if lease.deadline > self.now => {
                    Err(Refusal::Early)
                }
                State::Assigned { lease, accepted: false } if undelivered => Ok(self.uncounted(lease.token)),
                _ => self.lose(),
            },
            Event::Bury => self.lose(),
            Event::Succeed { token } => self.succeed(token),
            Event::Fail { token, code, kind, more_memory } => self.fail(token, code, kind, more_memory),
            Event::Release { token } => self.release(token),
            Event::Cancel => self.cancel(),
            Event::Readopt { agent, lost, token } => self.readopt(agent, lost, token),
            Event::Expire { unserved_since } => self.expire(unserved_since),
            Event::Forget { asked } => self.forget(asked),
        }
    }

    fn assign(&self, agent: AgentId, token: Token) -> Result<Settled, Refusal> {
        let State::Queued(Place::Lane | Place::Again) = self.job.state else {
            return Err(self.wrong_state());
        };
        let lease = Lease { agent, token, deadline: self.now + self.delays.assign };
        Ok(self.changed(|job| {
            job.state = State::Assigned { lease, accepted: false };
            job.progress = None;
        }))
    }

    fn accept(&self, token: Token) -> Result<Settled, Refusal> {
        match self.holding(token)? {
            State::Assigned { lease, accepted: false } => Ok(self.changed(|job| {
                job.state = State::Assigned { lease: self.renewed(&lease), accepted: true };
            })),
            _ => Ok(Settled::Already),
        }
    }

    fn start(&self, token: Token) -> Result<Settled, Refusal> {
        match self.holding(token)? {
            State::Assigned { lease, .. } => Ok(self.changed(|job| {
                job.state = State::Running(self.renewed(&lease));
                job.counters.attempts += 1;
                job.started_at = job.started_at.or(Some(self.now));
            })),
            _ => Ok(Settled::Already),
        }
    }

    fn renew(&self, token: Token) -> Result<Settled, Refusal> {
        let mut job = self.job.clone();
        job.state = match self.holding(token)? {
            // Until `accepted` arrives the hand-out's own deadline stands.
            State::Assigned { accepted: false, .. } => return Err(self.wrong_state()),
            State::Assigned { lease, accepted } => State::Assigned { lease: self.renewed(&lease), accepted },
            State::Running(lease) => State::Running(self.renewed(&lease)),
            other => other,
        };
        Ok(Settled::Renewed(job))
    }

    fn progress(&self, token: Token, report: Progress) -> Result<Settled, Refusal> {
        let Settled::Renewed(renewed) = self.renew(token)? else { return Ok(Settled::Already) };
        let before = self.job.progress;
        if before.is_some_and(|before| report.seq <= before.seq) {
            return Ok(Settled::Already);
        }
        let fraction = before.map_or(report.fraction, |before| report.fraction.max(before.fraction));
        Ok(self.changed(|job| {
            job.state = renewed.state;
            job.progress = Some(Progress { fraction, ..report });
        }))
    }

    fn succeed(&self, token: Token) -> Result<Settled, Refusal> {
        if self.job.state == State::Succeeded(token) {
            return Ok(Settled::Already);
        }
        match self.holding(token)? {
            State::Running(_) => Ok(self.finished(State::Succeeded(token), |_| ())),
            _ => Err(self.wrong_state()),
        }
    }

    fn fail(
        &self,
        token: Token,
        code: FailureCode,
        kind: FailureKind,
        more_memory: bool,
    ) -> Result<Settled, Refusal> {
        if self.job.ended == Some((token, Ended::Failed)) {
            return Ok(Settled::Already);
        }
        let State::Running(lease) = self.holding(token)? else { return Err(self.wrong_state()) };
        let failures = self.job.counters.failures + 1;
        let kind = match kind {
            FailureKind::Memory if more_memory => FailureKind::Reported,
            FailureKind::Memory => FailureKind::Permanent,
            other => other,
        };
        let place = match kind {
            FailureKind::Crashed => Place::Again,
            _ => Place::Delayed(self.now + self.delays.retry),
        };
        let spend = |job: &mut Job| {
            job.counters.failures = failures;
            job.ended = Some((token, Ended::Failed));
        };
        if kind == FailureKind::Permanent || failures > self.budgets.retries {
            return Ok(self.finished(State::Failed(code), spend));
        }
        Ok(self.requeued(place, &lease, spend))
    }

    fn release(&self, token: Token) -> Result<Settled, Refusal> {
        if self.job.ended == Some((token, Ended::Drained)) {
            return Ok(Settled::Already);
        }
        let state = self.holding(token)?;
        let Some(lease) = state.lease() else { return Err(self.wrong_state()) };
        Ok(self.requeued(Place::Again, lease, |job| {
            job.counters.drains += 1;
            job.ended = Some((token, Ended::Drained));
        }))
    }

    fn cancel(&self) -> Result<Settled, Refusal> {
        match &self.job.state {
            State::Canceled => Ok(Settled::Already),
            State::Succeeded(_) | State::Failed(_) => Err(self.wrong_state()),
            open => Ok(self.finished(State::Canceled, |job| {
                if let Some(lease) = open.lease() {
                    job.ended = Some((lease.token, Ended::Canceled));
                }
            })),
        }
    }

    fn readopt(&self, agent: AgentId, lost: Token, token: Token) -> Result<Settled, Refusal> {
        match self.job.state {
            State::Queued(_) if self.job.ended == Some((lost, Ended::Lost)) => {
                let lease = Lease { agent, token, deadline: self.now + self.delays.lease };
                Ok(self.changed(|job| {
                    job.state = State::Running(lease);
                    job.ended = None;
                    job.avoid = None;
                }))
            }
            _ => Err(Refusal::Stale),
        }
    }

    fn expire(&self, unserved_since: Option<u64>) -> Result<Settled, Refusal> {
        let State::Queued(_) = self.job.state else { return Err(self.wrong_state()) };
        let since = unserved_since.ok_or(Refusal::Early)?.max(self.job.created_at);
        if since + self.delays.queue_ttl > self.now {
            return Err(Refusal::Early);
        }
        Ok(self.finished(State::Failed(FailureCode::Expired), |_| ()))
    }

    fn forget(&self, asked: bool) -> Result<Settled, Refusal> {
        let Some(finished_at) = self.job.finished_at else { return Err(self.wrong_state()) };
        if !asked && finished_at + self.delays.retention > self.now {
            return Err(Refusal::Early);
        }
        Ok(Settled::Gone)
    }

    /// The node is gone, or nothing was heard for a lease's length.
    fn lose(&self) -> Result<Settled, Refusal> {
        let (lease, ended) = match self.job.state {
            State::Assigned { lease, accepted: false } => return Ok(self.bounce(&lease, |_| ())),
            State::Assigned { lease, accepted: true } => (lease, Ended::Unstarted),
            State::Running(lease) => (lease, Ended::Lost),
            _ => return Err(self.wrong_state()),
        };
        let losses = self.job.counters.losses + 1;
        let spend = |job: &mut Job| {
            job.counters.losses = losses;
            job.ended = Some((lease.token, ended));
        };
        if losses > self.budgets.losses {
            return Ok(self.finished(State::Failed(FailureCode::PoisonJob), spend));
        }
        Ok(self.requeued(Place::Again, &lease, spend))
    }

    /// A hand-out that never became an execution.
    fn bounce(&self, lease: &Lease, note: impl FnOnce(&mut Job)) -> Settled {
        let Counters { bounces, .. } = self.job.counters;
        let spend = |job: &mut Job| {
            job.counters.bounces = bounces + 1;
            note(job);
        };
        if bounces + 1 >= self.budgets.bounces {
            return self.finished(State::Failed(FailureCode::NoAgent), spend);
        }
        self.requeued(Place::Delayed(self.now + bounce_delay_ms(bounces)), lease, spend)
    }

    /// Back at once, as if it had never been handed out.
    fn uncounted(&self, token: Token) -> Settled {
        self.changed(|job| {
            job.state = State::Queued(Place::Again);
            job.back = Some(token);
            job.progress = None;
        })
    }

    fn requeued(&self, place: Place, lease: &Lease, spend: impl FnOnce(&mut Job)) -> Settled {
        self.changed(|job| {
            job.state = State::Queued(place);
            job.avoid = Some(Avoid { agent: lease.agent, until: self.now + self.delays.avoid });
            job.progress = None;
            spend(job);
        })
    }

    fn finished(&self, state: State, spend: impl FnOnce(&mut Job)) -> Settled {
        self.changed(|job| {
            job.state = state;
            job.finished_at = Some(self.now);
            spend(job);
        })
    }

    fn changed(&self, change: impl FnOnce(&mut Job)) -> Settled {
        let mut job = self.job.clone();
        change(&mut job);
        job.version += 1;
        Settled::Changed(job)
    }

    fn renewed(&self, lease: &Lease) -> Lease {
        Lease { deadline: self.now + self.delays.lease, ..*lease }
    }

    /// The open state that `token` is the lease of, or why it is not.
    fn holding(&self, token: Token) -> Result<State, Refusal> {
        match self.job.state.lease() {
            Some(lease) if lease.token == token => Ok(self.job.state),
            _ if self.job.ended == Some((token, Ended::Canceled)) => Err(Refusal::Canceled),
            _ => Err(Refusal::Stale),
        }
    }

    const fn wrong_state(&self) -> Refusal {
        Refusal::WrongState(self.job.state.status())
    }
}
