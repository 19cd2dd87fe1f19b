//! `SPOOL_CLEAR_JOBS_ON_START`: a session of one's own.

use reqwest::StatusCode;
use spool_tests::{
    PATIENCE, World, process::Process, programs, redis::Remains, replica, settings::Settings, within,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clean_start_forgets_what_was_there_and_is_refused_while_another_replica_lives() {
    let mut world = World::plan().with("SPOOL_CLEAR_JOBS_ON_START", "true").start().await;
    let job = world.client().submit("steps=1").await;

    let mut settings = Settings::default();
    settings.set("SPOOL_CLEAR_JOBS_ON_START", "true");
    settings.set("SPOOL_REDIS_URL", world.redis().url());
    settings.set("SPOOL_LISTEN", "127.0.0.1:0");
    let command = replica::command(&programs::api(), world.folder(), &settings);
    let intruder = Process::start("intruder", command, world.folder());
    assert!(!within(PATIENCE, "the second replica gives up", intruder.ended()).await.success());
    intruder.log().line(&["SPOOL_CLEAR_JOBS_ON_START would take the jobs of another replica"]).await;
    assert_eq!(world.client().job(&job.id).await.id, job.id, "nothing was taken");

    // Killed, not stopped: its sign of life stays behind for a while.
    world.replica(0).process().kill();
    world.restart_replica(0);
    world.replica(0).process().log().line(&["Cleared the session before"]).await;
    let response = world.client().get(&format!("/api/jobs/{}", job.id)).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(world.redis().remains(), Remains::ended(0, 0, 0));
}
