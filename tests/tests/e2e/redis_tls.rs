//! A Redis that is reached over TLS.

use spool_tests::{World, process::Process, programs, redis::Redis, replica, settings::Settings};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_pass_through_a_redis_over_tls() {
    let world = World::plan().replicas(2).agents(2).redis_over_tls().start().await;
    assert!(world.redis().url().starts_with("rediss://"));
    for _ in 0..4 {
        world.client().succeeded("steps=2").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_whose_certificate_nobody_vouches_for_is_refused_with_a_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let redis = Redis::over_tls(folder.path());
    let mut command = replica::command(&programs::api(), folder.path(), &Settings::default());
    command.env("SPOOL_LISTEN", "127.0.0.1:0").env("SPOOL_DATA_DIR", folder.path().join("data"));
    command.env("SPOOL_REDIS_URL", redis.url());
    let api = Process::start("api", command, folder.path());

    let status = api.ended().await;

    let secrets = redis.secrets();
    redis.process().abandon();
    assert!(!status.success());
    let said = api.log().to_string();
    assert!(said.contains("Redis at SPOOL_REDIS_URL") && said.contains("certificate"), "{said}");
    assert!(secrets.iter().all(|secret| !said.contains(secret)), "{said}");
}
