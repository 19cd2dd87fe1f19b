//! A clean start by order.

use std::time::Duration;

use spool_shared::{ids::ReplicaId, workflow::Priority::Normal};

use super::{
    fleet::Fleet,
    redis::{TestRedis, limits},
};
use crate::store::{Cleared, Found, Store, StoreError, keys::Keys};

fn newcomer() -> ReplicaId {
    ReplicaId::from_random([9; 16])
}

async fn keys(redis: &TestRedis) -> Vec<String> {
    let mut keys: Vec<String> =
        ::redis::cmd("KEYS").arg("*").query_async(&mut redis.connection().await).await.unwrap();
    keys.sort();
    keys
}

#[tokio::test]
async fn a_clean_start_removes_everything_of_this_prefix_and_nothing_else() {
    let mut fleet = Fleet::new().await;
    fleet.connect(1, 1).await;
    let job = fleet.submit("ada", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    let neighbour = fleet.redis.store("fleet2").await;
    for number in 0..2_500 {
        let key = format!("{}refs:{number}", Keys::new("fleet").prefix());
        ::redis::cmd("SET").arg(key).arg(1).exec_async(&mut fleet.redis.connection().await).await.unwrap();
    }
    fleet.store.leave().await.unwrap();
    let cleared = Store::clear(&fleet.redis.url(), "fleet", newcomer(), Duration::ZERO).await.unwrap();
    assert!(matches!(cleared, Cleared::Keys(keys) if keys > 2_500), "{cleared:?}");
    let own = Keys::new("fleet").of("replica", newcomer());
    assert!(keys(&fleet.redis).await.iter().all(|key| *key == own || key.starts_with("fleet2:")));
    neighbour.position().await.expect("the neighbour's session goes on");

    // Whoever worked in the old session hears of its end.
    assert!(matches!(fleet.store.start(fleet.holder(&lease), &lease, 0).await, Err(StoreError::Session)));
    let fresh = Store::open(&fleet.redis.url(), "fleet", newcomer(), limits()).await.unwrap();
    assert_ne!(fresh.session(), fleet.store.session());
    assert!(matches!(fresh.find(job).await.unwrap(), Found::Missing));
}

#[tokio::test]
async fn nothing_is_removed_while_another_replica_lives() {
    let fleet = Fleet::new().await;
    fleet.submit("ada", Normal).await;
    fleet.store.sign_of_life().await.unwrap();
    let before = keys(&fleet.redis).await.len();
    let url = fleet.redis.url();
    let clear = |patience| Store::clear(&url, "fleet", newcomer(), patience);
    assert_eq!(clear(Duration::ZERO).await.unwrap(), Cleared::InUse);
    assert_eq!(keys(&fleet.redis).await.len(), before + 1, "all are there, and the newcomer's sign of life");
    // One that was killed is believed for three seconds more.
    let dead = Keys::new("fleet").of("replica", fleet.store.replica());
    ::redis::cmd("PEXPIRE").arg(dead).arg(50).exec_async(&mut fleet.redis.connection().await).await.unwrap();
    assert!(matches!(clear(Duration::from_mins(1)).await.unwrap(), Cleared::Keys(_)));
}

#[tokio::test]
async fn no_replica_joins_while_the_keys_are_being_removed() {
    let redis = TestRedis::start();
    let key = Keys::new("half").fixed("session");
    ::redis::cmd("HSET")
        .arg(&[&key, "id", "x", "schema", "clearing"])
        .exec_async(&mut redis.connection().await)
        .await
        .unwrap();
    let Err(error) = Store::open(&redis.url(), "half", newcomer(), limits()).await else {
        panic!("it joined")
    };
    assert!(error.to_string().contains("another replica clears it"), "{error}");
    let cleared = Store::clear(&redis.url(), "half", newcomer(), Duration::ZERO).await.unwrap();
    assert_eq!(cleared, Cleared::Keys(0));
    Store::open(&redis.url(), "half", newcomer(), limits()).await.unwrap();
}
