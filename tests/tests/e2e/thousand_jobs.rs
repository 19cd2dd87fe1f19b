//! Many clients at once.

use futures_util::future::join_all;
use spool_tests::{Job, World, job::Spent, redis::Remains};

const CLIENTS: usize = 50;
const JOBS_EACH: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_jobs_by_fifty_clients_over_two_replicas_each_succeed_exactly_once() {
    // Heartbeats are rare, so that whatever waited for one instead of for its own event would show.
    let plan = World::plan().replicas(2).agents(4).patient();
    let plan = plan.with("SPOOL_HEARTBEAT_MS", "10000");
    let world = plan.with("SPOOL_AGENT_DEAD_MS", "40000").with("SPOOL_LEASE_MS", "60000").start().await;

    let clients = (0..CLIENTS).map(|_| async {
        let mut jobs = Vec::new();
        for _ in 0..JOBS_EACH {
            jobs.push(world.client().succeeded("steps=1").await);
        }
        jobs
    });
    let jobs: Vec<Job> = join_all(clients).await.into_iter().flatten().collect();

    assert_eq!(jobs.len(), 1000);
    for job in &jobs {
        assert_eq!(job.spent(), Spent { attempts: 1, ..Spent::default() }, "{job:?}");
        assert_eq!(job.outputs.len(), 1, "{job:?}");
    }
    for agent in ["agent-1", "agent-2", "agent-3", "agent-4"] {
        assert!(jobs.iter().any(|job| job.agent_name() == agent), "{agent} ran none");
    }
    assert_eq!(world.redis().remains(), Remains::ended(1000, 0, 0));
    assert_eq!(world.redis().told("succeeded"), 1000);
}
