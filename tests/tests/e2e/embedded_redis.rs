//! The Redis that the API starts itself, and Redis servers that it refuses.

use std::time::Duration;

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use spool_tests::{
    World,
    deadline::look_until,
    job::Spent,
    process::{Process, command_line, living_in},
    programs,
    redis::Redis,
    replica,
    settings::Settings,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_api_without_a_redis_starts_its_own_and_ends_it_on_exit() {
    let world = World::plan().agents(1).embedded_redis().start().await;
    let job = world.client().succeeded("steps=1").await;
    assert_eq!(job.spent(), Spent { attempts: 1, ..Spent::default() });
    assert!(embedded(&world).is_some());
    // The world's end makes sure that the process goes with the API.
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_embedded_redis_dies_with_a_killed_api() {
    let world = World::plan().embedded_redis().start().await;
    let redis = embedded(&world).expect("a redis-server");
    world.replica(0).process().kill();
    let gone = look_until(Duration::from_secs(5), || (!is_redis(redis)).then_some(()));
    assert!(gone.is_some(), "redis-server outlived the API");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_embedded_redis_is_started_again_and_new_jobs_run() {
    let world = World::plan().agents(1).embedded_redis().start().await;
    let old = world.client().succeeded("steps=1").await;
    let mark = world.replica(0).process().log().len();

    kill(embedded(&world).expect("a redis-server"), Signal::SIGKILL).expect("it is there");

    world.replica(0).process().log().line_after(mark, &["session"]).await;
    world.client().succeeds_once_taken("steps=1").await;
    assert_eq!(world.client().get(&format!("/api/jobs/{}", old.id)).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_would_evict_keys_is_refused_with_a_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let redis = Redis::with_policy(folder.path(), "allkeys-lru");
    let mut command = replica::command(&programs::api(), folder.path(), &Settings::default());
    command.env("SPOOL_LISTEN", "127.0.0.1:0").env("SPOOL_DATA_DIR", folder.path().join("data"));
    command.env("SPOOL_REDIS_URL", redis.url());
    let api = Process::start("api", command, folder.path());

    let status = api.ended().await;

    redis.process().abandon();
    assert!(!status.success());
    let said = api.log().to_string();
    assert!(said.contains("maxmemory-policy") && said.contains("noeviction"), "{said}");
}

/// The redis-server of a world whose API started it.
fn embedded(world: &World) -> Option<Pid> {
    living_in(world.folder()).into_iter().find(|pid| is_redis(*pid))
}

fn is_redis(pid: Pid) -> bool {
    command_line(pid).contains("redis-server")
}
