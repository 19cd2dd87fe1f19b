//! One table, two enforcers: every pair of state and event goes through the pure function and through the script
//! on a real Redis, and what both leave behind is compared key by key.

use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use futures_util::{StreamExt as _, stream};
use spool_shared::{
    job::{Budgets, Delays, Ended, Event, Job, Refusal, Settled, State, after},
    protocol::{HeldLease, Timings},
};

use super::{
    dump::{Clock, Dump, dump},
    fleet::Agent,
    plant::{AFTER_AGAIN, LANE, World, agent, job_id, nonce},
    raw::{expected, plant},
    redis::{TestRedis, limits},
    samples,
    twice::of_hello,
};
use crate::store::{
    Canceled, Store, StoreError, Told, fail::Failure, forget::Forgotten, keys::Keys, limits::AVOID_MS,
    progress::Reported,
};

const RETRY_MS: u64 = 60_000;

fn delays() -> Delays {
    let limits = limits();
    Delays {
        assign: limits.assign_ms,
        lease: limits.lease_ms,
        retry: RETRY_MS,
        avoid: AVOID_MS,
        queue_ttl: limits.queue_ttl_ms,
        retention: limits.retention_ms,
    }
}

/// How many pairs are under way at once, each under a prefix of its own.
const AT_ONCE: usize = 8;

#[tokio::test]
async fn every_pair_of_state_and_event_ends_alike_in_the_table_and_in_redis() {
    let redis = TestRedis::start();
    let (jobs, events) = (samples::jobs(1_000_000).len(), samples::events(1_000_000).len());
    let bench = |lane| {
        let redis = &redis;
        async move {
            let bench = Bench::new(redis, &format!("pair{lane}")).await;
            let mut changed = 0;
            for pair in (lane..jobs * events).step_by(AT_ONCE) {
                changed += usize::from(bench.check(pair / events, pair % events).await);
            }
            changed
        }
    };
    let changed: usize = stream::iter((0..AT_ONCE).map(bench))
        .buffer_unordered(AT_ONCE)
        .fold(0, |sum, changed| async move { sum + changed })
        .await;
    let total = jobs * events;
    // Neither side may be trivially right.
    assert!(
        total > 3_000 && changed > 400 && changed < total / 2,
        "{changed} of {total} pairs changed the job"
    );
}

pub(super) async fn now(redis: &mut MultiplexedConnection) -> u64 {
    let (seconds, micros): (u64, u64) = ::redis::cmd("TIME").query_async(redis).await.unwrap();
    seconds * 1_000 + micros / 1_000
}

pub(super) struct Bench {
    pub(super) store: Store,
    pub(super) keys: Keys,
    pub(super) redis: MultiplexedConnection,
}

impl Bench {
    pub(super) async fn new(redis: &TestRedis, prefix: &str) -> Self {
        Self { store: redis.store(prefix).await, keys: Keys::new(prefix), redis: redis.connection().await }
    }

    /// Whether the pair changed the job.
    async fn check(&self, job: usize, event: usize) -> bool {
        let mut redis = self.redis.clone();
        self.clear(&mut redis).await;
        let start = now(&mut redis).await;
        let (job, event) = (samples::jobs(start).remove(job), samples::events(start).remove(event));
        let world = world(&self.store, start, &job, &event);
        let clock = Clock { start };
        plant(&mut redis, &self.keys, &world.raws()).await;

        let settled = after(&job, &event, start, &Budgets::default(), &delays());
        let told = self.apply(&event).await.unwrap();
        let case = format!("{job:#?}\n× {event:?}\n→ {settled:?}\nRedis: {told}");
        assert_eq!(told, verdict(&event, &settled), "{case}");

        let found = self.found(start).await;
        let wanted = readable(expected(after_world(world, &event, &settled).raws(), &clock));
        assert_eq!(found, wanted, "{case}");
        matches!(settled, Ok(Settled::Changed(_) | Settled::Gone))
    }

    pub(super) async fn found(&self, start: u64) -> Dump {
        readable(dump(&mut self.redis.clone(), self.keys.prefix(), &Clock { start }).await)
    }

    pub(super) async fn clear(&self, redis: &mut MultiplexedConnection) {
        let keys: Vec<String> =
            ::redis::cmd("KEYS").arg(format!("{}*", self.keys.prefix())).query_async(redis).await.unwrap();
        if !keys.is_empty() {
            ::redis::cmd("DEL").arg(keys).exec_async(redis).await.unwrap();
        }
    }

