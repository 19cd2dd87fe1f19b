//! Nodes whose Python does not always start.

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt as _, path::Path};

use futures_util::future::join_all;
use serde_json::{Value, json};
use spool_shared::job::Status;
use spool_tests::{World, job::Spent, programs};

/// Stands in for Python: counts its starts for each slot, and starts the real one where `starts` allows it.
fn python(folder: &Path, starts: &str) -> String {
    let (script, count, real) = (folder.join("python"), folder.join("starts"), programs::in_venv("python"));
    let text = format!(
        "#!/bin/sh\n\
         # Called as: python -m spool.worker --socket SOCKET --slot SLOT …\n\
         count='{}'.$6\n\
         n=$(($(cat \"$count\" 2>/dev/null || echo 0) + 1))\n\
         echo $n >\"$count\"\n\
         [ {starts} ] || exit 3\n\
         exec '{}' \"$@\"\n",
        count.display(),
        real.display(),
    );
    fs::write(&script, text).expect("the script is written");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("it may be run");
    script.display().to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_python_that_dies_at_every_second_start_delays_jobs_but_hangs_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let python = python(folder.path(), "$((n % 2)) = 1");
    let world = World::plan().agents(1).with("SPOOL_PYTHON", &python).patient().start().await;
    for _ in 0..2 {
        let job = world.client().succeeded("steps=2 crash_at=1 crash_times=1").await;
        // One hand-out may have met the start that failed.
        assert!(job.bounces <= 1, "{job:?}");
        let spent = Spent { attempts: 2, failures: 1, losses: 0, bounces: job.bounces, drains: 0 };
        assert_eq!(job.spent(), spent, "{job:?}");
    }
    world.client().succeeded("steps=1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slot_whose_python_never_starts_again_leaves_its_jobs_to_another_agent() {
    let folder = tempfile::tempdir().expect("a folder");
    let python = python(folder.path(), "$n = 1");
    let mut world = World::plan().patient().start().await;
    world.add_agent_with(&[("SPOOL_PYTHON", &python)]);
    let job = world.client().submit("steps=2 crash_at=1").await;
    world.client().until(&job.id, "the job lost its worker", |job| job.failures == 1).await;
    world.add_agent();
    // Ended by its own second crash, on the agent that works.
    let ended = world.client().ended(&job.id).await;
    assert_eq!((ended.status, ended.failures), (Status::Failed, 2), "{ended:?}");
    for _ in 0..5 {
        let job = world.client().succeeded("steps=1").await;
        assert_eq!(job.agent.expect("it ran somewhere").name, "agent-2");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slot_whose_python_crashes_at_each_start_is_parked_after_five_and_the_other_one_works_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let python = python(folder.path(), "$6 = 0 -o $n = 1");
    let mut world = World::plan().slots(2).patient().start().await;
    world.add_agent_with(&[("SPOOL_PYTHON", &python)]);
    world.agents_are_known();
    let client = world.client().clone();
    world.agent(0).kill_worker(1);
    // Those that wait for the second slot meanwhile lose nothing but time.
    let jobs = join_all((0..6).map(|_| client.succeeded("steps=2 step_ms=100"))).await;
    world
        .agent(0)
        .process()
        .log()
        .line(&["The slot takes no more jobs until the agent is started again"])
        .await;
    let tries =
        |slot: u32| fs::read_to_string(folder.path().join(format!("starts.{slot}"))).expect("a count");
    assert_eq!(tries(1).trim(), "5");
    for job in jobs {
        assert_eq!((job.failures, job.losses), (0, 0), "{job:?}");
        assert_eq!(job.agent.expect("it ran somewhere").slot, Some(0));
    }
    let fleet: Value = client.get("/api/agents").await.json().await.expect("the list of agents");
    assert_eq!(
        (&fleet["items"][0]["places"]["total"], &fleet["items"][0]["state"]),
        (&json!(1), &json!("online"))
    );
    for _ in 0..3 {
        let job = client.succeeded("steps=1").await;
        assert_eq!(job.spent(), Spent { attempts: 1, ..Spent::default() }, "{job:?}");
    }
    assert_eq!((tries(0).trim(), tries(1).trim()), ("1", "5"));

    fs::remove_file(folder.path().join("starts.1")).expect("the count");
    world.agent(0).process().terminate();
    assert!(world.agent(0).process().ended().await.success());
    world.restart_agent_with(0, &[]);
    let script = "steps=10 step_ms=100";
    let pair = join_all((0..2).map(|_| client.succeeded(script))).await;
    let slots: BTreeSet<_> = pair.into_iter().filter_map(|job| job.agent?.slot).collect();
    assert_eq!(slots, BTreeSet::from([0, 1]), "the slot is there again");
}
