//! Disks that are full, of the API and of an agent.

use spool_shared::job::Status;
use spool_tests::{World, small_disk::small_disks_work};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_for_which_the_api_has_no_room_fails_its_job_and_no_other() {
    if !small_disks_work() {
        return;
    }
    let world = World::plan().agents(1).slots(2).api_disk(16).patient().start().await;
    let client = world.client();
    let large = client.submit("steps=1 output_bytes=30000000").await;
    world.replica(0).process().log().line(&["Refused a file", "storage_full"]).await;

    client.succeeded("steps=1 output_bytes=500000").await;

    let job = client.ended(&large.id).await;
    assert_eq!((job.status, job.attempts), (Status::Failed, 2), "{job:?}");
    let error = job.error.expect("a failed job says why");
    assert_eq!((&*error.code, &*error.message), ("server_storage", "The server has no room for the result."));
    // What came of the large one takes no room any more.
    client.succeeded("steps=1 output_bytes=6000000").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_for_which_the_agent_has_no_room_fails_its_job_and_no_other() {
    if !small_disks_work() {
        return;
    }
    let world = World::plan().agents(1).agent_disk(8).patient().start().await;
    let client = world.client();
    let worker = world.agent(0).worker(0);
    let submitted = client.submit("steps=1 output_bytes=20000000").await;
    let job = client.ended(&submitted.id).await;
    assert_eq!((job.status, job.failures), (Status::Failed, 2), "{job:?}");
    let error = job.error.expect("a failed job says why");
    assert_eq!((&*error.code, &*error.message), ("storage", "The node has no room for the result."));
    client.succeeded("steps=1 output_bytes=500000").await;
    assert_eq!(world.agent(0).worker(0), worker, "the worker lives on");
}
