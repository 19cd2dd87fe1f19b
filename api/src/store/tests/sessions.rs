//! Sessions, events, admission, and a Redis that misbehaves.

use std::time::Duration;

use spool_shared::{
    ids::ReplicaId,
    job::{FailureCode, Status},
    workflow::Priority::Normal,
};

use super::{
    fleet::{Fleet, fresh_token, new_job},
    redis::{TestRedis, limits},
};
use crate::store::{
    Canceled, Found, Idempotency, Limits, MailPosition, Speaker, Store, StoreError, Submitted, Told, Verdict,
    keys::Keys,
};

async fn command(redis: &TestRedis, words: &[&str]) {
    let mut command = ::redis::cmd(words[0]);
    for word in &words[1..] {
        command.arg(*word);
    }
    command.exec_async(&mut redis.connection().await).await.unwrap();
}

async fn record(store: &Store, id: spool_shared::ids::JobId) -> crate::store::Record {
    match store.find(id).await.unwrap() {
        Found::Job(record) => *record,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_empty_redis_is_a_new_session_and_nothing_of_the_old_one_is_accepted() {
    let mut fleet = Fleet::new().await;
    fleet.connect(1, 1).await;
    let job = fleet.submit("ada", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    let before = fleet.store.session();
    command(&fleet.redis, &["FLUSHALL"]).await;
    assert!(matches!(fleet.store.start(fleet.holder(&lease), &lease, 0).await, Err(StoreError::Session)));
    assert!(matches!(fleet.store.position().await, Err(StoreError::Session)));
    let after = fleet.store.follow_session().await.unwrap();
    assert!(after.is_some_and(|session| session != before));
    assert_eq!(fleet.store.cancel(job).await.unwrap(), Canceled::Missing);
}

#[tokio::test]
async fn another_replica_joins_the_session_it_finds() {
    let redis = TestRedis::start();
    let (one, other) = (redis.store("shared").await, redis.store("shared").await);
    assert_eq!(one.session(), other.session());
    assert_eq!(other.follow_session().await.unwrap(), None);
}

#[tokio::test]
async fn data_of_another_schema_is_refused() {
    let redis = TestRedis::start();
    let key = Keys::new("old").fixed("session");
    command(&redis, &["HSET", &key, "id", "x", "schema", "99"]).await;
    let opened = Store::open(&redis.url(), "old", ReplicaId::from_random([1; 16]), limits()).await;
    let Err(error) = opened else { panic!("it was opened") };
    assert_eq!(error.to_string(), "session: the data has schema 99, this version reads 3");
}

#[tokio::test]
async fn scripts_that_redis_forgot_are_sent_again() {
    let fleet = Fleet::new().await;
    for _ in 0..3 {
        command(&fleet.redis, &["SCRIPT", "FLUSH"]).await;
        fleet.submit("ada", Normal).await;
    }
}

#[tokio::test]
async fn a_submit_whose_answer_was_lost_makes_one_job() {
    let fleet = Fleet::new().await;
    let job = new_job("ada", Normal, "qwen.2511.lightning");
    for _ in 0..3 {
        assert!(matches!(fleet.store.submit(&job).await.unwrap(), Submitted::Accepted(_)));
    }
    assert_eq!(fleet.dump().await["counters"]["queued"], "1");
}

#[tokio::test]
async fn one_idempotency_key_makes_one_job_for_one_owner_and_one_body() {
    let fleet = Fleet::new().await;
    let keyed = |owner, body: &str| {
        let mut job = new_job(owner, Normal, "qwen.2511.lightning");
        job.idempotency = Some(Idempotency { key: "k".into(), body: body.into() });
        job
    };
    let first = keyed("ada", "body");
    assert!(matches!(fleet.store.submit(&first).await.unwrap(), Submitted::Accepted(_)));
    assert_eq!(fleet.store.submit(&keyed("ada", "body")).await.unwrap(), Submitted::Replayed(first.id));
    assert_eq!(fleet.store.submit(&keyed("ada", "other")).await.unwrap(), Submitted::KeyReused);
    assert!(matches!(fleet.store.submit(&keyed("bob", "other")).await.unwrap(), Submitted::Accepted(_)));
}

#[tokio::test]
async fn a_full_queue_takes_no_job_and_keeps_no_trace_of_it() {
    let redis = TestRedis::start();
    let limits = Limits { queue_limit: 2, ..limits() };
    let store = Store::open(&redis.url(), "full", ReplicaId::from_random([1; 16]), limits).await.unwrap();
    for _ in 0..2 {
        let job = new_job("ada", Normal, "upscale.2x");
        assert!(matches!(store.submit(&job).await.unwrap(), Submitted::Accepted(_)));
    }
    let refused = new_job("ada", Normal, "upscale.2x");
    assert_eq!(store.submit(&refused).await.unwrap(), Submitted::QueueFull { limit: 2 });
    assert!(matches!(store.find(refused.id).await.unwrap(), Found::Missing));
}

#[tokio::test]
async fn a_redis_without_memory_refuses_new_jobs_and_lets_running_ones_end() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 3).await;
    for _ in 0..3 {
        fleet.submit("ada", Normal).await;
    }
    let leases: Vec<_> = fleet.schedule().await.into_iter().map(|(_, lease)| lease).collect();
    command(&fleet.redis, &["CONFIG", "SET", "maxmemory", "1"]).await;
    let job = new_job("ada", Normal, "upscale.2x");
    assert!(matches!(fleet.store.submit(&job).await, Err(StoreError::Full)));
    assert!(matches!(fleet.store.schedule().await, Err(StoreError::Full)));
    assert_eq!(fleet.store.beat(agent.id, agent.nonce, &leases, &[]).await.unwrap(), Some(vec![]));
    fleet.finish(&leases[0]).await;
    assert_eq!(fleet.store.cancel(leases[1].job).await.unwrap(), Canceled::Now);
    fleet.start(&leases[2]).await;
    assert_eq!(fleet.fail(&leases[2], FailureCode::EngineError).await, Told::Done);
    assert_eq!(record(&fleet.store, leases[0].job).await.status, Status::Succeeded);
}

#[tokio::test]
async fn events_are_numbered_without_gaps_and_a_trimmed_stream_is_noticed() {
    let fleet = Fleet::new().await;
    let start = fleet.store.position().await.unwrap();
    for _ in 0..5 {
        fleet.submit("ada", Normal).await;
    }
    let mut feed = fleet.store.feed(start, MailPosition::start()).await.unwrap();
    let news = feed.next().await.unwrap();
    let numbers: Vec<u64> = news.changes.iter().map(|change| change.number).collect();
    assert_eq!((numbers, news.gap), ((1..=5).collect(), false));
    command(&fleet.redis, &["XTRIM", &Keys::new("fleet").fixed("events"), "MAXLEN", "2"]).await;
    let news = fleet.store.feed(start, MailPosition::start()).await.unwrap().next().await.unwrap();
    assert_eq!((news.changes.len(), news.gap), (2, true));
}

#[tokio::test]
async fn after_a_time_in_which_nobody_could_be_heard_nobody_is_judged() {
    let fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    assert!(matches!(fleet.store.judge().await.unwrap(), Verdict::Due { .. }));
    let keys = Keys::new("fleet");
    command(&fleet.redis, &["ZADD", &keys.fixed("agents"), "1", &agent.id.to_string()]).await;
    command(&fleet.redis, &["HINCRBY", &keys.fixed("judge"), "passed_at", "-6000"]).await;
    assert_eq!(fleet.store.bury(agent.id, None).await.unwrap(), None);
    assert!(matches!(fleet.store.judge().await.unwrap(), Verdict::Mercy { .. }));
    assert!(
        matches!(fleet.store.judge().await.unwrap(), Verdict::Mercy { .. }),
        "for as long as an agent may be silent"
    );
    command(&fleet.redis, &["HSET", &keys.fixed("judge"), "mercy_until", "0"]).await;
    assert_eq!(fleet.store.judge().await.unwrap(), Verdict::Due { leases: vec![], agents: vec![agent.id] });
    assert_eq!(fleet.store.bury(agent.id, None).await.unwrap(), Some(0));
}

#[tokio::test]
async fn an_agent_that_beat_after_it_was_judged_keeps_its_jobs() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    fleet.submit("alice", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    assert_eq!(fleet.store.bury(agent.id, None).await.unwrap(), None);
    assert_eq!(fleet.start(&lease).await, Told::Done);
}

#[tokio::test]
async fn a_second_program_under_one_id_is_refused_while_the_first_is_connected() {
    let fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    assert_eq!(fleet.hello(agent.again(), 1, 2, &[]).await, None);
    let agent = agent.again();
    let greeting = fleet.hello(agent, 1, 1, &[]).await;
    assert_eq!(greeting, Some(0), "the same program again");
    fleet.store.closed(agent.id, agent.nonce, Some(Duration::from_secs(5))).await.unwrap();
    assert_eq!(fleet.hello(agent.again(), 1, 2, &[]).await, Some(0));
}

#[tokio::test]
async fn a_hello_whose_answer_was_lost_is_not_taken_for_a_newer_connection() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    assert_eq!(fleet.hello(agent, 1, 1, &[]).await, Some(0));
    fleet.submit("ada", Normal).await;
    fleet.store.schedule().await.unwrap();
    let letters = fleet.letters().await;
    assert!(matches!(letters.as_slice(), [crate::store::Letter { mail: crate::store::Mail::Assign(_), .. }]));
}

