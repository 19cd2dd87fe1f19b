//! Agents and jobs for tests of more than one job, in the store's own words.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use serde_json::Map;
use spool_shared::{
    class::Class,
    ids::{AgentId, BootId, JobId, Nonce, Token},
    job::FailureCode,
    protocol::{AgentCard, HeldLease, Offer},
    workflow::Priority,
};

use super::redis::TestRedis;
use crate::store::{
    Failure, Greeting, Letter, Mail, MailPosition, NewJob, Presence, Store, Submitted, Told, Welcome,
};

/// A store of its own, and what was mailed to its replica so far.
pub(super) struct Fleet {
    pub(super) redis: TestRedis,
    pub(super) store: Store,
    feed: crate::store::Feed,
    /// Who was handed which job last.
    holders: RefCell<HashMap<JobId, AgentId>>,
}

impl Fleet {
    pub(super) async fn new() -> Self {
        let redis = TestRedis::start();
        let store = redis.store("fleet").await;
        let feed = store.feed(store.position().await.unwrap(), MailPosition::start()).await.unwrap();
        Self { redis, store, feed, holders: RefCell::default() }
    }

    /// Connects an agent that offers every class.
    pub(super) async fn connect(&self, number: u8, slots: u32) -> Agent {
        let agent =
            Agent { id: AgentId::from_random([number; 16]), nonce: Nonce::from_random(rand::random()) };
        assert_eq!(self.hello(agent, slots, number, &[]).await, Some(0));
        agent
    }

    /// Connects an agent with one slot that offers these classes.
    pub(super) async fn connect_for(&self, number: u8, classes: &[Class]) -> Agent {
        let agent =
            Agent { id: AgentId::from_random([number; 16]), nonce: Nonce::from_random(rand::random()) };
        let welcome = self.hello_offering(agent, 1, number, &[], classes).await;
        assert_eq!(welcome, Some(Welcome::default()));
        agent
    }

    /// How many leases that it does not list went back; `None` if another program is there under its id.
    pub(super) async fn hello(&self, agent: Agent, slots: u32, boot: u8, held: &[HeldLease]) -> Option<u64> {
        self.welcome(agent, slots, boot, held).await.map(|welcome| welcome.requeued)
    }

    /// What became of its leases.
    pub(super) async fn welcome(
        &self,
        agent: Agent,
        slots: u32,
        boot: u8,
        held: &[HeldLease],
    ) -> Option<Welcome> {
        self.hello_offering(agent, slots, boot, held, &Class::all()).await
    }

    async fn hello_offering(
        &self,
        agent: Agent,
        slots: u32,
        boot: u8,
        held: &[HeldLease],
        classes: &[Class],
    ) -> Option<Welcome> {
        self.greet(agent, "", slots, boot, held, classes).await
    }

    /// As whom an agent token stands for.
    pub(super) async fn greet(
        &self,
        agent: Agent,
        identity: &str,
        slots: u32,
        boot: u8,
        held: &[HeldLease],
        classes: &[Class],
    ) -> Option<Welcome> {
        let card = AgentCard {
            id: agent.id,
            boot: BootId::from_random([boot; 16]),
            // As long as it may be.
            name: format!("{:-<64}", format!("node {boot}")),
            version: "0.1.0".into(),
            gpus: vec![],
            memory_bytes: 1_000,
            labels: BTreeMap::new(),
            price_per_hour: None,
        };
        let offers: Vec<Offer> = spool_shared::workflow::Workflow::ALL
            .into_iter()
            .map(|workflow| Offer {
                workflow,
                engine: "scripted".into(),
                classes: classes.iter().copied().filter(|class| class.workflow() == workflow).collect(),
            })
            .collect();
        let presence = Presence { nonce: agent.nonce, identity, card: &card, offers: &offers, slots, held };
        match self.store.hello(&presence).await.unwrap() {
            Greeting::Welcome(welcome) => Some(welcome),
            Greeting::Duplicate => None,
        }
    }

    pub(super) async fn submit(&self, owner: &str, priority: Priority) -> JobId {
        self.submit_class(owner, priority, "i2v.480p.81.lightning").await
    }

    pub(super) async fn submit_class(&self, owner: &str, priority: Priority, class: &str) -> JobId {
        let job = new_job(owner, priority, class);
        assert!(matches!(self.store.submit(&job).await.unwrap(), Submitted::Accepted(_)));
        job.id
    }

