//! What pages hear of the fleet.

use crate::{agent::Agent, browser::Browser, world::World};

#[tokio::test]
async fn an_agent_that_only_beats_is_told_to_no_page_again() {
    let world = World::start().await;
    let agent = Agent::connect(&world).await;
    // It takes nothing, so that what waits changes the queue alone, which is told in one go with the fleet.
    world.app.store.drain(agent.id).await.unwrap();
    let mut browser = Browser::open(&world.address, None).await;
    browser.until(|browser| browser.fleet[0]["state"] == "draining").await;
    // The room tells all it knows once it first looks around.
    world.submitted_by("ann").await;
    browser.until_told("queue").await;
    browser.until_told("fleet").await;
    browser.heard.clear();
    for _ in 0..3 {
        agent.beats().await;
        world.submitted_by("ann").await;
        browser.until_told("queue").await;
    }
    assert!(!browser.heard.contains(&"fleet".to_owned()), "{:?}", browser.heard);
    world.app.store.resume(agent.id).await.unwrap();
    browser.until_told("fleet").await;
}