#[tokio::test]
async fn a_preview_is_kept_only_under_the_valid_token_and_only_if_it_is_newer() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    let speaker = Speaker { agent: agent.id, identity: "" };
    fleet.submit("ada", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    assert_eq!(fleet.store.preview(speaker, &lease, 2, b"two").await.unwrap(), Told::Done);
    assert_eq!(fleet.store.preview(speaker, &lease, 1, b"one").await.unwrap(), Told::Already);
    let foreign = spool_shared::protocol::HeldLease { token: fresh_token(), ..lease };
    assert!(matches!(fleet.store.preview(speaker, &foreign, 3, b"no").await.unwrap(), Told::Refused(_)));
    assert_eq!(fleet.store.previewed(lease.job).await.unwrap(), Some((2, b"two".to_vec())));
    // Another attempt counts from the beginning, and until it has drawn something there is nothing to see.
    fleet.start(&lease).await;
    fleet.release(&lease).await;
    assert_eq!(fleet.store.previewed(lease.job).await.unwrap(), None);
    let (_, lease) = fleet.schedule().await.remove(0);
    fleet.start(&lease).await;
    assert_eq!(fleet.store.previewed(lease.job).await.unwrap(), None);
    assert_eq!(fleet.store.preview(speaker, &lease, 1, b"new").await.unwrap(), Told::Done);
    assert_eq!(fleet.store.previewed(lease.job).await.unwrap(), Some((1, b"new".to_vec())));
}

#[tokio::test]
async fn a_record_stays_a_listpack_through_the_whole_life_of_a_job() {
    let mut fleet = Fleet::new().await;
    fleet.connect(1, 1).await;
    let job = fleet.submit("ada", Normal).await;
    let key = Keys::new("fleet").of("job", job);
    let encoding = async |redis: &TestRedis| -> String {
        let mut redis = redis.connection().await;
        ::redis::cmd("OBJECT").arg("ENCODING").arg(&key).query_async(&mut redis).await.unwrap()
    };
    assert_eq!(encoding(&fleet.redis).await, "listpack");
    let (_, lease) = fleet.schedule().await.remove(0);
    fleet.start(&lease).await;
    let report = super::samples::report(1, 0.123_456_789_012_345_6);
    fleet.store.progress(fleet.holder(&lease), &lease, &report).await.unwrap();
    fleet.release(&lease).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    fleet.finish(&lease).await;
    assert_eq!(encoding(&fleet.redis).await, "listpack");
}