    /// Runs the scheduler; what it handed out, in order.
    pub(super) async fn schedule(&mut self) -> Vec<(AgentId, HeldLease)> {
        let handed = self.store.schedule().await.unwrap().handed;
        let mut assigned = Vec::new();
        while assigned.len() < handed {
            assigned.extend(self.letters().await.into_iter().filter_map(|letter| match letter.mail {
                Mail::Assign(lease) => {
                    self.holders.borrow_mut().insert(lease.job, letter.agent);
                    Some((letter.agent, lease))
                }
                _ => None,
            }));
        }
        assigned
    }

    pub(super) async fn letters(&mut self) -> Vec<Letter> {
        self.feed.next().await.unwrap().letters
    }

    /// The agent that was handed the job last.
    pub(super) fn holder(&self, lease: &HeldLease) -> AgentId {
        self.holders.borrow()[&lease.job]
    }

    /// Its holder accepts the hand-out.
    pub(super) async fn accept(&self, lease: &HeldLease) -> Told {
        self.store.accept(self.holder(lease), lease).await.unwrap()
    }

    /// A worker of its holder begins.
    pub(super) async fn start(&self, lease: &HeldLease) -> Told {
        self.store.start(self.holder(lease), lease, 0).await.unwrap()
    }

    /// The attempt fails on its holder.
    pub(super) async fn fail(&self, lease: &HeldLease, code: FailureCode) -> Told {
        let failure = Failure { code, message: "broken".into(), hint: None, retryable: true };
        self.store.fail(self.holder(lease), lease, failure, Duration::ZERO).await.unwrap()
    }

    /// Its holder gives the job back.
    pub(super) async fn release(&self, lease: &HeldLease) -> Told {
        self.store.release(self.holder(lease), lease).await.unwrap()
    }

    /// Takes a hand-out to its end.
    pub(super) async fn finish(&self, lease: &HeldLease) {
        self.start(lease).await;
        let (agent, timings) = (self.holder(lease), spool_shared::protocol::Timings::default());
        self.store.succeed(agent, lease, vec![], timings).await.unwrap();
    }

    /// A job that an agent of its own brought to its end, which is said to have been at `ended`, milliseconds.
    pub(super) async fn ended_at(&mut self, ended: u64) -> HeldLease {
        self.connect(1, 1).await;
        self.submit("ada", Priority::Normal).await;
        let (_, lease) = self.schedule().await.remove(0);
        self.finish(&lease).await;
        let (job, ended) = (lease.job.to_string(), ended.to_string());
        self.command("HSET", &format!("job:{job}"), &["finished", &ended]).await;
        self.command("ZADD", "finished", &[&ended, &job]).await;
        lease
    }

    /// Runs a command on a key of the store's.
    pub(super) async fn command(&self, name: &str, key: &str, arguments: &[&str]) {
        let key = format!("fleet:{{0}}:{key}");
        let mut redis = self.redis.connection().await;
        ::redis::cmd(name).arg(key).arg(arguments).exec_async(&mut redis).await.unwrap();
    }

    /// Redis' clock, milliseconds.
    pub(super) async fn now(&self) -> u64 {
        super::pairs::now(&mut self.redis.connection().await).await
    }

    /// Everything under the prefix, times relative to `start`.
    pub(super) async fn dump_since(&self, start: u64) -> super::dump::Dump {
        let mut redis = self.redis.connection().await;
        super::dump::dump(&mut redis, "fleet:{0}:", &super::dump::Clock { start }).await
    }

    /// Everything under the prefix, times left out.
    pub(super) async fn dump(&self) -> super::dump::Dump {
        let mut redis = self.redis.connection().await;
        super::dump::dump(&mut redis, "fleet:{0}:", &super::dump::Clock { start: 0 }).await
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Agent {
    pub(super) id: AgentId,
    pub(super) nonce: Nonce,
}

impl Agent {
    /// The same agent over another connection.
    pub(super) fn again(self) -> Self {
        Self { nonce: Nonce::from_random(rand::random()), ..self }
    }
}

pub(super) fn new_job(owner: &str, priority: Priority, class: &str) -> NewJob {
    let class: Class = class.parse().unwrap();
    NewJob {
        id: JobId::from_random(rand::random()),
        workflow: class.workflow(),
        class,
        priority,
        owner: owner.into(),
        params: Map::new(),
        inputs: vec![],
        parent: None,
        idempotency: None,
    }
}

pub(super) fn fresh_token() -> Token {
    Token::from_random(rand::random())
}
