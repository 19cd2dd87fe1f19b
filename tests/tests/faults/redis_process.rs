//! Redis itself dies, freezes, or is full.

use std::time::{Duration, Instant};

use spool_shared::{
    job::Status,
    protocol::{FromAgent, ToAgent},
};
use spool_tests::{
    PATIENCE, World,
    bare_agent::BareAgent,
    check::files,
    client::read_until,
    deadline::look_until,
    job::Spent,
    page::{Page, entries},
    proxy::{
        Often,
        redis_line::{Commands, Fate},
    },
    redis::Remains,
    within,
};

const ONE_ATTEMPT: Spent = Spent { attempts: 1, failures: 0, losses: 0, bounces: 0, drains: 0 };
/// Answers that are under way for so long that a test can act meanwhile.
const LATE: Fate = Fate::AnsweredLate(Duration::from_millis(1_500));
/// How soon everybody knows that a session is over.
const TOLD: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_comes_back_empty_begins_a_session_that_everybody_hears_of() {
    let plan = World::plan().replicas(2).agents(2).patient();
    let mut world = plan.with("SPOOL_SWEEP_MS", "100").with("SPOOL_SWEEP_AGE_MS", "1000").start().await;
    let client = world.client().clone();
    let done = client.succeeded("steps=1").await;
    // Each slot is taken for longer than the test lasts, and one job waits.
    let mut old = Vec::new();
    for _ in 0..3 {
        old.push(client.submit("steps=600 step_ms=100 unique=1").await.id);
    }
    for id in &old[..2] {
        client.running(id).await;
    }
    let mut streams = Vec::new();
    for (replica, id) in [0, 1, 0].into_iter().zip(&old) {
        streams.push(client.at(replica).events(id, None).await);
    }

    let mut pages =
        [Page::shown(world.replica(0).address()).await, Page::shown(world.replica(1).address()).await];

    world.redis().process().kill();
    world.restart_redis();

    let back = Instant::now();
    for page in &mut pages {
        let reset = page.until(|message| message["t"] == "reset").await;
        assert_eq!(reset["why"], "session_reset");
        let snapshot = page.until(|message| message["t"] == "snapshot").await;
        assert_eq!(snapshot["jobs"], serde_json::json!([]));
    }
    for events in &mut streams {
        let read = read_until(events, |event| event.name == "reset").await;
        assert!(read.last().is_some_and(|event| event.data.contains("session_reset")), "{read:?}");
    }
    // Agents have left the work of the old session: both slots run something new.
    let script = "steps=2 step_ms=50 unique=1";
    let (new, _) = tokio::join!(client.succeeds_once_taken(script), client.succeeds_once_taken(script));
    let took = back.elapsed();
    assert!(took <= TOLD, "it took {took:?}");
    // Pages go on in the new session.
    for page in &mut pages {
        let ended = |job: &serde_json::Value| job["id"] == new.id && job["status"] == "succeeded";
        page.until(|message| entries(message).any(ended)).await;
    }
    let gone = [done.outputs[0].url.clone(), format!("/api/jobs/{}", done.id)];
    for path in old.iter().map(|id| format!("/api/jobs/{id}")).chain(gone) {
        for replica in 0..2 {
            assert_eq!(client.at(replica).get(&path).await.status(), 404, "{path}");
        }
    }
    // Its result is nobody's any more; that of the new session stays.
    let data = world.folder().join("data/objects");
    let of = |id: &str| files::stored(&data).iter().any(|file| file.job == id);
    let swept = tokio::task::block_in_place(|| look_until(PATIENCE, || (!of(&done.id)).then_some(())));
    assert!(swept.is_some() && of(&new.id), "{:?}", files::stored(&data));
    assert_eq!(client.download(&new.outputs[0].url).await.len() as u64, new.outputs[0].bytes);
    assert_eq!(world.redis().remains(), Remains::ended(2, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hand_out_whose_answer_dies_with_redis_is_of_no_session_any_more() {
    let mut world = World::plan().patient().redis_lines().start().await;
    let client = world.client().clone();
    let mut agent = BareAgent::dial("bare", world.replica(0).address(), 0).await;
    let submitted = client.submit("handed out into nothing").await;
    world.redis_line(0).disturb(Commands::Scripts, Often::Each(1), LATE);
    agent.says(FromAgent::Slots { healthy: 1, warm: vec![], draining: false, pause: None });
    let claimed = look_until(PATIENCE, || (world.redis().told("assigned") > 0).then_some(()));
    assert!(claimed.is_some(), "nobody claimed the job");

    // Nobody has been told so far.
    world.redis().process().kill();
    assert!(world.redis_line(0).disturbed() > 0);
    world.redis_line(0).heal();
    world.restart_redis();

    let said = agent.hears().await;
    assert!(matches!(&said, ToAgent::Goodbye { .. }), "{said:?}");
    assert!(agent.is_cut_off().await);
    let mut again = BareAgent::dial_as(agent.program, "bare", world.replica(0).address(), 1, None).await;
    let new = client.submit("of the new session").await;
    let held = again.assigned().await;
    assert_eq!(held.job.to_string(), new.id);
    assert_eq!(client.get(&format!("/api/jobs/{}", submitted.id)).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_redis_costs_no_job_an_attempt() {
    // An agent is dead after 3 s, a lease after 6 s.
    let world = World::plan().replicas(2).agents(2).start().await;
    let client = world.client();
    let mut running = Vec::new();
    for _ in 0..2 {
        running.push(client.submit("steps=100 step_ms=100 unique=1").await.id);
    }
    for id in &running {
        client.running(id).await;
    }

    let redis = world.redis().process();
    redis.freeze();
    // Short: whoever asks meanwhile waits.
    let path = format!("/api/jobs/{}", running[0]);
    let (asked, ()) = tokio::join!(client.get(&path), async {
        tokio::time::sleep(Duration::from_millis(750)).await;
        redis.thaw();
    });
    assert_eq!(asked.status(), 200);
    for id in &running {
        let job = client.job(id).await;
        assert_eq!((job.status, job.spent()), (Status::Running, ONE_ATTEMPT), "{job:?}");
    }

    // Long: until a client was told.
    let frozen = Instant::now();
    redis.freeze();
    let answer = client.post("/api/workflows/i2v", &client.body("steps=1 unique=1")).await;
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key("Retry-After"));
    assert!(frozen.elapsed() > Duration::from_secs(3), "it was over before an agent could have been lost");
    redis.thaw();

    for id in &running {
        let job = client.ended(id).await;
        assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{job:?}");
    }
    let again = client.succeeds_once_taken("steps=1");
    within(Duration::from_secs(5), "a job after the thaw", again).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_redis_refuses_new_jobs_and_lets_running_ones_end() {
    let world = World::plan().agents(1).patient().start().await;
    let client = world.client();
    let running = client.submit("steps=20 step_ms=50").await;
    client.running(&running.id).await;

    world.redis().limit_memory(1);
    let refused = client.post("/api/workflows/i2v", &client.body("steps=1")).await;
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("Retry-After"));
    let job = client.ended(&running.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{job:?}");
    assert_eq!(client.download(&job.outputs[0].url).await.len() as u64, job.outputs[0].bytes);
    assert!(world.redis().refused_for_memory() > 0);

    world.redis().limit_memory(0);
    client.succeeds_once_taken("steps=1").await;
    assert_eq!(world.redis().remains(), Remains::ended(2, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_is_ended_while_redis_is_frozen_does_not_wait_for_it() {
    let world = World::plan().start().await;
    let replica = world.replica(0).process();
    world.redis().process().freeze();
    let told = Instant::now();
    replica.terminate();
    let ended = replica.ended().await;
    let took = told.elapsed();
    world.redis().process().thaw();
    assert!(ended.success(), "{ended}: {}", replica.log());
    assert!(replica.log().to_string().contains("could not sign off in time"), "{}", replica.log());
    // Five seconds for its tasks and one to sign off, and what a busy machine needs.
    assert!(took < Duration::from_secs(9), "it took {took:?}");
}