    /// Runs the script that stands for the event; what it said, in one word.
    pub(super) async fn apply(&self, event: &Event) -> Result<String, StoreError> {
        let store = &self.store;
        let lease = |token| HeldLease { job: job_id(), token };
        Ok(match *event {
            Event::Assign { token, .. } => {
                let call = store.call(&store.scripts().schedule).arg("tokens", token.reveal());
                let handed: usize = store.run(call).await?.get(1)?;
                if handed == 1 { "done".into() } else { "refused".into() }
            }
            Event::Accept { token } => told(store.accept(agent(), &lease(token)).await?),
            Event::Start { token } => told(store.start(agent(), &lease(token), 0).await?),
            Event::Renew { token } => match store.beat(agent(), nonce(), &[lease(token)], &[]).await? {
                Some(dropped) if dropped.is_empty() => "done".into(),
                Some(_) => "refused".into(),
                None => "unknown agent".into(),
            },
            Event::Progress { token, report } => match store.progress(agent(), &lease(token), &report).await?
            {
                Reported::Version(_) => "done".into(),
                Reported::Told(other) => told(other),
            },
            Event::Decline { token } => told(store.decline(agent(), &lease(token)).await?),
            Event::TakeBack { token } => told(store.take_back(agent(), &lease(token)).await?),
            Event::Lapse { .. } => yes(store.lapse(job_id()).await?),
            Event::Bury => yes(store.bury(agent(), None).await?.is_some_and(|requeued| requeued > 0)),
            Event::Succeed { token } => {
                told(store.succeed(agent(), &lease(token), vec![], Timings::default()).await?)
            }
            Event::Fail { token, code, .. } => {
                let failure = Failure { code, message: "it broke".into(), hint: None, retryable: true };
                told(store.fail(agent(), &lease(token), failure, Duration::from_millis(RETRY_MS)).await?)
            }
            Event::Release { token } => told(store.release(agent(), &lease(token)).await?),
            Event::Cancel => match store.cancel(job_id()).await? {
                Canceled::Now => "done".into(),
                Canceled::Already => "already".into(),
                Canceled::Finished(status) => format!("finished {status}"),
                other => format!("{other:?}"),
            },
            Event::Readopt { lost, token, .. } => {
                // As after a lost answer to the same hello: nothing is done but what concerns the lease.
                let connected = Agent { id: agent(), nonce: nonce() };
                let begun = store.call(&store.scripts().hello);
                let arguments = of_hello(connected, lease(lost), token);
                let call = arguments.iter().fold(begun, |call, (name, value)| call.arg(name, value));
                match store.run(call).await?.get::<String>(1)?.as_str() {
                    "renewed" => "done".into(),
                    "drop" => "stale".into(),
                    other => other.to_owned(),
                }
            }
            Event::Expire { .. } => yes(store.expire(&Store::waiting(job_id(), LANE, "1-0")).await?),
            Event::Forget { asked } => yes(store.forget(job_id(), asked).await? == Forgotten::Now),
        })
    }
}

fn told(told: Told) -> String {
    match told {
        Told::Done => "done".into(),
        Told::Already => "already".into(),
        Told::Refused(code) => code.to_string(),
        Told::Foreign => "foreign".into(),
    }
}

fn yes(done: bool) -> String {
    if done { "done".into() } else { "refused".into() }
}

/// The word that the script should have said.
fn verdict(event: &Event, settled: &Result<Settled, Refusal>) -> String {
    let plain = matches!(
        event,
        Event::Assign { .. }
            | Event::Renew { .. }
            | Event::Lapse { .. }
            | Event::Bury
            | Event::Expire { .. }
            | Event::Forget { .. }
    );
    match settled {
        // A heartbeat does not drop a hand-out that waits for `accepted`.
        Err(Refusal::WrongState(_)) if matches!(event, Event::Renew { .. }) => "done".into(),
        Err(_) if plain => "refused".into(),
        Err(Refusal::WrongState(status)) if matches!(event, Event::Cancel) => format!("finished {status}"),
        Ok(Settled::Already) => "already".into(),
        Ok(_) => "done".into(),
        Err(Refusal::Stale) => "stale".into(),
        Err(Refusal::Canceled) => "canceled".into(),
        Err(Refusal::WrongState(_)) => "wrong_state".into(),
        Err(Refusal::Early) => "early".into(),
    }
}

