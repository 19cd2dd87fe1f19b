//! Seeded bugs are what careless people do not notice.

use spool_faults::{BUG, Bug};
use spool_shared::job::Status;
use spool_tests::{World, job::Spent};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_seeded_bug_shows_while_nothing_else_goes_wrong() {
    let one = Spent { attempts: 1, ..Spent::default() };
    for bug in Bug::ALL {
        let mut world = World::plan().armed().patient().with(BUG, bug.word()).start().await;
        world.add_agent();
        let client = world.client();
        let job = client.succeeded("steps=2 output_bytes=1000000").await;
        assert_eq!(job.spent(), one, "{bug:?}: {job:?}");
        let submitted = client.submit("steps=1000 step_ms=50").await;
        client.running(&submitted.id).await;
        assert_eq!(client.cancel(&submitted.id).await.status, Status::Canceled, "{bug:?}");
        assert_eq!(client.succeeded("steps=1").await.spent(), one, "{bug:?}");
    }
}
