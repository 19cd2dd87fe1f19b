//! What an agent says, and what the store makes of it.

use std::{cell::Cell, rc::Rc};

use futures_util::future::LocalBoxFuture;
use spool_faults::{Bug, Point, pass, seeded};
use spool_shared::{
    ids::{AgentId, JobId, Nonce},
    job::Progress,
    protocol::{FromAgent, HeldLease, Output, RefusedCode, ReleaseReason, SlotReport, Timings, ToAgent},
};
use tracing::{debug, error, info, warn};

use super::{Gateway, card::MAX_SLOTS, outcome};
use crate::store::{Failure, Freed, Readiness, Reported, StoreError, Told};

/// How often an agent may speak of a lease that is another agent's.
const STRIKES: u32 = 5;
/// The longest reason of a pause that is kept, characters.
const MAX_PAUSE_CHARS: usize = 300;

/// A message about a job in the works.
pub(super) type Handling = LocalBoxFuture<'static, (JobId, Option<ToAgent>)>;

/// The answer to a message about the agent itself.
pub(super) enum Answer {
    Say(ToAgent),
    Nothing,
    Bye,
    Unknown,
}

/// The job that a message is about.
pub(super) fn subject(message: &FromAgent) -> Option<JobId> {
    match message {
        FromAgent::Accepted { job, .. }
        | FromAgent::Declined { job, .. }
        | FromAgent::Started { job, .. }
        | FromAgent::Progress { job, .. }
        | FromAgent::Succeeded { job, .. }
        | FromAgent::Failed { job, .. }
        | FromAgent::Released { job, .. } => Some(*job),
        FromAgent::Hello { .. }
        | FromAgent::Heartbeat { .. }
        | FromAgent::Slots { .. }
        | FromAgent::Bye {} => None,
    }
}

/// Handles the messages of one connection.
#[derive(Clone)]
pub(super) struct Handler {
    gateway: Gateway,
    agent: AgentId,
    nonce: Nonce,
    /// How often the agent spoke of a lease that is another agent's.
    foreign: Rc<Cell<u32>>,
}

impl Handler {
    pub(super) fn new(gateway: Gateway, agent: AgentId, nonce: Nonce) -> Self {
        Self { gateway, agent, nonce, foreign: Rc::default() }
    }

    /// Whether the agent spoke of other agents' leases too often for a mistake.
    pub(super) fn is_struck_out(&self) -> bool {
        self.foreign.get() >= STRIKES
    }

    /// The function that [`super::chains::Chains`] calls.
    pub(super) fn about_jobs(self) -> impl Fn(JobId, FromAgent) -> Handling {
        move |job, message| {
            let this = self.clone();
            Box::pin(async move {
                match this.about_job(message).await {
                    Ok(answer) => (job, answer),
                    Err(error) => {
                        warn!(job.id = %job, %error, "What the agent said of job {job} could not be recorded: {error}");
                        (job, None)
                    }
                }
            })
        }
    }

    async fn about_job(&self, message: FromAgent) -> Result<Option<ToAgent>, StoreError> {
        let store = &self.gateway.inner.store;
        match message {
            FromAgent::Accepted { job, token } => {
                let lease = HeldLease { job, token };
                Ok(self.refused(lease, store.accept(self.agent, &lease).await?))
            }
            FromAgent::Declined { job, token, reason } => {
                let lease = HeldLease { job, token };
                info!(job.id = %job, reason = %reason, "The agent declined job {job}: {reason}");
                let told = store.decline(self.agent, &lease).await?;
                self.freed_by(told);
                Ok(self.refused(lease, told).filter(|_| told == Told::Foreign))
            }
            FromAgent::Started { job, token, slot } => {
                let lease = HeldLease { job, token };
                Ok(self.refused(lease, store.start(self.agent, &lease, slot).await?))
            }
            FromAgent::Progress { job, token, seq, phase, step, steps, fraction } => {
                let lease = HeldLease { job, token };
                let fraction = if fraction.is_finite() { fraction.clamp(0.0, 1.0) } else { 0.0 };
                let report = Progress { seq, phase, step, steps, fraction };
                match store.progress(self.agent, &lease, &report).await? {
                    Reported::Version(_) => Ok(None),
                    Reported::Told(told) => Ok(self.refused(lease, told)),
                }
            }
            FromAgent::Succeeded { job, token, outputs, timings } => {
                let lease = HeldLease { job, token };
                let this = self.clone();
                let recorded = async move { this.succeeded(lease, outputs, timings).await };
                if seeded(Bug::AckFirst) {
                    actix_web::rt::spawn(recorded);
                    return Ok(Some(ToAgent::Done { job, token }));
                }
                Ok(Some(self.settled(lease, recorded.await?)))
            }
            FromAgent::Failed { job, token, code, message, hint, retryable } => {
                let lease = HeldLease { job, token };
                info!(job.id = %job, failure.code = %code, "Job {job} failed on this agent: {code}");
                let failure = outcome::bounded(Failure { code, message, hint, retryable });
                // So that failures of one cause do not come back in step: the delay and up to 1.5 times it more.
                let delay = self.gateway.inner.times.retry.mul_f64(rand::random_range(1.0..2.5));
                let told = store.fail(self.agent, &lease, failure, delay).await?;
                Ok(Some(self.settled(lease, told)))
            }
            FromAgent::Released { job, token, reason } => {
                self.released(HeldLease { job, token }, reason).await
            }
            _ => Ok(None),
        }
    }

