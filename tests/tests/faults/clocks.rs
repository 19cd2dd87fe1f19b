//! Machines whose clocks are wrong, or are set while they work. Only the clock of Redis counts.

use std::time::{Duration, Instant};

use serde_json::Value;
use spool_shared::job::Status;
use spool_tests::{
    Job, World,
    clock::{minutes_ahead, wrong_by, wrong_by_file},
    job::Spent,
};

const ONCE: Spent = Spent { attempts: 1, failures: 0, losses: 0, bounces: 0, drains: 0 };

async fn shown(world: &World, job: &Job) -> Value {
    world.client().get(&format!("/api/jobs/{}", job.id)).await.json().await.expect("JSON")
}

/// Whether a clock is an hour from the right one; a minute may have ended between two looks.
fn is_an_hour(minutes: i64) -> bool {
    (59..=61).contains(&minutes)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_whose_clocks_are_two_hours_apart_agree_on_order_leases_and_ends() {
    let (Some(ahead), Some(behind)) = (wrong_by("+1h"), wrong_by("-1h")) else { return };
    let plan = World::plan().replicas(2).replica_with(0, &ahead).replica_with(1, &behind);
    let mut world = plan.agents(1).start().await;
    let mut jobs = Vec::new();
    for number in 0..6 {
        jobs.push(world.client().at(number % 2).submit("steps=2 step_ms=50").await);
    }
    for (replica, sign) in [(0, 1), (1, -1)] {
        let line = world.replica(replica).process().log().line(&["was accepted"]).await;
        let minutes = minutes_ahead(&line);
        assert!(is_an_hour(minutes * sign), "the clock is {minutes} minutes ahead: {line}");
    }
    let mut times: Vec<[String; 3]> = Vec::new();
    for job in &jobs {
        let job = world.client().ended(&job.id).await;
        assert_eq!((job.status, job.spent()), (Status::Succeeded, ONCE), "{job:?}");
        let shown = shown(&world, &job).await;
        times.push(["created_at", "started_at", "finished_at"].map(|time| {
            let time = shown[time].as_str().unwrap_or_else(|| panic!("no {time}: {shown}"));
            assert!((-1..=0).contains(&minutes_ahead(time)), "{time} is not the time of Redis");
            time.to_owned()
        }));
    }
    assert!(
        times.iter().all(|[created, started, ended]| created <= started && started <= ended),
        "{times:?}"
    );
    assert!(times.windows(2).all(|two| two[0].iter().zip(&two[1]).all(|(a, b)| a <= b)), "{times:?}");

    // The second agent is the other replica's; either of them may be the one that finds the first one silent.
    let submitted = world.client().at(1).submit("steps=20 step_ms=100").await;
    world.client().at(1).running(&submitted.id).await;
    world.add_agent();
    world.agents_are_known();
    world.agent(0).process().freeze();
    let frozen = Instant::now();
    let moved = |job: &Job| job.agent.as_ref().is_some_and(|agent| agent.name == "agent-2");
    world.client().at(1).until(&submitted.id, "the second agent has the job", moved).await;
    let took = frozen.elapsed();
    // The silence until an agent is dead, less a heartbeat; a busy machine may be late, but not by an hour.
    assert!(took > Duration::from_millis(2_700) && took < Duration::from_secs(8), "it took {took:?}");
    world.agent(0).process().thaw();
    let job = world.client().ended(&submitted.id).await;
    let lost = Spent { attempts: 2, losses: 1, ..Spent::default() };
    assert_eq!((job.status, job.spent()), (Status::Succeeded, lost), "{job:?}");
    assert_eq!(world.redis().told("lost"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_was_paused_and_whose_clock_jumps_by_an_hour_keeps_its_job() {
    let mut world = World::plan().start().await;
    let file = world.folder().join("clock").display().to_string();
    std::fs::write(&file, "+0\n").expect("the clock is right");
    let Some(clock) = wrong_by_file(&file) else { return };
    world.add_agent_with(&clock);
    world.agents_are_known();
    // Longer than a lease from the jump on, so that it is renewed under the wrong clock.
    let submitted = world.client().submit("steps=75 step_ms=100").await;
    world.client().running(&submitted.id).await;
    let agent = world.agent(0).process();
    let accepted = agent.log().line(&["Accepted a job"]).await;
    assert!((-1..=0).contains(&minutes_ahead(&accepted)), "{accepted}");

    agent.freeze();
    std::fs::write(&file, "+3600\n").expect("the clock is set");
    tokio::time::sleep(Duration::from_secs(1)).await;
    agent.thaw();

    let job = world.client().ended(&submitted.id).await;
    assert_eq!((job.status, job.spent()), (Status::Succeeded, ONCE), "{job:?}");
    let mark = agent.log().len();
    world.client().succeeded("steps=1").await;
    let accepted = agent.log().line_after(mark, &["Accepted a job"]).await;
    assert!(is_an_hour(minutes_ahead(&accepted)), "{accepted}");
    assert_eq!((world.redis().told("lost"), world.redis().agents()), (0, 1));
}
