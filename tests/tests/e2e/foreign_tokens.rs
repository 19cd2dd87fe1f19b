//! Agents that speak of leases which are not theirs.

use spool_shared::{
    ids::Token,
    job::{FailureCode, Phase, Status},
    protocol::{DeclineReason, FromAgent, RefusedCode, ReleaseReason, Timings, ToAgent},
};
use spool_tests::{
    PATIENCE, World,
    bare_agent::{Assigned, BareAgent, tiny_png},
    deadline::look_until,
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
    let (job, token) = (forged.job, forged.token);
    liar.says(FromAgent::Released { job, token, reason: ReleaseReason::Drained });
    liar.says(FromAgent::Failed {
        job: forged.job,
        token: forged.token,
        code: FailureCode::EngineError,
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_real_token_of_another_agent_opens_nothing() {
    let world = World::plan().patient().start().await;
    let mut holder = BareAgent::dial("holder", world.replica(0).address(), 1).await;
    let submitted = world.client().submit("held by the agent").await;
    let held = holder.assigned().await;
    holder.accepts(held);
    holder.starts(held);
    let running =
        world.client().until(&submitted.id, "the job runs", |job| job.status == Status::Running).await;
    let output = holder.bulk().await.stores(held, &tiny_png()).await;

    let Assigned { job, token, .. } = held;
    let refusal = ToAgent::Refused { job, token, code: RefusedCode::Stale };
    let messages = [
        FromAgent::Accepted { job, token },
        FromAgent::Declined { job, token, reason: DeclineReason::Busy },
        FromAgent::Started { job, token, slot: 0 },
        FromAgent::Progress { job, token, seq: 9, phase: Phase::Denoise, step: 1, steps: 1, fraction: 1.0 },
        FromAgent::Succeeded { job, token, outputs: vec![output.clone()], timings: Timings::default() },
        FromAgent::Released { job, token, reason: ReleaseReason::Drained },
        FromAgent::Released { job, token, reason: ReleaseReason::Canceled },
        FromAgent::Failed {
            job,
            token,
            code: FailureCode::EngineError,
            message: "not mine".to_owned(),
            hint: None,
            retryable: false,
        },
    ];
    let audited_messages = messages.len();
    for message in messages {
        let mut thief = BareAgent::dial("thief", world.replica(0).address(), 1).await;
        thief.says(message.clone());
        assert_eq!(thief.hears().await, refusal, "{message:?}");
    }
    let audited = || {
        let log = world.replica(0).process().log().to_string();
        let told = log.lines().filter(|line| line.contains("spoke under the lease of another agent for job"));
        (told.count() == audited_messages).then_some(())
    };
    let all = tokio::task::block_in_place(|| look_until(PATIENCE, audited));
    assert!(all.is_some(), "each of {audited_messages} messages is told in the log");
    let thief = BareAgent::dial("thief", world.replica(0).address(), 1).await;
    let stolen = thief.bulk().await.sends(held, b"another picture").await;
    assert_eq!(stolen, Err(RefusedCode::Stale));

    holder.succeeds(held, output);
    let ended = world.client().ended(&submitted.id).await;
    assert_eq!((ended.status, ended.version), (Status::Succeeded, running.version + 1));
    assert_eq!(world.client().download(&ended.outputs[0].url).await, tiny_png());
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_speaks_of_foreign_leases_again_and_again_is_sent_away() {
    let world = World::plan().patient().start().await;
    let mut holder = BareAgent::dial("holder", world.replica(0).address(), 1).await;
    world.client().submit("held by the agent").await;
    let held = holder.assigned().await;
    let mut thief = BareAgent::dial("thief", world.replica(0).address(), 1).await;
    for _ in 0..5 {
        thief.accepts(held);
    }
    let sent_away =
        |said: &ToAgent| matches!(said, ToAgent::Goodbye { code, .. } if code == "foreign_leases");
    while !sent_away(&thief.hears().await) {}
    assert!(thief.is_cut_off().await);
}
