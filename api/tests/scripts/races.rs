//! Real races: the same instant, over connections of their own, many times each.

use std::{sync::Arc, time::Duration};

use redis::aio::MultiplexedConnection;
use serde_json::Map;
use spool_api::store::{Canceled, Failure, Greeting, NewJob, Presence, Store, Submitted, Told};
use spool_shared::{
    class::Class,
    ids::{AgentId, BootId, JobId, Nonce},
    job::{FailureCode, State, Status},
    protocol::{AgentCard, HeldLease, Offer, Timings},
    workflow::{Priority, Workflow},
};
use tokio::sync::Barrier;

use crate::{
    laws,
    redis::{PREFIX, Server},
    snapshot::Snapshot,
};

/// How often each race is run, unless `SPOOL_RACES` says otherwise.
const ROUNDS: u32 = 150;

fn rounds() -> u32 {
    std::env::var("SPOOL_RACES").map_or(ROUNDS, |rounds| rounds.parse().expect("a number of rounds"))
}

/// Two replicas in one data set, and agents with one slot each.
struct Race {
    stores: [Store; 2],
    redis: MultiplexedConnection,
    agents: Vec<(AgentId, Nonce)>,
    _server: Server,
}

impl Race {
    async fn new(agents: u8) -> Self {
        let server = Server::start();
        let stores = [server.store(0).await, server.store(1).await];
        let redis = server.connection().await;
        let mut race = Self { stores, redis, agents: vec![], _server: server };
        for number in 0..agents {
            race.connect(number).await;
        }
        race
    }

    async fn connect(&mut self, number: u8) {
        let (id, nonce) = (AgentId::from_random([number + 1; 16]), Nonce::from_random(rand::random()));
        let card = AgentCard {
            id,
            boot: BootId::from_random([number; 16]),
            name: "node".into(),
            version: "0.1.0".into(),
            gpus: vec![],
            memory_bytes: 1_000,
            labels: std::collections::BTreeMap::new(),
            price_per_hour: None,
        };
        let offer = Offer { workflow: Workflow::I2v, engine: "scripted".into(), classes: vec![class()] };
        let offers = [offer];
        let presence = Presence { nonce, identity: "", card: &card, offers: &offers, slots: 1, held: &[] };
        let greeting = self.stores[usize::from(number) % 2].hello(&presence).await.unwrap();
        assert!(matches!(greeting, Greeting::Welcome(_)));
        self.agents.push((id, nonce));
    }

    /// Both replicas live, and a reaper passed a moment ago.
    async fn alive(&self) {
        for store in &self.stores {
            store.sign_of_life().await.unwrap();
        }
        self.stores[0].judge().await.unwrap();
    }

    async fn submit(&self) -> JobId {
        let job = NewJob {
            id: JobId::from_random(rand::random()),
            workflow: class().workflow(),
            class: class(),
            priority: Priority::Normal,
            owner: "ada".into(),
            params: Map::new(),
            inputs: vec![],
            parent: None,
            idempotency: None,
        };
        assert!(matches!(self.stores[0].submit(&job).await.unwrap(), Submitted::Accepted(_)));
        job.id
    }

    /// A job that runs on some agent.
    async fn running(&mut self) -> (AgentId, HeldLease) {
        let job = self.submit().await;
        assert_eq!(self.stores[0].schedule().await.unwrap().handed, 1);
        let (agent, held) = self.lease(job).await.expect("it was handed out");
        assert_eq!(self.stores[1].start(agent, &held, 0).await.unwrap(), Told::Done);
        (agent, held)
    }

    async fn lease(&mut self, job: JobId) -> Option<(AgentId, HeldLease)> {
        let found = Snapshot::take(&mut self.redis).await;
        let lease = *found.jobs[&job].state.lease()?;
        Some((lease.agent, HeldLease { job, token: lease.token }))
    }

    async fn overdue(&mut self, job: JobId) {
        let key = format!("{PREFIX}leases");
        redis::cmd("ZADD").arg(key).arg(1).arg(job.to_string()).exec_async(&mut self.redis).await.unwrap();
    }

    /// What stands in Redis, after the laws were held against it.
    async fn look(&mut self) -> Snapshot {
        let found = Snapshot::of(&mut self.redis, true).await;
        let mut wrong = laws::broken(&found);
        laws::story(&found, &mut wrong);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        found
    }

    /// The job is over and its record goes; whatever place it takes is given back.
    async fn clear(&mut self, agent: AgentId, held: &HeldLease) {
        self.stores[0].cancel(held.job).await.unwrap();
        self.stores[0].freed(agent, held).await.unwrap();
        self.stores[0].forget(held.job, true).await.unwrap();
        let keys = [format!("{PREFIX}events"), format!("{PREFIX}quarantine")];
        redis::cmd("DEL").arg(&keys).exec_async(&mut self.redis).await.unwrap();
        for (id, _) in &self.agents {
            self.stores[0].resume(*id).await.unwrap();
        }
    }
}

fn class() -> Class {
    "i2v.480p.81.lightning".parse().unwrap()
}

