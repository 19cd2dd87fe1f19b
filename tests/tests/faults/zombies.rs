//! Agents that come back from the dead, and what they say under a token that is over.

use spool_shared::{
    job::{FailureCode, Phase, Status},
    protocol::{BulkToAgent, DeclineReason, FromAgent, Output, RefusedCode, ReleaseReason, Timings, ToAgent},
};
use spool_tests::{
    World,
    bare_agent::{Assigned, BareAgent, tiny_png_of},
    bulk::BulkLink,
    job::Spent,
    redis::Remains,
};
use tokio::time::{Duration, sleep};

/// Everything that an agent can say about a job, under a token that is over, is refused, and so are its bytes.
async fn is_fenced(zombie: &mut BareAgent, old: Assigned, output: &Output) {
    let Assigned { job, token, .. } = old;
    let refusal = ToAgent::Refused { job, token, code: RefusedCode::Stale };
    for message in [
        FromAgent::Accepted { job, token },
        FromAgent::Declined { job, token, reason: DeclineReason::Busy },
        FromAgent::Started { job, token, slot: 0 },
        FromAgent::Progress { job, token, seq: 9, phase: Phase::Denoise, step: 9, steps: 9, fraction: 1.0 },
        FromAgent::Succeeded { job, token, outputs: vec![output.clone()], timings: Timings::default() },
        FromAgent::Failed {
            job,
            token,
            code: FailureCode::EngineError,
            message: "too late".to_owned(),
            hint: None,
            retryable: false,
        },
    ] {
        let declined = matches!(message, FromAgent::Declined { .. });
        zombie.says(message);
        if !declined {
            assert_eq!(zombie.hears().await, refusal);
        }
    }
    zombie.says(FromAgent::Released { job, token, reason: ReleaseReason::Drained });
    assert_eq!(zombie.bulk().await.sends(old, b"other bytes").await, Err(RefusedCode::Stale));
}

/// What each attempt makes is another picture.
fn result_of(attempt: u32) -> Vec<u8> {
    tiny_png_of(u8::try_from(attempt).expect("few attempts"))
}

/// A third picture, of the first attempt's, whose upload begins before the job goes elsewhere.
fn late() -> Vec<u8> {
    tiny_png_of(99)
}

/// An upload of an attempt that is still the job's, begun on a socket of its own.
async fn begins_late(zombie: &BareAgent, held: Assigned) -> (BulkLink, u32) {
    let mut bulk = zombie.bulk().await;
    let upload = bulk.announces(held, &late()).await;
    (bulk, upload)
}

/// What comes of an upload after the job went elsewhere is not stored.
async fn is_not_stored((mut bulk, upload): (BulkLink, u32)) {
    let answer = bulk.follows(upload, &late()).await;
    let stale = matches!(&answer, None | Some(BulkToAgent::Refused { code: RefusedCode::Stale, .. }));
    assert!(stale, "{answer:?}");
}

/// An agent that takes the job and stores a result for it.
async fn runs(agent: &mut BareAgent, world: &World, id: &str, attempt: u32) -> (Assigned, Output) {
    let held = agent.assigned().await;
    assert_eq!(held.job.to_string(), id);
    agent.accepts(held);
    agent.starts(held);
    world
        .client()
        .until(id, "the attempt runs", |job| job.status == Status::Running && job.attempts == attempt)
        .await;
    let output = agent.bulk().await.stores(held, &result_of(attempt)).await;
    (held, output)
}

/// The same program dials again and has forgotten what it did: its job is lost.
async fn forgets_all(agent: BareAgent, world: &World) -> BareAgent {
    let address = world.replica(0).address();
    BareAgent::dial_as(agent.program, &agent.name, address, 1, None).await
}

/// The holder ends the job, and its result is the one that counts.
async fn ends_well(world: &World, holder: &BareAgent, held: Assigned, output: Output) {
    let id = held.job.to_string();
    holder.succeeds(held, output);
    let job = world.client().ended(&id).await;
    let spent = Spent { attempts: 2, losses: 1, ..Spent::default() };
    assert_eq!((job.status, job.spent()), (Status::Succeeded, spent), "{job:?}");
    assert_eq!(job.agent_name(), holder.name);
    assert_eq!(world.redis().told("succeeded"), 1);
    assert_eq!(job.outputs.len(), 1, "{job:?}");
    assert_eq!(world.client().download(&job.outputs[0].url).await, result_of(2));
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_a_zombie_says_of_a_job_that_runs_elsewhere_is_refused() {
    let world = World::plan().patient().start().await;
    let submitted = world.client().submit("held by the agent").await;
    let mut zombie = BareAgent::dial("zombie", world.replica(0).address(), 1).await;
    let (old, output) = runs(&mut zombie, &world, &submitted.id, 1).await;
    let upload = begins_late(&zombie, old).await;
    let mut other = BareAgent::dial("other", world.replica(0).address(), 1).await;
    let mut zombie = forgets_all(zombie, &world).await;
    let (held, new) = runs(&mut other, &world, &submitted.id, 2).await;

    is_not_stored(upload).await;
    is_fenced(&mut zombie, old, &output).await;
    ends_well(&world, &other, held, new).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_a_zombie_says_of_a_job_that_it_runs_again_itself_is_refused_under_the_old_token() {
    let world = World::plan().patient().start().await;
    let submitted = world.client().submit("held by the agent").await;
    let mut zombie = BareAgent::dial("zombie", world.replica(0).address(), 1).await;
    let (old, output) = runs(&mut zombie, &world, &submitted.id, 1).await;
    let upload = begins_late(&zombie, old).await;
    let mut zombie = forgets_all(zombie, &world).await;
    let (held, new) = runs(&mut zombie, &world, &submitted.id, 2).await;
    assert_ne!(held.token, old.token);

    is_not_stored(upload).await;
    is_fenced(&mut zombie, old, &output).await;
    ends_well(&world, &zombie, held, new).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_is_frozen_for_less_than_its_death_keeps_its_job() {
    let world = World::plan().agents(2).start().await;
    let submitted = world.client().submit("steps=20 step_ms=100").await;
    let running = world.client().running(&submitted.id).await;
    let agent = world.agent_named(running.agent_name()).process();
    agent.freeze();
    // Eight seconds of twenty, scaled.
    sleep(Duration::from_millis(1_200)).await;
    agent.thaw();

    let job = world.client().ended(&submitted.id).await;
    let spent = Spent { attempts: 1, ..Spent::default() };
    assert_eq!((job.status, job.spent()), (Status::Succeeded, spent), "{job:?}");
    assert_eq!(job.agent_name(), running.agent_name());
    assert_eq!(world.redis().told("lost"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_is_final_while_the_agent_is_frozen_and_reaches_it_however_it_wakes() {
    for dies in [false, true] {
        let world = World::plan().agents(1).start().await;
        let client = world.client();
        let submitted = client.submit("steps=1000 step_ms=50").await;
        client.running(&submitted.id).await;
        let (agent, replica) = (world.agent(0).process(), world.replica(0).process());
        agent.freeze();

        let canceled = client.cancel(&submitted.id).await;
        assert_eq!(canceled.status, Status::Canceled);
        if dies {
            replica.log().line(&["is gone; 0 jobs go on elsewhere"]).await;
        }
        agent.thaw();

        let next = client.succeeded("steps=1").await;
        assert_eq!(next.spent(), Spent { attempts: 1, ..Spent::default() }, "{next:?}");
        let job = client.job(&submitted.id).await;
        assert_eq!((job.status, job.version), (Status::Canceled, canceled.version));
        assert_eq!(world.redis().remains(), Remains::ended(1, 0, 1));
    }
}
