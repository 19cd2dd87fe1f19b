//! Agents that speak of leases which are not theirs.

use spool_shared::{
    ids::Token,
    job::Status,
    protocol::{FromAgent, RefusedCode, ToAgent},
};
use spool_tests::{
    World,
    bare_agent::{Assigned, BareAgent, tiny_png},
    redis::Remains,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_agent_says_under_a_made_up_token_is_refused_and_changes_nothing() {
    let world = World::plan().start().await;
    let mut holder = BareAgent::dial("holder", world.replica(0).address(), 1).await;
    let submitted = world.client().submit("held by the agent").await;
    let held = holder.assigned().await;
    holder.accepts(held);
    holder.starts(held);
    let running =
        world.client().until(&submitted.id, "the job runs", |job| job.status == Status::Running).await;

    let mut liar = BareAgent::dial("liar", world.replica(0).address(), 1).await;
    let forged = Assigned { token: Token::from_random([7; 16]), ..held };
    let refused = liar.bulk().await.sends(forged, &tiny_png()).await;
    assert_eq!(refused, Err(RefusedCode::Stale));
    let released = spool_shared::protocol::ReleaseReason::Drained;
    liar.says(FromAgent::Released { job: forged.job, token: forged.token, reason: released });
    liar.says(FromAgent::Failed {
        job: forged.job,
        token: forged.token,
        code: spool_shared::job::FailureCode::EngineError,
        message: "not mine".to_owned(),
        hint: None,
        retryable: false,
    });
    let refusal = ToAgent::Refused { job: forged.job, token: forged.token, code: RefusedCode::Stale };
    while liar.hears().await != refusal {}

    let output = holder.bulk().await.stores(held, &tiny_png()).await;
    holder.succeeds(held, output);
    let job = world.client().ended(&submitted.id).await;
    assert_eq!(job.status, Status::Succeeded);
    assert_eq!(job.version, running.version + 1, "nothing else happened to the job");
    assert_eq!(world.client().download(&job.outputs[0].url).await, tiny_png());
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
}
