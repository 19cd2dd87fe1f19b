//! A job arrives, and the bell that tells of it is never rung.

use std::time::Duration;

use spool_faults::{CRASH, Point};
use spool_shared::job::Status;
use spool_tests::{
    World,
    bare_agent::{BareAgent, tiny_png},
    redis::Remains,
    within,
};

/// A pass that looks without being told comes every second; the rest is a machine with other things to do.
const LOOKS_WITHIN: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_whose_replica_died_before_it_rang_is_found_by_the_other_without_a_bell() {
    let point = Point::ApiSubmitted;
    let plan = World::plan().armed().patient().replicas(2).replica_with(0, &[(CRASH, point.word())]);
    let world = plan.start().await;
    let well = world.client().at(1);
    let mut agent = BareAgent::dial("bare", world.replica(1).address(), 1).await;
    // Whatever the agent's arrival rang is over once it was given a job and has ended it.
    let before = well.submit("before").await;
    let held = agent.assigned().await;
    agent.accepts(held);
    agent.starts(held);
    let output = agent.bulk().await.stores(held, &tiny_png()).await;
    agent.succeeds(held, output);
    assert_eq!(well.ended(&before.id).await.status, Status::Succeeded);

    // The job stands in its lane, and nothing else happens: no other job, no place that becomes free.
    let lost = world.client().at(0).try_submit("unheard", "unheard").await;
    assert!(lost.is_none(), "{lost:?}");
    world.replica(0).process().crashes_at(point).await;
    let held = within(LOOKS_WITHIN, "the job is handed out", agent.assigned()).await;

    agent.accepts(held);
    agent.starts(held);
    let output = agent.bulk().await.stores(held, &tiny_png()).await;
    agent.succeeds(held, output);
    assert_eq!(well.ended(&held.job.to_string()).await.status, Status::Succeeded);
    assert_eq!(world.redis().remains(), Remains::ended(2, 0, 0));
}
