//! Nodes on which something is wrong that no job is to blame for.

use spool_tests::{World, job::Spent, redis::Remains};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_on_which_three_jobs_in_a_row_fail_for_want_of_weights_tests_itself_before_the_next() {
    let world = World::plan().agents(1).start().await;
    for _ in 0..3 {
        let submitted = world.client().submit("steps=1 fail=missing_weights").await;
        let job = world.client().ended(&submitted.id).await;
        assert_eq!(job.error.expect("a failed job says why").code, "missing_weights");
    }
    let log = world.agent(0).process().log();
    log.line(&["takes no jobs until it has tested itself", "Failed at step 1"]).await;
    world.replica(0).process().log().line(&["takes no jobs for now", "Failed at step 1"]).await;

    let job = world.client().succeeded("steps=1").await;

    log.line(&["has tested itself and takes jobs again"]).await;
    assert_eq!(job.spent(), Spent { attempts: 1, ..Spent::default() }, "{job:?}");
    assert_eq!(world.redis().remains(), Remains::ended(1, 3, 0));
}
