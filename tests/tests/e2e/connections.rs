//! Connections of agents: which one counts, and what becomes of hand-outs for one that is gone.

use spool_shared::{
    job::Status,
    protocol::{FromAgent, ToAgent},
};
use spool_tests::{
    World,
    bare_agent::{Assigned, BareAgent, greeting, tiny_png},
    job::Spent,
    redis::Remains,
};

fn is_goodbye(said: &ToAgent, expected: &str) -> bool {
    matches!(said, ToAgent::Goodbye { code, .. } if code == expected)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_program_under_a_connected_id_is_refused_and_the_first_goes_on_undisturbed() {
    let world = World::plan().replicas(2).patient().start().await;
    let mut first = BareAgent::dial("first", world.replica(0).address(), 1).await;
    for replica in 0..2 {
        let second = greeting(first.program.restarted(), world.replica(replica).address()).await;
        assert!(second.as_ref().is_some_and(|said| is_goodbye(said, "duplicate_agent")), "{second:?}");
    }
    let job = world.client().submit("for the first").await;
    let held = first.assigned().await;
    first.accepts(held);
    assert_eq!(held.job.to_string(), job.id);
    world.client().until(&job.id, "it was accepted", |job| job.version >= 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_connects_anew_takes_the_place_of_its_old_connection() {
    let world = World::plan().replicas(2).patient().start().await;
    let mut old = BareAgent::dial("agent", world.replica(0).address(), 1).await;
    for replica in [0, 1] {
        let new = BareAgent::dial_as(old.program, "agent", world.replica(replica).address(), 1, None).await;
        // A heartbeat may come before the news of the newer connection.
        let said = old.hears().await;
        assert!(is_goodbye(&said, "superseded") || is_goodbye(&said, "unknown"), "{said:?}");
        assert!(old.is_cut_off().await);
        old = new;
    }
    let job = world.client().submit("for the newest").await;
    assert_eq!(old.assigned().await.job.to_string(), job.id);
}

/// An agent with a job that runs.
async fn working(world: &World) -> (BareAgent, Assigned) {
    let mut agent = BareAgent::dial("agent", world.replica(0).address(), 1).await;
    let submitted = world.client().submit("held by the agent").await;
    let held = agent.assigned().await;
    agent.accepts(held);
    agent.starts(held);
    world.client().until(&submitted.id, "it runs", |job| job.status == Status::Running).await;
    (agent, held)
}

/// It ends its job, which was handed out once and has cost nothing else.
async fn ends_the_only_attempt(world: &World, agent: &BareAgent, held: Assigned) {
    let output = agent.bulk().await.stores(held, &tiny_png()).await;
    agent.succeeds(held, output);
    let job = world.client().ended(&held.job.to_string()).await;
    let spent = Spent { attempts: 1, ..Spent::default() };
    assert_eq!((job.status, job.spent()), (Status::Succeeded, spent), "{job:?}");
    let told = ["assigned", "started", "succeeded", "lost", "readopted"].map(|what| world.redis().told(what));
    assert_eq!(told, [1, 1, 1, 0, 0]);
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_program_under_the_id_of_one_that_has_a_job_takes_nothing_from_it() {
    let world = World::plan().replicas(2).patient().start().await;
    let (first, held) = working(&world).await;
    for replica in 0..2 {
        // It lists no lease: were it taken for the first, the job would count as lost.
        let second = greeting(first.program.restarted(), world.replica(replica).address()).await;
        assert!(second.as_ref().is_some_and(|said| is_goodbye(said, "duplicate_agent")), "{second:?}");
    }
    ends_the_only_attempt(&world, &first, held).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_connects_anew_with_a_job_keeps_it_and_its_old_connection_ends() {
    let world = World::plan().replicas(2).patient().start().await;
    let (mut agent, held) = working(&world).await;
    for replica in [0, 1, 0] {
        let new = agent.beside(world.replica(replica).address()).await;
        assert_eq!(*new.dropped, []);
        let said = agent.hears().await;
        assert!(is_goodbye(&said, "superseded") || is_goodbye(&said, "unknown"), "{said:?}");
        assert!(agent.is_cut_off().await);
        agent = new;
    }
    ends_the_only_attempt(&world, &agent, held).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_was_sent_away_is_handed_nothing_until_it_is_back() {
    let world = World::plan().replicas(2).patient().start().await;
    let mut agent = BareAgent::dial("agent", world.replica(0).address(), 1).await;
    world.replica(0).process().terminate();
    assert!(is_goodbye(&agent.hears().await, "restarting"));
    assert!(world.replica(0).process().ended().await.success());

    let submitted = world.client().at(1).submit("waits for the agent").await;
    let mut again = BareAgent::dial_as(agent.program, "agent", world.replica(1).address(), 1, None).await;
    let held = again.assigned().await;
    again.accepts(held);

    let accepted = |job: &spool_tests::Job| job.version >= 3;
    let job = world.client().at(1).until(&submitted.id, "it was accepted", accepted).await;
    assert_eq!((job.status, job.spent(), job.version), (Status::Assigned, Spent::default(), 3), "{job:?}");
    assert_eq!(world.redis().told("assigned"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hand_out_that_died_with_its_replica_counts_for_nothing() {
    let plan = World::plan().replicas(2).patient().with("SPOOL_ASSIGN_MS", "60000");
    let world = plan.start().await;
    let agent = BareAgent::dial("agent", world.replica(0).address(), 1).await;
    world.replica(0).process().kill();
    let client = world.client().at(1);
    let submitted = client.submit("handed to whom nobody can reach").await;
    client.until(&submitted.id, "it was handed out", |job| job.status == Status::Assigned).await;

    let mut again = BareAgent::dial_as(agent.program, "agent", world.replica(1).address(), 1, None).await;
    let held = again.assigned().await;
    assert_eq!(held.job.to_string(), submitted.id);
    again.accepts(held);

    let job = client.until(&submitted.id, "it was accepted", |job| job.version >= 5).await;
    assert_eq!((job.status, job.spent()), (Status::Assigned, Spent::default()), "{job:?}");
    assert_eq!(world.redis().told("returned"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_floods_its_replica_is_sent_away_and_the_others_are_served() {
    let world = World::plan().patient().start().await;
    let mut honest = BareAgent::dial("honest", world.replica(0).address(), 1).await;
    let mut flooding = BareAgent::dial("flooding", world.replica(0).address(), 0).await;
    flooding.floods(&FromAgent::Slots { healthy: 0, warm: vec![], draining: false, pause: None }, 20_000);
    assert!(is_goodbye(&flooding.hears().await, "flood"));
    assert!(flooding.is_cut_off().await);
    world.client().submit("for the honest").await;
    honest.assigned().await;
}
