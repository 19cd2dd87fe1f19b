//! Agents that the API does not take.

use spool_tests::{World, redis::Remains};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_older_than_the_server_allows_is_told_so_and_gets_no_job() {
    let mut world = World::plan().with("SPOOL_MIN_AGENT_VERSION", "99.0.0").start().await;
    world.add_agent();
    let line = world.agent(0).process().log().line(&["ERROR", "update this one"]).await;
    let sentence = format!("takes agents from version 99.0.0 on, this one is {}", env!("CARGO_PKG_VERSION"));
    assert!(line.contains(&sentence), "{line}");
    assert_eq!(world.redis().agents(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_as_old_as_the_server_allows_works() {
    let oldest = env!("CARGO_PKG_VERSION");
    let world = World::plan().agents(1).with("SPOOL_MIN_AGENT_VERSION", oldest).start().await;
    world.client().succeeded("steps=1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_agent_with_the_id_of_a_connected_one_is_refused_and_the_first_goes_on() {
    let mut world = World::plan().replicas(2).agents(1).start().await;
    let copy = world.folder().join("copy.id");
    std::fs::copy(world.folder().join("agent-1.id"), &copy).expect("the first agent has an id");
    world.add_agent_with(&[("SPOOL_AGENT_ID_FILE", copy.to_str().expect("a path"))]);

    let second = world.agent(1).process();
    second.log().line(&["ERROR", "Another agent with the same id is connected", "SPOOL_AGENT_ID_FILE"]).await;

    let job = world.client().succeeded("steps=1").await;
    assert_eq!(job.agent_name(), "agent-1");
    assert_eq!(world.redis().agents(), 1);
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
}
