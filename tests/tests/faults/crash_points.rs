//! API and agent die at every place where that could matter.

use spool_faults::Point;
use spool_shared::job::Status;
use spool_tests::{World, job::Spent, redis::Remains};

/// A result of several chunks.
const SCRIPT: &str = "steps=3 step_ms=50 output_bytes=3000000";

/// A world in which both replicas, or the one agent, die at a point.
async fn world_that_dies_at(point: Point) -> World {
    let own: &'static [(&str, &str)] = Box::leak(Box::new([(spool_faults::CRASH, point.word())]));
    let plan = World::plan().armed();
    if point.word().starts_with("api_") {
        return plan.replica_with(0, own).start().await;
    }
    let mut world = plan.start().await;
    world.add_agent_with(own);
    world
}

/// What a job spent whose agent died at this point, of a world with one replica and one agent.
fn spent_by_the_death_of_an_agent(point: Point) -> Spent {
    let one = Spent { attempts: 1, ..Spent::default() };
    match point {
        Point::AgentAssigned => Spent { bounces: 1, ..one },
        Point::AgentAccepted | Point::AgentFetched => Spent { losses: 1, ..one },
        Point::AgentStarted | Point::AgentStored => Spent { attempts: 2, losses: 1, ..one },
        Point::AgentSucceeded => one,
        other => panic!("{other:?} is no point of an agent"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_outlives_its_agent_wherever_that_dies() {
    for point in Point::ALL.iter().copied().filter(|point| point.word().starts_with("agent_")) {
        let mut world = world_that_dies_at(point).await;
        let submitted = world.client().submit(SCRIPT).await;
        world.agent(0).process().crashes_at(point).await;
        world.restart_agent_with(0, &[]);

        let job = world.client().ended(&submitted.id).await;
        assert_eq!(job.status, Status::Succeeded, "{point:?}: {job:?}");
        assert_eq!(job.spent(), spent_by_the_death_of_an_agent(point), "{point:?}: {job:?}");
        let file = world.client().download(&job.outputs[0].url).await;
        assert_eq!(file.len() as u64, job.outputs[0].bytes);
        assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0), "{point:?}");
    }
}