/// What stands around the job before the event.
pub(super) fn world(store: &Store, start: u64, job: &Job, event: &Event) -> World {
    let terminal_token = job.ended.filter(|(_, how)| *how == Ended::Canceled).map(|(token, _)| token);
    let ran = job.state.lease().is_some() || matches!(job.state, State::Succeeded(_) | State::Failed(_));
    let unserved = match event {
        Event::Expire { unserved_since } => *unserved_since,
        _ => None,
    };
    World {
        start,
        session: store.session().to_string(),
        job: Some(job.clone()),
        seat: ran || terminal_token.is_some(),
        slot: matches!(job.state, State::Running(_) | State::Succeeded(_) | State::Failed(_)),
        // What no agent offers can expire; everything else happens while one is connected.
        connected: !matches!(event, Event::Expire { .. }),
        replica_lives: !matches!(event, Event::Lapse { undelivered: true }),
        larger: matches!(event, Event::Fail { more_memory: true, .. }),
        buried: false,
        presence_until: if matches!(event, Event::Bury) { start - 10_000 } else { start + limits().dead_ms },
        place: terminal_token,
        unserved,
        served: 0,
        done: 0,
        failed: 0,
        blamed: false,
        events: vec![],
        mail: vec![],
    }
}

/// What should stand there after it.
fn after_world(mut world: World, event: &Event, settled: &Result<Settled, Refusal>) -> World {
    let before = world.job.clone().unwrap();
    if matches!(event, Event::Bury) {
        world.buried = true;
        world.place = None;
        world.unserved = Some(world.start);
    }
    let job = match settled {
        Ok(Settled::Renewed(job)) => {
            world.job = Some(job.clone());
            return world;
        }
        Ok(Settled::Changed(job)) => job.clone(),
        Ok(Settled::Gone) => {
            let heard = ("forgotten".to_owned(), before.version + 1, before.state.status().to_string());
            world.events.push(heard);
            world.job = None;
            return world;
        }
        _ => return world,
    };
    if !matches!(event, Event::Progress { .. }) {
        world.events.push((
            heard(event, &before, &job).to_owned(),
            job.version,
            job.state.status().to_string(),
        ));
    }
    match (event, job.state) {
        (Event::Assign { token, .. }, _) => {
            world.served = 1;
            world.mail.push(("assign".into(), *token));
        }
        (Event::TakeBack { token }, _) => world.mail.push(("take_back".into(), *token)),
        (Event::Cancel, _) => {
            if let Some(lease) = before.state.lease() {
                world.mail.push(("cancel".into(), lease.token));
                world.place = Some(lease.token);
            }
        }
        (Event::Succeed { .. }, _) => world.done = 1,
        (Event::Fail { code, .. }, _) => (world.failed, world.blamed) = (1, code.blames_the_agent()),
        _ => {}
    }
    match job.state {
        State::Queued(_) => (world.seat, world.slot) = (false, false),
        State::Running(_) if matches!(event, Event::Start { .. }) => world.slot = true,
        State::Assigned { .. } | State::Running(_) => world.seat = true,
        _ => {}
    }
    world.job = Some(job);
    world
}

/// The word in the events.
fn heard(event: &Event, before: &Job, after: &Job) -> &'static str {
    if after.state.status().is_terminal() {
        return after.state.status().as_str();
    }
    let unaccepted = matches!(before.state, State::Assigned { accepted: false, .. });
    match event {
        Event::Assign { .. } => "assigned",
        Event::Accept { .. } => "accepted",
        Event::Start { .. } => "started",
        Event::Lapse { undelivered: true } if unaccepted => "returned",
        Event::Decline { .. } => "bounced",
        Event::TakeBack { .. } => "taken_back",
        Event::Lapse { .. } | Event::Bury if unaccepted => "bounced",
        Event::Lapse { .. } | Event::Bury => "lost",
        Event::Fail { .. } => "retried",
        Event::Release { .. } => "drained",
        Event::Readopt { .. } => "readopted",
        other => panic!("{other:?} changes nothing that is heard"),
    }
}

/// Texts of outputs and errors are compared as present, not letter by letter.
pub(super) fn readable(mut dump: Dump) -> Dump {
    for (name, content) in &mut dump {
        if name.ends_with(":output") {
            content.insert(String::new(), "(present)".into());
        }
        if let Some(pace) = content.get_mut("pace") {
            *pace = "(present)".into();
        }
        if name.starts_with("order:") {
            for rank in content.values_mut() {
                let requeued = rank.parse::<u64>().unwrap() < AFTER_AGAIN;
                *rank = if requeued { "again" } else { "lane" }.into();
            }
        }
    }
    dump
}
