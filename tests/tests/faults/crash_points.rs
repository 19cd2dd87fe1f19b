//! API and agent die at every place where that could matter.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use spool_faults::{CRASH, Point};
use spool_shared::job::Status;
use spool_tests::{Job, World, job::Spent, proxy::Proxy, redis::Remains};

/// A result of several chunks and parts, another one at each attempt.
const SCRIPT: &str = "steps=2 step_ms=50 output_bytes=5000000 unique=1";
const ONE: Spent = Spent { attempts: 1, failures: 0, losses: 0, bounces: 0, drains: 0 };

const AT_SUBMISSION: [Point; 2] = [Point::ApiBodyRead, Point::ApiSubmitted];
const ON_THE_WAY: [Point; 8] = [
    Point::ApiGreeted,
    Point::ApiScheduled,
    Point::ApiMailRead,
    Point::ApiChunkTaken,
    Point::ApiFileWhole,
    Point::ApiFileStored,
    Point::ApiSucceeding,
    Point::ApiSucceeded,
];
const WHILE_REAPING: [Point; 1] = [Point::ApiReaped];

/// What a job may have spent whose only agent died at a point and came back.
///
/// What an agent sent just before its death may be lost with it: a connection that is reset delivers nothing more.
const OF_AGENTS: [(Point, &[Spent]); 8] = [
    (Point::AgentAssigned, &[Spent { bounces: 1, ..ONE }]),
    (Point::AgentAccepted, &[Spent { losses: 1, ..ONE }, Spent { bounces: 1, ..ONE }]),
    (Point::AgentFetched, &[Spent { losses: 1, ..ONE }]),
    (Point::AgentStarted, &[Spent { attempts: 2, losses: 1, ..ONE }, Spent { losses: 1, ..ONE }]),
    (Point::AgentChunkSent, &[Spent { attempts: 2, losses: 1, ..ONE }]),
    (Point::AgentStored, &[Spent { attempts: 2, losses: 1, ..ONE }]),
    (Point::AgentSucceeded, &[ONE, Spent { attempts: 2, losses: 1, ..ONE }]),
    (Point::AgentDone, &[ONE]),
];

fn dying_at(point: Point) -> [(&'static str, &'static str); 1] {
    [(CRASH, point.word())]
}

/// The only job of the world succeeded, and nothing of it is left where it should not be.
async fn succeeded_alone(world: &World, id: &str, what: &str) -> Job {
    let job = world.client().ended(id).await;
    assert_eq!(job.status, Status::Succeeded, "{what}: {job:?}");
    let file = world.client().download(&job.outputs[0].url).await;
    assert_eq!(file.len() as u64, job.outputs[0].bytes, "{what}");
    assert_eq!(hex::encode(Sha256::digest(&file)), job.outputs[0].sha256, "{what}");
    assert_eq!((job.outputs.len(), world.redis().told("succeeded")), (1, 1), "{what}");
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0), "{what}");
    job
}

#[test]
fn every_crash_point_is_fired_by_a_test() {
    let api = [&AT_SUBMISSION[..], &ON_THE_WAY, &WHILE_REAPING].concat();
    let fired = api.into_iter().chain(OF_AGENTS.map(|(point, _)| point));
    let fired: BTreeSet<&str> = fired.map(Point::word).collect();
    assert_eq!(fired, Point::ALL.iter().map(|point| point.word()).collect());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_outlives_its_agent_wherever_that_dies() {
    for (point, spent) in OF_AGENTS {
        let mut world = World::plan().armed().start().await;
        world.add_agent_with(&dying_at(point));
        let submitted = world.client().submit(SCRIPT).await;
        world.agent(0).process().crashes_at(point).await;
        world.restart_agent_with(0, &[]);

        let job = succeeded_alone(&world, &submitted.id, point.word()).await;
        assert!(spent.contains(&job.spent()), "{point:?}: {job:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_outlives_its_replica_wherever_that_dies_and_spends_no_attempt() {
    for point in ON_THE_WAY {
        let mut world = World::plan().armed().patient().replica_with(0, &dying_at(point)).start().await;
        let submitted = world.client().submit(SCRIPT).await;
        world.add_agent();
        world.replica(0).process().crashes_at(point).await;
        world.restart_replica(0);

        let job = succeeded_alone(&world, &submitted.id, point.word()).await;
        assert_eq!(Spent { bounces: 0, ..job.spent() }, ONE, "{point:?}: {job:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_is_committed_through_the_other_replica_when_its_own_dies_with_it() {
    for point in [Point::ApiChunkTaken, Point::ApiFileWhole, Point::ApiFileStored, Point::ApiSucceeding] {
        let plan = World::plan().armed().patient().replicas(2).replica_with(0, &dying_at(point));
        let mut world = plan.start().await;
        let line = Proxy::to(world.replica(0).address()).await;
        world.add_agent_at(line.address());
        let submitted = world.client().at(1).submit(SCRIPT).await;
        world.replica(0).process().crashes_at(point).await;
        line.lead_to(world.replica(1).address());

        let job = world.client().at(1).ended(&submitted.id).await;
        world.restart_replica(0);
        assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE), "{point:?}: {job:?}");
        succeeded_alone(&world, &submitted.id, point.word()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_submission_whose_replica_died_is_found_again_under_its_key() {
    for point in AT_SUBMISSION {
        let plan = World::plan().armed().replicas(2).replica_with(0, &dying_at(point));
        let mut world = plan.start().await;
        let lost = world.client().at(0).try_submit("once", SCRIPT).await;
        assert!(lost.is_none(), "{point:?}: {lost:?}");
        world.replica(0).process().crashes_at(point).await;

        let again = world.client().at(1).try_submit("once", SCRIPT).await.expect("an answer");
        assert_eq!(again.status().as_u16(), 202, "{point:?}");
        let replayed = again.headers().contains_key("Idempotent-Replayed");
        assert_eq!(replayed, point == Point::ApiSubmitted);
        let job: Job = again.json().await.expect("a job");
        world.restart_replica(0);
        world.add_agent();
        assert_eq!(succeeded_alone(&world, &job.id, point.word()).await.spent(), ONE);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reaper_that_dies_between_two_agents_leaves_no_job_behind() {
    let point = Point::ApiReaped;
    let mut world = World::plan().armed().agents(2).replica_with(0, &dying_at(point)).start().await;
    let script = "steps=20 step_ms=50";
    let [one, other] = [world.client().submit(script).await, world.client().submit(script).await];
    world.client().running(&one.id).await;
    world.client().running(&other.id).await;
    world.agent(0).process().kill();
    world.agent(1).process().kill();
    world.replica(0).process().crashes_at(point).await;
    world.restart_replica(0);
    world.add_agent();

    for submitted in [one, other] {
        let job = world.client().ended(&submitted.id).await;
        let spent = Spent { attempts: 2, losses: 1, ..Spent::default() };
        assert_eq!((job.status, job.spent()), (Status::Succeeded, spent), "{job:?}");
    }
    assert_eq!(world.redis().remains(), Remains::ended(2, 0, 0));
}
