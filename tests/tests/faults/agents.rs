//! Agents that are killed.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};
use spool_shared::{
    job::Status,
    protocol::{FromAgent, Timings, ToAgent},
};
use spool_tests::{
    Job, PATIENCE, World,
    bare_agent::{BareAgent, tiny_png},
    check::{Stored, evidence, files},
    deadline::look_until,
    job::Spent,
    proxy::{Direction, Often, Proxy, frames::Fate},
    redis::Remains,
};

const ONE: Spent = Spent { attempts: 1, failures: 0, losses: 0, bounces: 0, drains: 0 };

/// The number in an agent's name, from 0.
fn index_of(job: &Job) -> usize {
    job.agent_name().trim_start_matches("agent-").parse::<usize>().expect("a number") - 1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_agent_that_is_killed_is_gone_in_time_and_no_job_is_touched() {
    let world = World::plan().replicas(2).agents(2).start().await;
    let submitted = world.client().submit("steps=30 step_ms=100").await;
    let running = world.client().running(&submitted.id).await;
    let idle = 1 - index_of(&running);

    world.agent(idle).process().kill();
    let killed = Instant::now();
    // The grace of a closed socket, scaled; a dead one would have this long.
    let dead = Duration::from_secs(3);
    let gone = tokio::task::block_in_place(|| {
        look_until(dead, || (world.redis().agents() == 1).then(|| killed.elapsed()))
    });

    assert!(gone.is_some(), "the agent is still known after {dead:?}");
    let job = world.client().ended(&submitted.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE), "{job:?}");
    assert_eq!((job.agent_name(), world.redis().told("lost")), (running.agent_name(), 0));
}

