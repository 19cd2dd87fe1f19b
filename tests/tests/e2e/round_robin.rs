//! Equal agents get equal work.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use spool_tests::{World, bare_agent::BareAgent, check::fair, redis::Remains};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_any_hundred_jobs_one_by_one_over_four_idle_agents_on_two_replicas_shares_differ_by_at_most_one() {
    let world = World::plan().replicas(2).agents(4).patient().start().await;
    // An agent that has the models loaded goes before one that has not, so all four must have run one job to be equal.
    let first = (0..4).map(|_| world.client().succeeded("steps=1 step_ms=1000"));
    let warm: BTreeSet<String> =
        join_all(first).await.iter().map(|job| job.agent_name().to_owned()).collect();
    assert_eq!(warm.len(), 4, "{warm:?}");

    let mut served = Vec::new();
    for _ in 0..130 {
        served.push(world.client().succeeded("steps=1").await.agent_name().to_owned());
    }
    let (served, all): (Vec<&str>, Vec<&str>) =
        (served.iter().map(String::as_str).collect(), warm.iter().map(String::as_str).collect());
    assert_eq!(fair(&served, &all), Vec::<String>::new());
    assert_eq!(world.redis().remains(), Remains::ended(134, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_jobs_at_once_over_four_agents_with_many_slots_differ_by_at_most_one() {
    let world = World::plan().replicas(2).patient().start().await;
    let mut agents = Vec::new();
    for number in 0..4 {
        let address = world.replica(number % 2).address();
        agents.push(BareAgent::dial(&format!("bare-{number}"), address, 50).await);
    }
    let submitted = (0..100).map(|_| world.client().submit("held by the agent"));
    let jobs = join_all(submitted).await;
    let mut served = BTreeMap::<String, u32>::new();
    for job in &jobs {
        let held = world.client().until(&job.id, "the job has an agent", |job| job.agent.is_some()).await;
        *served.entry(held.agent_name().to_owned()).or_default() += 1;
    }
    assert_even(&served);
    for agent in &mut agents {
        let share = served.get(&agent.name).copied().unwrap_or_default();
        for _ in 0..share {
            agent.assigned().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_goes_to_the_agent_that_has_its_models_loaded_and_to_another_one_only_while_that_is_busy() {
    let world = World::plan().agents(2).patient().start().await;
    let client = world.client();
    let first = client.succeeded("steps=1").await;
    for _ in 0..3 {
        assert_eq!(client.succeeded("steps=1").await.agent_name(), first.agent_name());
    }
    let long = client.submit("steps=20 step_ms=100").await;
    assert_eq!(client.running(&long.id).await.agent_name(), first.agent_name());
    assert_ne!(client.succeeded("steps=1").await.agent_name(), first.agent_name());
    client.ended(&long.id).await;
}

fn assert_even(served: &BTreeMap<String, u32>) {
    assert_eq!(served.len(), 4, "{served:?}");
    let (least, most) = (served.values().min(), served.values().max());
    assert!(most.expect("agents") - least.expect("agents") <= 1, "{served:?}");
}
