//! Messages between agents and replicas that come twice, late, wrong, or never.

use spool_shared::{job::Status, protocol::RefusedCode};
use spool_tests::{
    Job, PATIENCE, World,
    bare_agent::{BareAgent, tiny_png},
    client::{JOB, read_until},
    events::Event,
    job::Spent,
    proxy::{Direction, Often, Proxy, frames::Fate},
    redis::Remains,
    within,
};

const ONE_ATTEMPT: Spent = Spent { attempts: 1, failures: 0, losses: 0, bounces: 0, drains: 0 };
/// A result of several chunks.
const SCRIPT: &str = "steps=3 step_ms=20 output_bytes=3000000 unique=1";

/// A world with one agent behind a line.
async fn world() -> World {
    // An agent that lost its connection dials again within two seconds.
    let plan = World::plan().agents(1).patient().frame_lines().with("SPOOL_RECONNECT_GRACE_MS", "10000");
    // A last chunk that is lost is followed by nothing that would show it.
    plan.with("SPOOL_STALL_MS", "upload=500").start().await
}

/// Runs a job under a rule; it succeeds with its whole result. How often the rule struck.
async fn succeeds_under(
    world: &World,
    direction: Direction,
    name: &str,
    often: Often,
    fate: Fate,
) -> (Job, u64) {
    let line = world.frame_line(0);
    let before = line.disturbed();
    line.disturb(direction, Some(name), often, fate);
    let submitted = world.client().submit(SCRIPT).await;
    within(PATIENCE, &format!("{fate:?} of {name}"), line.has_disturbed(before + 1)).await;
    let job = world.client().ended(&submitted.id).await;
    line.heal();
    assert_eq!(job.status, Status::Succeeded, "{fate:?} of {name}: {job:?}");
    let file = world.client().download(&job.outputs[0].url).await;
    assert_eq!(sha256(&file), job.outputs[0].sha256, "{fate:?} of {name}");
    (job, line.disturbed() - before)
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(bytes))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_said_twice_counts_once() {
    let world = world().await;
    let up = ["accepted", "started", "progress", "succeeded", "begin", "chunk", "heartbeat"];
    let down = ["assign", "beat", "done", "have", "stored"];
    let all =
        up.map(|name| (Direction::Up, name)).into_iter().chain(down.map(|name| (Direction::Down, name)));
    let mut jobs = 0;
    for (direction, name) in all {
        let (job, _) = succeeds_under(&world, direction, name, Often::Each(1), Fate::Twice).await;
        assert_eq!(job.spent(), ONE_ATTEMPT, "{name}: {job:?}");
        jobs += 1;
    }
    assert_eq!(world.redis().told("succeeded"), jobs);

    // A failure that is told twice is one.
    let line = world.frame_line(0);
    let before = line.disturbed();
    line.disturb(Direction::Up, Some("failed"), Often::Each(1), Fate::Twice);
    let job = world.client().succeeded("steps=3 step_ms=20 fail_at=2 fail_times=1").await;
    assert_eq!(job.spent(), Spent { attempts: 2, failures: 1, ..Spent::default() }, "{job:?}");
    assert_eq!(line.disturbed(), before + 1);
    assert_eq!(world.redis().remains(), Remains::ended(jobs as u64 + 1, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn progress_that_comes_late_is_never_shown_backwards() {
    let world = world().await;
    let line = world.frame_line(0);
    line.disturb(Direction::Up, Some("progress"), Often::Each(2), Fate::Behind(2));
    let submitted = world.client().submit("steps=50 step_ms=100").await;
    let mut events = world.client().events(&submitted.id, None).await;
    let told = read_until(&mut events, |event| event.name == JOB && event.job().status.is_terminal()).await;

    assert!(line.disturbed() >= 5, "only {} reports came late", line.disturbed());
    let jobs: Vec<Job> = told.iter().filter(|event| event.name == JOB).map(Event::job).collect();
    let fraction = |job: &Job| job.progress.as_ref().map_or(0.0, |progress| progress.fraction);
    for pair in jobs.windows(2) {
        assert!(pair[0].version < pair[1].version, "{pair:?}");
        assert!(fraction(&pair[0]) <= fraction(&pair[1]), "{pair:?}");
    }
    let last = jobs.last().expect("the end");
    assert_eq!((last.status, last.spent()), (Status::Succeeded, ONE_ATTEMPT), "{last:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_with_a_wrong_bit_is_sent_again_and_one_that_never_comes_right_fails() {
    let world = world().await;
    let (job, struck) = succeeds_under(&world, Direction::Up, "chunk", Often::Nth(2), Fate::Corrupt).await;
    assert_eq!((job.spent(), struck), (ONE_ATTEMPT, 1), "{job:?}");

    let line = world.frame_line(0);
    let before = line.disturbed();
    line.disturb(Direction::Up, Some("chunk"), Often::Each(2), Fate::Corrupt);
    let submitted = world.client().submit(SCRIPT).await;
    let job = world.client().ended(&submitted.id).await;
    assert_eq!(job.status, Status::Failed, "{job:?}");
    // At least once in each attempt.
    let struck = line.disturbed() - before;
    assert!(struck >= u64::from(job.attempts), "{struck} chunks of {job:?}");
    assert!(job.outputs.is_empty(), "{job:?}");
    assert_eq!(job.spent(), Spent { attempts: 2, failures: 2, ..Spent::default() }, "{job:?}");
    assert_eq!(job.error.expect("a failed job says why").code, "server_storage");
    line.heal();
    world.client().succeeded(SCRIPT).await;
    assert_eq!(world.redis().remains(), Remains::ended(2, 1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chunks_that_overlap_or_are_missing_or_come_late_still_make_the_whole_file() {
    let world = world().await;
    // By chance: each n-th could be the same chunk again after each resumption, for good.
    let often = Often::Chance { of: 0.25, seed: 45 };
    for fate in [Fate::Twice, Fate::Lost, Fate::Behind(1), Fate::Behind(3)] {
        let (job, struck) = succeeds_under(&world, Direction::Up, "chunk", often, fate).await;
        assert_eq!(job.spent(), ONE_ATTEMPT, "{fate:?}: {job:?}");
        assert!(struck >= 2, "{fate:?} struck {struck} times");
    }
    assert_eq!(world.redis().remains(), Remains::ended(4, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_ends_at_any_message_costs_no_result() {
    let world = world().await;
    let messages = [
        (
            Direction::Up,
            ["heartbeat", "accepted", "started", "progress", "succeeded", "begin", "chunk"].as_slice(),
        ),
        (Direction::Down, ["assign", "beat", "done", "have", "stored"].as_slice()),
    ];
    let mut jobs = 0;
    for (direction, names) in messages {
        for name in names {
            let (job, struck) = succeeds_under(&world, direction, name, Often::Nth(1), Fate::Closed).await;
            assert_eq!(struck, 1, "{name}");
            assert_eq!((job.failures, job.losses), (0, 0), "{name}: {job:?}");
            assert!(job.attempts == 1 && job.bounces <= 1, "{name}: {job:?}");
            jobs += 1;
        }
    }
    assert_eq!(world.redis().told("succeeded"), jobs);
    assert_eq!(world.redis().remains(), Remains::ended(jobs as u64, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_ends_while_it_opens_or_over_a_cancel_is_opened_again_and_nothing_is_left() {
    let world = world().await;
    let (client, line) = (world.client(), world.frame_line(0));
    for (direction, name) in [(Direction::Up, "hello"), (Direction::Down, "welcome")] {
        let running = client.submit("steps=20 step_ms=50 unique=1").await;
        client.running(&running.id).await;
        let before = line.disturbed();
        line.disturb(direction, Some(name), Often::Nth(1), Fate::Closed);
        line.cut();
        let job = client.ended(&running.id).await;
        assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{name}: {job:?}");
        assert_eq!(line.disturbed(), before + 2, "{name}");
    }
    for (direction, name) in [(Direction::Down, "cancel"), (Direction::Up, "released")] {
        let running = client.submit("steps=600 step_ms=100 unique=1").await;
        client.running(&running.id).await;
        let before = line.disturbed();
        line.disturb(direction, Some(name), Often::Nth(1), Fate::Closed);
        assert_eq!(client.cancel(&running.id).await.status, Status::Canceled);
        line.has_disturbed(before + 1).await;
        // The only slot is free again.
        client.succeeded("steps=2 step_ms=20 unique=1").await;
    }
    assert_eq!(world.redis().remains(), Remains::ended(4, 0, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chunk_behind_a_gap_is_answered_with_what_there_is_and_one_beyond_the_end_is_refused() {
    let world = World::plan().patient().start().await;
    let mut agent = BareAgent::dial("bare", world.replica(0).address(), 1).await;
    let submitted = world.client().submit("by hand").await;
    let held = agent.assigned().await;
    agent.accepts(held);
    agent.starts(held);
    let mut bulk = agent.bulk().await;
    let answers = bulk.oversteps(held, &tiny_png()).await;
    assert_eq!(answers, [Ok(Some(0)), Err(RefusedCode::Corrupt)]);

    // Nothing of it is left in the way of the right file.
    let output = bulk.stores(held, &tiny_png()).await;
    agent.succeeds(held, output);
    let job = world.client().ended(&submitted.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{job:?}");
    assert_eq!(world.client().download(&job.outputs[0].url).await, tiny_png());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_goes_on_where_it_was_when_the_agent_comes_back_from_another_port() {
    let mut world = World::plan().patient().with("SPOOL_RECONNECT_GRACE_MS", "10000").start().await;
    let line = Proxy::to(world.replica(0).address()).await;
    world.add_agent_at(line.address());
    let submitted = world.client().submit("steps=20 step_ms=100").await;
    world.client().running(&submitted.id).await;

    line.weather().resets_all();
    line.weather().has_disturbed(1).await;

    let job = world.client().ended(&submitted.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{job:?}");
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
}
