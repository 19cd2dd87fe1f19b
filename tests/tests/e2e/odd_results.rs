//! Results that nobody can take.

use spool_shared::job::Status;
use spool_tests::{World, job::Spent};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_that_cannot_be_one_fails_its_job_at_once_with_a_message() {
    let world = World::plan().agents(1).patient().start().await;
    for (script, code, message) in [
        ("output_bytes=209715201", "result_too_large", "The result is over the size limit."),
        ("output=empty", "engine_error", "The worker made an empty file."),
        ("output=junk", "engine_error", "The worker made a file that is not of the type that it named."),
        ("output=outside", "engine_error", "The worker named a file outside the job's folder."),
    ] {
        let submitted = world.client().submit(&format!("steps=1 {script}")).await;
        let job = world.client().ended(&submitted.id).await;
        assert_eq!(job.status, Status::Failed, "{script}: {job:?}");
        assert_eq!(job.spent(), Spent { attempts: 1, failures: 1, ..Spent::default() }, "{script}: {job:?}");
        let error = job.error.expect("a failed job says why");
        assert_eq!((&*error.code, &*error.message, error.retryable), (code, message, false));
    }
    world.client().succeeded("steps=1").await;
}
