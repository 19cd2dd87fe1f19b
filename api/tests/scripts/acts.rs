//! What each client does in its turn, and what the table allows it to change.

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use serde_json::Map;
use spool_api::store::{NewJob, Readiness, Store, StoreError, Submitted};
use spool_shared::{
    ids::{AgentId, JobId},
    job::Event,
    workflow::Priority,
};

use crate::{
    op::{Act, Op},
    run::{AGENTS, Run},
    snapshot::Snapshot,
    table::Expected,
};

type Acted = Result<Expected, StoreError>;

/// The replica dies while it waits for the first answer: what it would have done with it is never done.
async fn dies_while_it_schedules(store: &Store) -> Result<(), StoreError> {
    let mut call = pin!(store.schedule());
    poll_fn(|context| {
        let _ = call.as_mut().poll(context);
        Poll::Ready(())
    })
    .await;
    // One connection, one order: once this is answered, what was sent before has been executed.
    store.unserved().await.map(|_| ())
}

impl Run<'_> {
    pub(crate) async fn act(&mut self, op: Op) -> Acted {
        let store = self.store(op);
        let node = &self.nodes[usize::from(op.who) % AGENTS];
        let (agent, nonce) = (node.id, node.nonce);
        match op.act {
            Act::Submit => self.submit(op).await,
            Act::Schedule => self.schedule(op).await,
            Act::Deliver => {
                self.deliver(usize::from(op.who) % AGENTS);
                self.idle = true;
                Ok(Expected::default())
            }
            Act::Hello => self.hello(op).await,
            Act::Beat => self.beat(op).await,
            Act::Goodbye | Act::Reap => self.lose(op).await,
            Act::Judge => self.judge(op).await,
            Act::Cancel => self.cancel(op).await,
            Act::Forget => self.forget(op).await,
            Act::Expire => self.expire(op).await,
            Act::Closed => {
                let grace = op.how.is_multiple_of(2).then(|| Duration::from_secs(5));
                store.closed(agent, nonce, grace).await.map(|()| Expected::default())
            }
            Act::Slots => {
                let pause = (op.how % 16 == 3).then_some("its disk is full");
                let readiness = Readiness { healthy: None, warm: &[], draining: op.how % 16 == 2, pause };
                store.slots(agent, nonce, readiness).await.map(|()| Expected::default())
            }
            Act::Drain => store.drain(agent).await.map(|_| Expected::default()),
            Act::Resume => store.resume(agent).await.map(|_| Expected::default()),
            Act::Replica => {
                self.replica(op).await;
                Ok(Expected::default())
            }
            _ => self.say(op).await,
        }
    }

    async fn submit(&mut self, op: Op) -> Acted {
        let id = match self.submitted.last() {
            Some(last) if self.repeated => *last,
            _ => JobId::from_random(self.draw()),
        };
        let class = Self::class(op);
        let job = NewJob {
            id,
            workflow: class.workflow(),
            class,
            priority: Priority::ALL[usize::from(op.how / 2) % 3],
            owner: Self::owner(op).into(),
            params: Map::new(),
            inputs: vec![],
            parent: None,
            idempotency: None,
        };
        let submitted = self.store(op).submit(&job).await?;
        if !matches!(submitted, Submitted::Accepted(_)) {
            self.complaints.push(format!("a job was refused: {submitted:?}"));
        }
        if !self.repeated {
            self.submitted.push(id);
            self.tally.jobs += 1;
        }
        Ok(Expected::default())
    }

    async fn cancel(&mut self, op: Op) -> Acted {
        let Some(id) = self.job(op) else {
            self.idle = true;
            return Ok(Expected::default());
        };
        let answer = self.store(op).cancel(id).await?;
        self.tally.cancels += 1;
        if let Some(job) = self.latest.jobs.get(&id) {
            let status = job.state.status();
            let right = match answer {
                spool_api::store::Canceled::Now => !status.is_terminal(),
                spool_api::store::Canceled::Already => status.as_str() == "canceled",
                spool_api::store::Canceled::Finished(said) => said == status && status.as_str() != "canceled",
                _ => false,
            };
            if !right {
                self.complaints.push(format!("I11: a cancel of a job that was {status} said {answer:?}"));
            }
        }
        Ok(Expected::one(id, Event::Cancel))
    }

    async fn forget(&mut self, op: Op) -> Acted {
        let Some(id) = self.job(op) else {
            self.idle = true;
            return Ok(Expected::default());
        };
        let asked = op.how.is_multiple_of(2);
        self.store(op).forget(id, asked).await?;
        Ok(Expected::one(id, Event::Forget { asked }))
    }

    async fn expire(&mut self, op: Op) -> Acted {
        let store = self.store(op);
        let waiting = store.unserved().await?;
        if waiting.is_empty() {
            return Ok(Expected::default());
        }
        let chosen = &waiting[usize::from(op.which) % waiting.len()];
        store.expire(chosen).await?;
        let class = self.latest.field(&format!("job:{}", chosen.job), "class").unwrap_or_default();
        let unserved_since = self.latest.number("unserved", class);
        Ok(Expected::one(chosen.job, Event::Expire { unserved_since }))
    }

    /// What was handed out is what the records say: a waiting job, under a token that nobody had before.
    async fn schedule(&mut self, op: Op) -> Acted {
        let before = self.latest.jobs.clone();
        let store = self.store(op);
        if op.lost {
            dies_while_it_schedules(&store).await?;
        } else {
            store.schedule().await?;
        }
        let found = Snapshot::take(&mut self.bench.redis).await;
        let mut expected = Expected::default();
        for (id, now) in &found.jobs {
            let Some(job) = before.get(id) else { continue };
            let (was, is) = (job.state.lease().map(|lease| lease.token), now.state.lease());
            if let Some(lease) = is.filter(|lease| was != Some(lease.token)) {
                if self.owners.insert(lease.token, lease.agent).is_some() {
                    self.complaints.push(format!("I8: a token of {id} was used before"));
                }
                if !self.eligible(lease.agent) {
                    self.complaints.push(format!("I13: {} got {id}, and may get nothing", lease.agent));
                }
                let held = spool_shared::protocol::HeldLease { job: *id, token: lease.token };
                self.issued.push((lease.agent, held));
                expected.add(*id, Event::Assign { agent: lease.agent, token: lease.token });
            }
        }
        self.woken(&found, &mut expected);
        Ok(expected)
    }

    /// Whether the agent was connected, in service and had a free place before this step.
    fn eligible(&self, agent: AgentId) -> bool {
        let key = format!("agent:{agent}");
        let is = |name| self.latest.field(&key, name).is_some();
        is("nonce")
            && !is("drain")
            && !is("closed")
            && self.latest.field(&key, "draining") != Some("1")
            && (self.latest.places(agent).len() as u64) < self.latest.number(&key, "slots").unwrap_or(0)
    }

    /// A job whose time has come is in its lane again before it is handed out.
    fn woken(&mut self, found: &Snapshot, expected: &mut Expected) {
        use spool_shared::job::{Place, State};
        for (id, job) in &mut self.latest.jobs {
            let State::Queued(Place::Delayed(due)) = job.state else { continue };
            let waits =
                found.jobs.get(id).is_some_and(|now| matches!(now.state, State::Queued(Place::Delayed(_))));
            if !waits && due <= found.now {
                job.state = State::Queued(Place::Again);
            } else if expected.0.contains_key(id) {
                self.complaints.push(format!("{id} was handed out before its time"));
            }
        }
    }

    /// A job of this run, most often one that is still there.
    pub(crate) fn job(&self, op: Op) -> Option<JobId> {
        let which = usize::from(op.which);
        (!self.submitted.is_empty()).then(|| self.submitted[which % self.submitted.len()])
    }
}
