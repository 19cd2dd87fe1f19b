//! Results whose way to the API breaks.

use sha2::{Digest, Sha256};
use spool_shared::job::Status;
use spool_tests::{Job, World, job::Spent, proxy::Proxy};

const SIZE: u64 = 50_000_000;
const ONE_ATTEMPT: Spent = Spent { attempts: 1, failures: 0, losses: 0, bounces: 0, drains: 0 };

fn script() -> String {
    format!("steps=1 output_bytes={SIZE}")
}

/// The job succeeded at the first attempt, both replicas serve what the agent announced, and hardly anything of it
/// went over the line twice.
async fn arrived(world: &World, job: &Job, sent: u64) {
    assert_eq!((job.status, job.spent()), (Status::Succeeded, ONE_ATTEMPT), "{job:?}");
    let [output] = job.outputs.as_slice() else { panic!("one file, not {job:?}") };
    assert_eq!(output.bytes, SIZE);
    let file = world.client().download(&output.url).await;
    assert_eq!(hex::encode(Sha256::digest(&file)), output.sha256);
    assert!(sent <= SIZE + SIZE / 10, "{sent} bytes were sent for {SIZE}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_is_cut_goes_on_through_the_other_replica() {
    let mut world = World::plan().replicas(2).patient().start().await;
    let addresses = [0, 1].map(|replica| world.replica(replica).address().to_owned());
    let line = Proxy::to(&addresses[0]).await;
    world.add_agent_at(line.address());
    for (percent, next) in [(10, 1), (50, 0), (99, 1)] {
        let (sent, mark) = (line.sent(), world.replica(next).process().log().len());
        line.cut_after(SIZE / 100 * percent, &addresses[next]);

        let submitted = world.client().submit(&script()).await;
        let job = world.client().ended(&submitted.id).await;

        assert!(!line.waits_for_a_cut(), "the line was cut at {percent} %");
        world.replica(next).process().log().line_after(mark, &["A file of job", "goes on at", &job.id]).await;
        arrived(&world, &job, line.sent() - sent).await;
    }
    assert_eq!(parts_in(&world), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_outlives_the_replica_that_received_it() {
    let mut world = World::plan().replicas(2).patient().start().await;
    let line = Proxy::to(world.replica(0).address()).await;
    world.add_agent_at(line.address());
    let submitted = world.client().at(1).submit(&script()).await;
    line.has_sent(SIZE / 2).await;
    line.lead_to(world.replica(1).address());
    world.replica(0).process().kill();

    let job = world.client().at(1).ended(&submitted.id).await;

    world.replica(1).process().log().line(&["A file of job", "goes on at", &job.id]).await;
    world.restart_replica(0);
    arrived(&world, &job, line.sent()).await;
}

/// How many parts of results are stored.
fn parts_in(world: &World) -> usize {
    let jobs = std::fs::read_dir(world.folder().join("data/objects/results")).expect("results");
    let attempts = jobs.flat_map(|job| std::fs::read_dir(job.expect("a folder").path()).expect("attempts"));
    attempts.filter(|attempt| attempt.as_ref().expect("a folder").path().join("parts").exists()).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heartbeats_do_not_wait_behind_an_upload() {
    const RATE: u32 = 500_000;
    let mut world = World::plan().with("SPOOL_HEARTBEAT_MS", "200").patient().start().await;
    let line = Proxy::slow(world.replica(0).address(), RATE).await;
    world.add_agent_at(line.address());

    let job = world.client().succeeded("steps=1 output_bytes=2000000").await;

    assert_eq!(job.spent(), ONE_ATTEMPT, "{job:?}");
    let slices = line.slices();
    let bulk = slices.iter().max_by_key(|(connection, _)| total(&slices, *connection));
    let (bulk, _) = *bulk.expect("something was sent");
    // How much of the file goes before something else does: with the line's rate, that is how late a heartbeat is.
    let (mut longest, mut run, mut others) = (0, 0, 0);
    for (connection, bytes) in &slices {
        if *connection == bulk {
            run += bytes;
            longest = longest.max(run);
        } else if run > 0 {
            (run, others) = (0, others + 1);
        }
    }
    // A heartbeat is due for each 100 kB. Behind the upload they would come after 2 MB, together.
    assert!(longest < 1_000_000, "{longest} bytes of the file went before anything else");
    assert!(others >= 5, "only {others} messages went between parts of the file");
}

fn total(slices: &[(usize, u64)], connection: usize) -> u64 {
    slices.iter().filter(|(of, _)| *of == connection).map(|(_, bytes)| bytes).sum()
}
