//! A result in the same instant as a wish to be rid of its job: whatever anybody is told agrees.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use spool_shared::{
    job::Status,
    protocol::{FromAgent, RefusedCode, ReleaseReason, ToAgent},
};
use spool_tests::{
    Client, World,
    bare_agent::{Assigned, BareAgent, tiny_png},
    bulk::BulkLink,
    client::{JOB, read_until},
    job::Spent,
};
use tokio::sync::Barrier;

/// How often, unless `SPOOL_RACES` says otherwise.
const RACES: usize = 300;
/// So many at a time.
const SIDE_BY_SIDE: usize = 6;
/// The result and a cancel begin so much later than the other, at most; a deletion, which comes too early for most.
const APART_US: u64 = 4_000;
const DELETED_US: u64 = 20_000;

/// What became of a race.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Winner {
    Result,
    Cancel,
    /// It deletes only what has ended.
    Delete,
}

/// The code of a problem.
async fn code(answer: Response) -> String {
    let problem: Value = answer.json().await.expect("a problem");
    problem["code"].as_str().expect("a word").to_owned()
}

/// What the agent hears of its result.
async fn settled(agent: &mut BareAgent, held: Assigned) -> Option<RefusedCode> {
    loop {
        match agent.hears().await {
            ToAgent::Done { job, .. } if job == held.job => return None,
            ToAgent::Refused { job, code, .. } if job == held.job => return Some(code),
            _ => {}
        }
    }
}

/// Ends a job and asks for its end at once. All begin together: each agent has one job then, whoever sent it.
async fn race(
    client: &Client,
    agent: &mut BareAgent,
    bulk: &mut BulkLink,
    begin: &Barrier,
    deletes: bool,
) -> Winner {
    client.submit("by hand").await;
    let held = agent.assigned().await;
    agent.accepts(held);
    agent.starts(held);
    let output = bulk.stores(held, &tiny_png()).await;
    let id = held.job.to_string();
    let mut events = client.events(&id, None).await;
    begin.wait().await;
    let pause = |at_most| tokio::time::sleep(Duration::from_micros(rand::random_range(0..at_most)));

    let ends = async {
        pause(APART_US).await;
        agent.succeeds(held, output);
        settled(agent, held).await
    };
    let asks = async {
        pause(if deletes { DELETED_US } else { APART_US }).await;
        if deletes {
            client.delete(&id).await
        } else {
            client.post(&format!("/api/jobs/{id}/cancel"), &json!({})).await
        }
    };
    let looks = read_until(&mut events, |event| event.name != JOB || event.job().status.is_terminal());
    let (refused, answer, seen) = tokio::join!(ends, asks, looks);

    let (job, file) = (client.get(&format!("/api/jobs/{id}")).await, format!("/api/jobs/{id}/outputs/0"));
    let last = seen.last().expect("an end");
    let shown = (last.name == JOB).then(|| last.job().status);
    match (deletes, answer.status()) {
        (false, StatusCode::OK) => {
            let canceled: spool_tests::Job = answer.json().await.expect("a job");
            let job: spool_tests::Job = job.json().await.expect("a job");
            for job in [&canceled, &job] {
                assert_eq!((job.status, job.outputs.len()), (Status::Canceled, 0), "{job:?}");
            }
            assert_eq!((shown, refused), (Some(Status::Canceled), Some(RefusedCode::Canceled)), "{id}");
            assert_eq!(client.get(&file).await.status(), StatusCode::NOT_FOUND, "{id}");
            agent.says(FromAgent::Released {
                job: held.job,
                token: held.token,
                reason: ReleaseReason::Canceled,
            });
            Winner::Cancel
        }
        (true, StatusCode::NO_CONTENT) => {
            assert_eq!(code(job).await, "gone", "{id}");
            assert!(matches!(shown, None | Some(Status::Succeeded)), "{last:?}");
            assert_eq!(
                (last.name.as_str(), refused),
                (if shown.is_none() { "gone" } else { JOB }, None),
                "{id}"
            );
            assert_eq!(code(client.get(&file).await).await, "gone", "{id}");
            Winner::Delete
        }
        (_, StatusCode::CONFLICT) => {
            assert_eq!(code(answer).await, if deletes { "not_finished" } else { "already_finished" }, "{id}");
            let job: spool_tests::Job = job.json().await.expect("a job");
            let spent = Spent { attempts: 1, ..Spent::default() };
            assert_eq!((job.status, job.spent()), (Status::Succeeded, spent), "{job:?}");
            assert_eq!((shown, refused), (Some(Status::Succeeded), None), "{id}");
            assert_eq!(client.download(&file).await, tiny_png(), "{id}");
            Winner::Result
        }
        (_, status) => panic!("{id}: the answer is {status}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_cancels_or_deletes_a_job_as_it_succeeds_is_told_what_everybody_is_told() {
    let races = std::env::var("SPOOL_RACES").map_or(RACES, |races| races.parse().expect("a number of races"));
    let world = World::plan().replicas(2).patient().with("SPOOL_LOG", "info").start().await;
    let begin = Barrier::new(SIDE_BY_SIDE);
    let lanes = (0..SIDE_BY_SIDE).map(|lane| {
        let client = world.client().clone();
        let (address, begin) = (world.replica(lane % 2).address().to_owned(), &begin);
        async move {
            let mut agent = BareAgent::dial(&format!("bare-{lane}"), &address, 1).await;
            let mut bulk = agent.bulk().await;
            let mut winners = Vec::new();
            for turn in 0..races / SIDE_BY_SIDE {
                winners.push(race(&client, &mut agent, &mut bulk, begin, turn % 3 == 0).await);
            }
            winners
        }
    });
    let winners = join_all(lanes).await.concat();
    let count = |winner| winners.iter().filter(|won| **won == winner).count();
    let counts = [Winner::Result, Winner::Cancel, Winner::Delete].map(count);
    println!("result, cancel, delete: {counts:?}");
    assert!(counts.iter().all(|count| *count >= races / 100), "one side hardly ever won: {counts:?}");
}
