//! Welcome, beat, refusals, heartbeats.

use std::time::{Duration, Instant};

use spool_shared::{
    ids::{JobId, SessionId, Token},
    job::FailureCode,
    protocol::{FromAgent, HeldLease, RefusedCode, ReleaseReason, VERSION},
};
use tracing::{debug, info, warn};

use super::Turn;
use crate::{
    command::Command,
    event::Wake,
    state::{Ending, Failure, Health, LastWord, Link, Mode, Outcome, Stage, WorkId},
};

/// How long an answer to an ending may take.
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);
/// The first delay before something is said again that the API could not take; doubled each time, up to the cap.
const SAY_AGAIN: Duration = Duration::from_millis(500);
const SAY_AGAIN_CAP: Duration = Duration::from_secs(10);

impl Turn<'_> {
    pub(super) fn on_link_opened(&mut self) {
        // The API remembers whom it drains and says so again, unless that was ended while nothing could be heard.
        if self.state.mode == Mode::Drained {
            self.state.mode = Mode::Serving;
        }
        // Without draining or pause, which only `slots` says, right after the welcome.
        let health = Health { warm: Vec::new(), draining: false, pause: None, ..self.state.health() };
        // What hello does not list is over for the API; what it does list is said again after the welcome.
        self.state.endings.retain(Ending::may_be_valid);
        self.state.link = Link::Greeting;
        self.out.push(Command::Say(FromAgent::Hello {
            protocol: VERSION,
            agent: self.state.card.clone(),
            offers: self.state.offers.clone(),
            slots: health.healthy,
            session: self.state.session,
            leases: self.state.leases(),
        }));
        self.state.told = Some(health);
    }

    pub(super) fn on_link_lost(&mut self) {
        self.state.link = Link::Down;
        self.state.told = None;
    }

    pub(super) fn on_heartbeat_due(&mut self) {
        let (leases, slots) = (self.state.leases(), self.state.reports());
        self.say(FromAgent::Heartbeat { leases, slots });
        self.say_unanswered();
    }

    /// The API may have been unable to record an ending, and says nothing then.
    fn say_unanswered(&mut self) {
        let now = self.moment.now;
        let overdue = |said: Instant| now.saturating_duration_since(said) >= ANSWERED_WITHIN;
        let mut again = Vec::new();
        for work in self.state.works.values_mut() {
            if let Stage::Finished { said, .. } = &mut work.stage
                && overdue(*said)
            {
                *said = now;
                again.extend(work.statements());
            }
        }
        for message in again {
            self.say(message);
        }
        self.say_endings_again(overdue);
    }

    /// Says once more which leases ended, where the last time that it was said is `due`.
    fn say_endings_again(&mut self, due: impl Fn(Instant) -> bool) {
        let mut again = Vec::new();
        for ending in self.state.endings.iter_mut().filter(|ending| due(ending.said)) {
            ending.said = self.moment.now;
            again.push(ending.statement());
        }
        for message in again {
            self.say(message);
        }
    }

    pub(super) fn on_welcome(&mut self, session: SessionId, keep: &[HeldLease], drop: &[HeldLease]) {
        info!(session.id = %session, kept = keep.len(), dropped = drop.len(), "Connected to the API");
        self.state.link = Link::Up;
        self.state.session = Some(session);
        for lease in keep {
            self.adopt(lease.job, lease.token);
        }
        self.drop_all(drop);
        let works: Vec<WorkId> = self.state.works.keys().copied().collect();
        for work in works {
            self.restate(work);
            self.resume(work);
        }
        self.say_endings_again(|_| true);
    }

    /// Goes on with what an outage may have broken.
    fn resume(&mut self, id: WorkId) {
        match self.state.works.get(&id).map(|work| &work.stage) {
            Some(Stage::Fetching) => self.fetch(id),
            Some(Stage::Storing { paused: true, .. }) => self.store(id),
            _ => {}
        }
    }

    /// Goes on with a job under the token that is valid from now on.
    fn adopt(&mut self, job: JobId, token: Token) {
        if self.state.find(job, token).is_some() {
            return;
        }
        // One that is being stopped is meant only if there is no other.
        let of_job = self.state.works.values_mut().filter(|work| work.job == job);
        let Some(work) = of_job.max_by_key(|work| !matches!(work.stage, Stage::Stopping { .. })) else {
            return;
        };
        let id = work.id;
        info!(job.id = %job, "The job goes on under a new lease");
        work.token = token;
        match &work.stage {
            Stage::Storing { made, .. }
            | Stage::Finished { outcome: Outcome::Succeeded { made, .. }, .. } => {
                // Files are stored under the lease's token.
                work.stage = Stage::Storing { made: made.clone(), paused: false };
                self.store(id);
            }
            Stage::Fetching
            | Stage::Waiting
            | Stage::Running { .. }
            | Stage::Stopping { .. }
            | Stage::Finished { outcome: Outcome::Failed(_), .. } => {}
        }
    }

    pub(super) fn drop_all(&mut self, leases: &[HeldLease]) {
        for lease in leases {
            // Any other ending waits for its own answer: the API keeps the place until it has heard it.
            self.state.endings.retain(|ending| ending.lease != *lease || !ending.may_be_valid());
            if let Some(work) = self.state.find(lease.job, lease.token) {
                info!(job.id = %lease.job, "The API does not want this work any more");
                self.end(work, ReleaseReason::Dropped);
            }
        }
    }

    /// Answered also for a lease that is not held: the API keeps the place until it is.
    pub(super) fn on_cancel(&mut self, job: JobId, token: Token) {
        match self.state.find(job, token) {
            Some(work) => self.end(work, ReleaseReason::Canceled),
            None => self.say_ended(HeldLease { job, token }, LastWord::Released(ReleaseReason::Canceled)),
        }
    }

    pub(super) fn on_take_back(&mut self, job: JobId, token: Token) {
        let Some(id) = self.state.find(job, token) else {
            return self.say_ended(HeldLease { job, token }, LastWord::Released(ReleaseReason::Dropped));
        };
        let started = self
            .state
            .works
            .get(&id)
            .is_some_and(|work| matches!(work.stage, Stage::Running { started: true, .. }));
        // If `started` came too late, its refusal follows.
        if !started {
            self.end(id, ReleaseReason::Dropped);
        }
    }

    pub(super) fn on_done(&mut self, job: JobId, token: Token) {
        self.state.endings.retain(|ending| ending.lease != HeldLease { job, token });
        if let Some(id) = self.state.find(job, token) {
            debug!(job.id = %job, "The outcome is recorded");
            self.forget(id);
        }
    }

    pub(super) fn on_refused(&mut self, job: JobId, token: Token, code: RefusedCode) {
        self.state.endings.retain(|ending| ending.lease != HeldLease { job, token });
        let Some(id) = self.state.find(job, token) else { return };
        let Some(work) = self.state.works.get_mut(&id) else { return };
        let finished = matches!(work.stage, Stage::Finished { .. });
        let told_result = matches!(work.stage, Stage::Finished { outcome: Outcome::Succeeded { .. }, .. });
        info!(job.id = %job, %code, "The API refused what was said of a job");
        match code {
            // `started` may not have been recorded: what was said so far is said once more.
            RefusedCode::WrongState if finished && !work.explained => {
                work.explained = true;
                self.restate(id);
            }
            RefusedCode::Stale | RefusedCode::Missing | RefusedCode::WrongState | RefusedCode::Session => {
                self.end(id, ReleaseReason::Dropped);
            }
            RefusedCode::Canceled => self.end(id, ReleaseReason::Canceled),
            RefusedCode::Unavailable | RefusedCode::StorageFull => self.restate_later(id),
            RefusedCode::FilesMissing if told_result => self.store_again(id),
            RefusedCode::TooLarge if told_result => self.fail(id, Failure::too_large()),
            RefusedCode::Corrupt if told_result => {
                self.fail(id, Failure::server_storage("The stored result is not what it should be."));
            }
            RefusedCode::FilesMissing | RefusedCode::TooLarge | RefusedCode::Corrupt => {
                warn!(job.id = %job, %code, "The refusal fits nothing that was said");
            }
        }
    }

    fn restate_later(&mut self, id: WorkId) {
        let Some(work) = self.state.works.get_mut(&id) else { return };
        let window = SAY_AGAIN.saturating_mul(1 << work.unavailable.min(8)).min(SAY_AGAIN_CAP);
        work.unavailable += 1;
        let after = window.mul_f64(0.5 + self.moment.chance / 2.0);
        self.out.push(Command::Wake { after, wake: Wake::Restate(id) });
    }
}

impl Failure {
    pub(crate) fn too_large() -> Self {
        Self {
            code: FailureCode::ResultTooLarge,
            message: "The result is over the size limit.".into(),
            hint: Some("Ask for a smaller size or fewer frames.".into()),
            retryable: false,
        }
    }

    /// The server did not take a result that was sent to it, which says nothing of this node.
    pub(crate) fn server_storage(message: &str) -> Self {
        Self { code: FailureCode::ServerStorage, message: message.into(), hint: None, retryable: true }
    }
}
