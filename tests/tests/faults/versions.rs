//! Agents and replicas of different versions.

use spool_shared::job::Status;
use spool_tests::{
    World,
    job::Spent,
    proxy::{Direction, Often, frames::Fate},
    redis::Remains,
};

const ONE_ATTEMPT: Spent = Spent { attempts: 1, failures: 0, losses: 0, bounces: 0, drains: 0 };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_agent_and_a_newer_server_work_with_one_that_does_not_know_all_that_they_say() {
    let world = World::plan().agents(1).patient().frame_lines().start().await;
    let (client, line) = (world.client(), world.frame_line(0));
    let peers = [(Direction::Up, world.replica(0).process()), (Direction::Down, world.agent(0).process())];
    for (direction, peer) in peers {
        let before = line.disturbed();
        line.disturb(direction, None, Often::Each(1), Fate::Newer);
        // The first message of a connection is newer, too.
        line.cut();
        let job = client.succeeded("steps=3 step_ms=20 preview_every=1 output_bytes=600000 unique=1").await;
        assert_eq!(job.spent(), ONE_ATTEMPT, "{direction:?}");
        let job = client.succeeded("steps=3 step_ms=20 fail_at=2 fail_times=1 unique=1").await;
        assert_eq!(job.spent(), Spent { attempts: 2, failures: 1, ..ONE_ATTEMPT }, "{direction:?}");
        let running = client.submit("steps=600 step_ms=50 unique=1").await;
        client.running(&running.id).await;
        assert_eq!(client.cancel(&running.id).await.status, Status::Canceled);
        assert_eq!(client.succeeded("steps=1 unique=1").await.spent(), ONE_ATTEMPT, "{direction:?}");
        assert!(
            line.disturbed() - before > 20,
            "{direction:?}: {} messages were newer",
            line.disturbed() - before
        );
        peer.log().line(&["tomorrow"]).await;
    }
    assert_eq!(world.redis().remains(), Remains::ended(6, 0, 2));
}