/// Both at the same instant, each on a thread of its own.
async fn at_once<A, B>(
    a: impl Future<Output = A> + Send + 'static,
    b: impl Future<Output = B> + Send + 'static,
) -> (A, B)
where
    A: Send + 'static,
    B: Send + 'static,
{
    let gate = Arc::new(Barrier::new(2));
    let other = Arc::clone(&gate);
    let first = tokio::spawn(async move {
        gate.wait().await;
        a.await
    });
    let second = tokio::spawn(async move {
        other.wait().await;
        b.await
    });
    (first.await.unwrap(), second.await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_replicas_that_reap_one_lease_in_the_same_instant_one_does() {
    let (mut race, rounds) = (Race::new(1).await, rounds());
    let mut first = 0;
    for _ in 0..rounds {
        race.alive().await;
        let (agent, held) = race.running().await;
        race.overdue(held.job).await;
        let [a, b] = race.stores.clone();
        let reaped = at_once(async move { a.lapse(held.job).await.unwrap() }, async move {
            b.lapse(held.job).await.unwrap()
        })
        .await;
        assert!(reaped.0 != reaped.1, "{reaped:?}");
        first += u32::from(reaped.0);
        let job = &race.look().await.jobs[&held.job];
        assert_eq!((job.counters.losses, job.version), (1, 4));
        race.clear(agent, &held).await;
    }
    println!("the first replica reaped {first} of {rounds}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_agents_that_are_free_when_two_replicas_schedule_one_gets_the_job() {
    let (mut race, rounds) = (Race::new(2).await, rounds());
    let mut first = 0;
    for _ in 0..rounds {
        race.alive().await;
        let job = race.submit().await;
        let [a, b] = race.stores.clone();
        let handed = at_once(async move { a.schedule().await.unwrap().handed }, async move {
            b.schedule().await.unwrap().handed
        })
        .await;
        assert_eq!(handed.0 + handed.1, 1, "{handed:?}");
        first += handed.0;
        let (agent, held) = race.lease(job).await.unwrap();
        let found = race.look().await;
        let taken: Vec<_> = race.agents.iter().flat_map(|(id, _)| found.places(*id)).collect();
        assert_eq!(taken, [(job, held.token)]);
        race.clear(agent, &held).await;
    }
    println!("the first replica handed out {first} of {rounds}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_and_a_result_in_the_same_instant_never_contradict_each_other() {
    let (mut race, rounds) = (Race::new(1).await, rounds());
    let mut canceled_first = 0;
    for number in 0..rounds {
        race.alive().await;
        let (agent, held) = race.running().await;
        let [a, b] = race.stores.clone();
        let cancel = async move { a.cancel(held.job).await.unwrap() };
        let succeed = async move { b.succeed(agent, &held, vec![], Timings::default()).await.unwrap() };
        // Whoever comes to the gate last has some lead.
        let (canceled, told) = if number.is_multiple_of(2) {
            at_once(cancel, succeed).await
        } else {
            let (told, canceled) = at_once(succeed, cancel).await;
            (canceled, told)
        };
        let state = race.look().await.jobs[&held.job].state;
        match (canceled, told) {
            (Canceled::Now, Told::Refused(_)) => {
                canceled_first += 1;
                assert_eq!(state, State::Canceled);
            }
            (Canceled::Finished(Status::Succeeded), Told::Done) => {
                assert_eq!(state, State::Succeeded(held.token));
            }
            other => panic!("{other:?}"),
        }
        race.clear(agent, &held).await;
    }
    println!("the cancel came before the result {canceled_first} times of {rounds}");
    assert!(
        (1..rounds).contains(&canceled_first),
        "each must win now and then: {canceled_first} of {rounds}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_in_the_instant_of_a_retry_a_hand_out_or_a_reap_is_never_undone() {
    let (mut race, rounds) = (Race::new(1).await, rounds());
    let mut canceled_last = [0; 3];
    for number in 0..rounds {
        race.alive().await;
        let [a, b] = race.stores.clone();
        let (job, lease) = if number.is_multiple_of(3) {
            (race.submit().await, None)
        } else {
            let (agent, held) = race.running().await;
            (held.job, Some((agent, held)))
        };
        if number % 3 == 2 {
            race.overdue(job).await;
        }
        let cancel = async move { a.cancel(job).await.unwrap() };
        let other = async move {
            match (number % 3, lease) {
                (1, Some((agent, held))) => {
                    let code = FailureCode::WorkerCrashed;
                    let failure = Failure { code, message: "gone".into(), hint: None, retryable: true };
                    b.fail(agent, &held, failure, Duration::ZERO).await.map(|told| told == Told::Done)
                }
                (2, _) => b.lapse(job).await,
                _ => b.schedule().await.map(|round| round.handed == 1),
            }
        };
        // Whoever comes to the gate last has some lead.
        let (canceled, before) = if (number / 3).is_multiple_of(2) {
            at_once(cancel, other).await
        } else {
            let (before, canceled) = at_once(other, cancel).await;
            (canceled, before)
        };
        canceled_last[number as usize % 3] += u32::from(before.unwrap());
        assert_eq!(canceled, Canceled::Now);
        // A round of the scheduler and a pass of the reaper find nothing to do.
        assert_eq!(race.stores[1].schedule().await.unwrap().handed, 0);
        assert!(!race.stores[1].lapse(job).await.unwrap());
        let found = race.look().await;
        assert_eq!(found.jobs[&job].state, State::Canceled);
        let taken: Vec<_> = race
            .agents
            .iter()
            .flat_map(|(id, _)| found.places(*id).into_iter().map(move |(_, token)| (*id, token)))
            .collect();
        for (agent, token) in taken {
            race.stores[0].freed(agent, &HeldLease { job, token }).await.unwrap();
        }
        race.stores[0].forget(job, true).await.unwrap();
        let keys = [format!("{PREFIX}events"), format!("{PREFIX}quarantine")];
        redis::cmd("DEL").arg(&keys).exec_async(&mut race.redis).await.unwrap();
        for (id, _) in &race.agents {
            race.stores[0].resume(*id).await.unwrap();
        }
    }
    println!("the cancel came after the hand-out, the retry, the reap: {canceled_last:?} of {rounds} / 3");
    let both = |last: &u32| (1..rounds / 3).contains(last);
    assert!(canceled_last.iter().all(both), "each must win now and then: {canceled_last:?}");
}