/// Blocks until the result files of the world are as `wanted`.
fn look_at_files(world: &World, what: &str, wanted: impl Fn(&[Stored]) -> bool) {
    let data = world.folder().join("data/objects");
    let seen =
        tokio::task::block_in_place(|| look_until(PATIENCE, || wanted(&files::stored(&data)).then_some(())));
    assert!(seen.is_some(), "{what}: {:?}", files::stored(&data));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_dies_in_the_middle_of_an_upload_begins_anew_and_its_bytes_are_right() {
    const SIZE: u64 = 4_000_000;
    let plan = World::plan().with("SPOOL_SWEEP_MS", "100").with("SPOOL_SWEEP_AGE_MS", "500");
    let mut world = plan.start().await;
    let replica = world.replica(0).address().to_owned();
    let line = Proxy::to(&replica).await;
    let nowhere = TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a port");
    world.add_agent_at(line.address());
    for percent in [10, 50, 99] {
        let submitted = world.client().submit(&format!("steps=1 output_bytes={SIZE} unique=1")).await;
        line.cut_after(SIZE / 100 * percent, &nowhere.to_string());
        let cut = tokio::task::block_in_place(|| {
            look_until(spool_tests::PATIENCE, || (!line.waits_for_a_cut()).then_some(()))
        });
        assert!(cut.is_some(), "the upload came to {percent} %");
        let begun = |file: &Stored| file.job == submitted.id && file.name.starts_with("parts/");
        look_at_files(&world, "what came is kept for an agent that comes back", |all| all.iter().any(begun));
        world.agent(0).process().kill();
        line.lead_to(&replica);
        world.restart_agent_with(0, &[]);

        let job = world.client().ended(&submitted.id).await;
        let spent = Spent { attempts: 2, losses: 1, ..Spent::default() };
        assert_eq!((job.status, job.spent()), (Status::Succeeded, spent), "at {percent} %: {job:?}");
        let file = world.client().download(&job.outputs[0].url).await;
        assert_eq!(hex::encode(Sha256::digest(&file)), job.outputs[0].sha256, "at {percent} %");
        // What the dead attempt had sent goes.
        let won = evidence::jobs(&mut world.redis().connect())[&submitted.id].result.clone();
        let wins = |file: &Stored| file.job != submitted.id || Some(&file.attempt) == won.as_ref();
        look_at_files(&world, "the dead attempt's parts are swept", |all| all.iter().all(wins));
    }
    assert_eq!(world.redis().remains(), Remains::ended(3, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_dies_after_the_commit_and_before_its_answer_has_succeeded_once() {
    let mut world = World::plan().agents(1).patient().frame_lines().start().await;
    world.frame_line(0).disturb(Direction::Down, Some("done"), Often::Nth(1), Fate::Lost);
    let submitted = world.client().submit("steps=1").await;
    world.frame_line(0).has_disturbed(1).await;
    world.agent(0).process().kill();
    world.restart_agent_with(0, &[]);
    // It has its place again, and nothing of the other job.
    world.client().succeeded("steps=1").await;
    let job = world.client().job(&submitted.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE), "{job:?}");
    assert_eq!((world.redis().told("succeeded"), world.redis().told("assigned")), (2, 2));
    assert_eq!(world.redis().remains(), Remains::ended(2, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_never_read_the_answer_to_a_result_is_told_to_drop_its_lease() {
    let world = World::plan().replicas(2).patient().start().await;
    let client = world.client();
    let mut agent = BareAgent::dial("bare", world.replica(0).address(), 1).await;
    let submitted = client.submit("held by the agent").await;
    let held = agent.assigned().await;
    agent.accepts(held);
    agent.starts(held);
    let output = agent.bulk().await.stores(held, &tiny_png()).await;
    // It goes on holding the lease until there is an answer.
    let (job, token, outputs) = (held.job, held.token, vec![output.clone()]);
    agent.says(FromAgent::Succeeded { job, token, outputs, timings: Timings::default() });
    let ended = client.ended(&submitted.id).await;

    let mut agent = agent.again(world.replica(1).address()).await;
    assert_eq!(*agent.dropped, [held.job]);
    // Said once more, it changes nothing.
    agent.succeeds(held, output);
    assert!(matches!(agent.hears().await, ToAgent::Done { job, .. } if job == held.job));
    let job = client.job(&submitted.id).await;
    assert_eq!((job.status, job.version, job.spent()), (Status::Succeeded, ended.version, ONE), "{job:?}");
    assert_eq!(world.redis().told("succeeded"), 1);
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_on_which_four_agents_died_is_poison_and_the_fleet_lives_on() {
    let mut world = World::plan().agents(2).start().await;
    let submitted = world.client().submit("steps=1000 step_ms=100").await;
    for attempt in 1..=4 {
        let again = |job: &Job| job.attempts == attempt && job.reached(1);
        let running = world.client().until(&submitted.id, "the next attempt runs", again).await;
        let index = index_of(&running);
        world.agent(index).process().kill();
        world.restart_agent_with(index, &[]);
    }

    let job = world.client().ended(&submitted.id).await;
    let spent = Spent { attempts: 4, losses: 4, ..Spent::default() };
    assert_eq!((job.status, job.spent()), (Status::Failed, spent), "{job:?}");
    assert_eq!(job.error.expect("a failed job says why").code, "poison_job");
    world.client().succeeded("steps=1").await;
    assert_eq!(world.redis().remains(), Remains::ended(1, 1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_kills_each_worker_fails_after_one_retry_and_the_workers_come_back() {
    let world = World::plan().agents(1).start().await;
    let submitted = world.client().submit("steps=2 crash_at=1").await;

    let job = world.client().ended(&submitted.id).await;
    let spent = Spent { attempts: 2, failures: 2, ..Spent::default() };
    assert_eq!((job.status, job.spent()), (Status::Failed, spent), "{job:?}");
    assert_eq!(job.error.expect("a failed job says why").code, "worker_crashed");
    world.client().succeeded("steps=1").await;
    assert_eq!(world.redis().remains(), Remains::ended(1, 1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_nobody_could_run_for_too_long_expires_and_its_client_hears_of_it() {
    let world = World::plan().agents(1).with("SPOOL_QUEUE_TTL_MS", "1000").start().await;
    world.agent(0).process().kill();
    let submitted = world.client().submit("steps=1").await;

    let job = world.client().ended(&submitted.id).await;
    assert_eq!((job.status, job.spent()), (Status::Failed, Spent::default()), "{job:?}");
    assert_eq!(job.error.expect("a failed job says why").code, "expired");
    assert_eq!(world.redis().remains(), Remains::ended(0, 1, 0));
}
