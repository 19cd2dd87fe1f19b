//! Jobs that need more memory than an agent has.

use serde_json::Value;
use spool_shared::{
    job::{FailureCode, Status},
    protocol::FromAgent,
};
use spool_tests::{
    World,
    bare_agent::{Assigned, BareAgent, tiny_png},
    job::Spent,
    redis::Remains,
};

const SMALL: u64 = 16 << 30;
const LARGE: u64 = 80 << 30;
const HINT: &str = "Ask for a smaller size or fewer frames.";

/// Runs out of memory.
fn runs_out(agent: &BareAgent, held: Assigned) {
    let Assigned { job, token, .. } = held;
    agent.accepts(held);
    agent.starts(held);
    agent.forgets(job);
    let (message, hint) = ("The worker ran out of memory.".to_owned(), Some(HINT.to_owned()));
    agent.says(FromAgent::Failed {
        job,
        token,
        code: FailureCode::OutOfMemory,
        message,
        hint,
        retryable: false,
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_ran_out_of_memory_goes_to_a_larger_agent_and_where_there_is_none_fails_with_a_hint() {
    let world = World::plan().patient().start().await;
    let (client, address) = (world.client(), world.replica(0).address());
    let submitted = client.submit("too much for the small one").await;
    let mut small = BareAgent::dial_with_memory("small", address, SMALL).await;
    let held = small.assigned().await;
    let mut large = BareAgent::dial_with_memory("large", address, LARGE).await;
    runs_out(&small, held);

    // Not to the small one, which is idle as well.
    let held = large.assigned().await;
    assert_eq!((held.job.to_string(), held.attempt), (submitted.id.clone(), 2));
    large.accepts(held);
    large.starts(held);
    let output = large.bulk().await.stores(held, &tiny_png()).await;
    large.succeeds(held, output);
    let job = client.ended(&submitted.id).await;
    let spent = Spent { attempts: 2, failures: 1, ..Spent::default() };
    assert_eq!((job.status, job.spent(), job.agent_name()), (Status::Succeeded, spent, "large"), "{job:?}");

    drop(large);
    let gone = |world: &World| (world.redis().agents() == 1).then_some(());
    let gone = tokio::task::block_in_place(|| {
        spool_tests::deadline::look_until(spool_tests::PATIENCE, || gone(&world))
    });
    assert!(gone.is_some(), "the large agent is still known");
    let submitted = client.submit("too much for everyone").await;
    let held = small.assigned().await;
    runs_out(&small, held);
    let job = client.ended(&submitted.id).await;
    assert_eq!((job.status, job.attempts), (Status::Failed, 1), "{job:?}");
    let job = client.get(&format!("/api/jobs/{}", submitted.id)).await.json::<Value>().await.expect("a job");
    assert_eq!((&job["error"]["code"], &job["error"]["hint"]), (&"out_of_memory".into(), &HINT.into()));
    assert_eq!(world.redis().remains(), Remains::ended(1, 1, 0));
}
