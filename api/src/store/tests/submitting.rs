//! T1, beside the pairs of state and event: where there is no job, and where there is one already.

use spool_shared::{
    job::{Event, Job},
    workflow::Priority,
};

use super::{
    dump::{Clock, Dump},
    fleet::new_job,
    pairs::{Bench, now, readable, world},
    plant::{CLASS, World, job_id},
    raw::{expected, plant},
    redis::TestRedis,
    samples,
};
use crate::store::{NewJob, Submitted};

/// Keys as they were planted.
struct Planted {
    start: u64,
    dump: Dump,
}

/// What stands around a job, without one.
async fn plant_without_job(bench: &Bench, event: usize) -> Planted {
    let mut redis = bench.redis.clone();
    bench.clear(&mut redis).await;
    let start = now(&mut redis).await;
    let event = samples::events(start).remove(event);
    let nobody = Job::submitted(start);
    let mut raws = World { job: None, ..world(&bench.store, start, &nobody, &event) }.raws();
    // Nor was there one before.
    raws.retain(|key, _| key != "counters" && !key.starts_with("gone:"));
    plant(&mut redis, &bench.keys, &raws).await;
    Planted { start, dump: bench.found(start).await }
}

/// T1 is no event of a job that is there: it is what makes one.
#[tokio::test]
async fn a_job_begins_with_its_submit_and_only_with_that() {
    let redis = TestRedis::start();
    let bench = Bench::new(&redis, "first").await;
    for index in 0..samples::events(1_000_000).len() {
        let planted = plant_without_job(&bench, index).await;
        let event = samples::events(planted.start).remove(index);
        // A node is buried whatever it has.
        if !matches!(event, Event::Bury) {
            let told = bench.apply(&event).await.unwrap();
            assert!(!["done", "already"].contains(&&*told), "{event:?}: {told}");
            assert_eq!(bench.found(planted.start).await, planted.dump, "{event:?}");
        }
    }

    let Planted { start, .. } = plant_without_job(&bench, 0).await;
    assert!(matches!(bench.store.submit(&first()).await.unwrap(), Submitted::Accepted(_)));
    let submitted = Job::submitted(start);
    let mut world = world(&bench.store, start, &submitted, &Event::Cancel);
    world.events.push(("queued".into(), submitted.version, "queued".into()));
    assert_eq!(bench.found(start).await, readable(expected(world.raws(), &Clock { start })));
}

#[tokio::test]
async fn a_job_that_is_there_is_not_submitted_again_whatever_became_of_it() {
    let redis = TestRedis::start();
    let bench = Bench::new(&redis, "again").await;
    for index in 0..samples::jobs(1_000_000).len() {
        let mut redis = bench.redis.clone();
        bench.clear(&mut redis).await;
        let start = now(&mut redis).await;
        let job = samples::jobs(start).remove(index);
        let world = world(&bench.store, start, &job, &Event::Cancel);
        plant(&mut redis, &bench.keys, &world.raws()).await;
        let before = bench.found(start).await;
        assert!(matches!(bench.store.submit(&first()).await.unwrap(), Submitted::Accepted(_)));
        assert_eq!(bench.found(start).await, before, "{job:?}");
    }
}

/// The job of the model, as a request.
fn first() -> NewJob {
    NewJob { id: job_id(), ..new_job("-", Priority::Normal, CLASS) }
}