    async fn succeeded(
        &self,
        lease: HeldLease,
        outputs: Vec<Output>,
        timings: Timings,
    ) -> Result<Told, StoreError> {
        if let Err(code) = outcome::check(&self.gateway.inner.storage, &lease, &outputs).await {
            return Ok(Told::Refused(code));
        }
        pass(Point::ApiSucceeding);
        let told = self.gateway.inner.store.succeed(self.agent, &lease, outputs, timings).await?;
        pass(Point::ApiSucceeded);
        Ok(told)
    }

    async fn released(&self, lease: HeldLease, reason: ReleaseReason) -> Result<Option<ToAgent>, StoreError> {
        let store = &self.gateway.inner.store;
        // Whatever the reason: a lease that is still valid is given back, one that is not frees its place.
        let freed = match reason {
            ReleaseReason::Drained => Freed::Held,
            _ => store.freed(self.agent, &lease).await?,
        };
        let told = match freed {
            Freed::Now => Told::Done,
            Freed::Foreign => Told::Foreign,
            Freed::Held => store.release(self.agent, &lease).await?,
        };
        match told {
            Told::Foreign => return Ok(self.refused(lease, told)),
            Told::Refused(_) => drop(store.freed(self.agent, &lease).await?),
            Told::Done | Told::Already => {}
        }
        debug!(job.id = %lease.job, reason = %reason, "The agent released job {}", lease.job);
        self.gateway.inner.bell.ring();
        Ok(Some(ToAgent::Done { job: lease.job, token: lease.token }))
    }

    /// Handles a message that is about no job. `busy` tells the jobs about which something is being handled.
    pub(super) async fn about_itself(&self, message: FromAgent, busy: impl Fn(JobId) -> bool) -> Answer {
        let store = &self.gateway.inner.store;
        match message {
            FromAgent::Heartbeat { leases, mut slots } => {
                slots.truncate(MAX_SLOTS as usize);
                self.beat(leases, &slots, busy).await
            }
            FromAgent::Slots { healthy, warm, draining, pause } => {
                let pause = pause.map(|reason| reason.chars().take(MAX_PAUSE_CHARS).collect::<String>());
                let healthy = Some(healthy.min(MAX_SLOTS));
                let readiness = Readiness { healthy, warm: &warm, draining, pause: pause.as_deref() };
                if let Some(reason) = &pause {
                    info!("The agent takes no jobs for now: {reason}");
                }
                if let Err(error) = store.slots(self.agent, self.nonce, readiness).await {
                    warn!(%error, "The slots could not be recorded: {error}");
                }
                self.gateway.inner.bell.ring();
                Answer::Nothing
            }
            FromAgent::Bye {} => Answer::Bye,
            _ => Answer::Nothing,
        }
    }

    async fn beat(
        &self,
        leases: Vec<HeldLease>,
        slots: &[SlotReport],
        busy: impl Fn(JobId) -> bool,
    ) -> Answer {
        match self.gateway.inner.store.beat(self.agent, self.nonce, &leases, slots).await {
            Ok(Some(dropped)) => {
                // An ending that is being recorded has its own answer.
                let gone = |lease: &HeldLease| dropped.contains(lease) && !busy(lease.job);
                let (drop, keep) = leases.into_iter().partition(gone);
                Answer::Say(ToAgent::Beat { keep, drop })
            }
            Ok(None) => Answer::Unknown,
            Err(error) => {
                warn!(%error, "A heartbeat could not be recorded: {error}");
                Answer::Nothing
            }
        }
    }

    /// Answers an ending.
    fn settled(&self, lease: HeldLease, told: Told) -> ToAgent {
        self.freed_by(told);
        self.refused(lease, told).unwrap_or(ToAgent::Done { job: lease.job, token: lease.token })
    }

    /// A place may be free, or a job may wait again.
    fn freed_by(&self, told: Told) {
        if told == Told::Done {
            self.gateway.inner.bell.ring();
        }
    }

    fn refused(&self, lease: HeldLease, told: Told) -> Option<ToAgent> {
        let code = match told {
            Told::Done | Told::Already => return None,
            Told::Refused(code) => {
                // Not an error: an agent that was believed dead learns here that its work went on elsewhere.
                if code != RefusedCode::Canceled {
                    info!(job.id = %lease.job, refused.code = %code, "Refused what the agent said of job {}", lease.job);
                }
                code
            }
            Told::Foreign => {
                self.foreign.set(self.foreign.get() + 1);
                error!(job.id = %lease.job, "The agent spoke under the lease of another agent for job {}", lease.job);
                RefusedCode::Stale
            }
        };
        Some(ToAgent::Refused { job: lease.job, token: lease.token, code })
    }
}
