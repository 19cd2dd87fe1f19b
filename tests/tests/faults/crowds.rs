//! Many agents and browsers that come back at once.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};
use spool_shared::job::Status;
use spool_tests::{
    Client, Job, PATIENCE, World,
    bare_agent::{Assigned, BareAgent, tiny_png},
    deadline::look_until,
    job::Spent,
    limits::{address_space, limit},
    page::{Page, entries},
    redis::Remains,
    within,
};

const BROWSERS: usize = 1_000;
/// Each holds a job while the server is away.
const AGENTS: usize = 200;
/// So many agents a replica takes at once, and so many more each second.
const A_SECOND: usize = 50;
/// How long all may take to be back.
const BACK: Duration = Duration::from_secs(30);

/// So many agents, of which the first hold a job each that has begun.
async fn crowd(world: &World, agents: usize, working: usize) -> Vec<(BareAgent, Option<Assigned>)> {
    let dial = async |name: String| BareAgent::dial(&name, world.replica(0).address(), 1).await;
    let with_jobs = join_all((0..working).map(|number| dial(format!("working-{number}")))).await;
    let submitting = join_all((0..working).map(|_| world.client().submit("held through the outage")));
    let beginning = with_jobs.into_iter().map(|mut agent| async move {
        let held = agent.assigned().await;
        agent.accepts(held);
        agent.starts(held);
        world.client().until(&held.job.to_string(), "it runs", |job| job.status == Status::Running).await;
        (agent, Some(held))
    });
    // At once, for a hand-out is not accepted for ever.
    let (mut crowd, _) = tokio::join!(join_all(beginning), submitting);
    let idle = join_all((working..agents).map(|number| dial(format!("idle-{number}")))).await;
    crowd.extend(idle.into_iter().map(|agent| (agent, None)));
    crowd
}

/// All dial again at once, as the programs that they were and with what they hold, and end their jobs.
async fn come_back(world: &World, crowd: Vec<(BareAgent, Option<Assigned>)>) {
    let agents = crowd.len();
    let address = world.replica(0).address();
    let (known, began) = (world.redis().agents(), Instant::now());
    let back = crowd.into_iter().map(|(agent, held)| async move {
        let agent = agent.again(address).await;
        (began.elapsed(), agent, held)
    });
    let mut crowd = within(BACK, "every agent is back", join_all(back)).await;
    assert_eq!(world.redis().agents(), agents.max(known));
    crowd.sort_by_key(|(took, ..)| *took);
    for (number, (took, ..)) in crowd.iter().enumerate().skip(A_SECOND) {
        let earliest = Duration::from_secs(1) * u32::try_from(number + 1 - A_SECOND).expect("a crowd")
            / u32::try_from(A_SECOND).expect("few");
        assert!(*took >= earliest, "the server took {} agents within {took:?}", number + 1);
    }
    let crowd: Vec<_> = crowd.into_iter().map(|(_, agent, held)| (agent, held)).collect();
    let ending = crowd.iter().filter_map(|(agent, held)| Some((agent, (*held)?)));
    join_all(ending.map(|(agent, held)| async move {
        let output = agent.bulk().await.stores(held, &tiny_png()).await;
        agent.succeeds(held, output);
        let job = world.client().ended(&held.job.to_string()).await;
        let spent = Spent { attempts: 1, ..Spent::default() };
        assert_eq!((job.status, job.spent()), (Status::Succeeded, spent), "{job:?}");
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_agents_that_come_back_at_once_after_an_outage_keep_what_they_hold() {
    // Eight heartbeats a second and agent would be another test.
    let plan =
        World::plan().patient().with("SPOOL_HEARTBEAT_MS", "2000").with("SPOOL_RECONNECT_GRACE_MS", "30000");
    let mut world = plan.with("SPOOL_LOG", "info").start().await;
    let crowd = crowd(&world, AGENTS, AGENTS).await;
    world.replica(0).process().kill();
    world.restart_replica(0);
    come_back(&world, crowd).await;
    let log = world.replica(0).process().log().to_string();
    assert!(log.contains("/api/agents/connect was answered 503"), "they did not come at once");
    assert_eq!(world.redis().remains(), Remains::ended(AGENTS as u64, 0, 0));
    for requeue in ["lost", "bounced", "returned", "readopted"] {
        assert_eq!(world.redis().told(requeue), 0, "{requeue}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_api_that_runs_out_of_memory_with_a_hundred_sockets_costs_no_job() {
    const SOCKETS: usize = 100;
    const HOLDING: usize = 5;
    const REAL: usize = 2;
    let plan = World::plan().agents(REAL).patient().with("SPOOL_LOG", "info");
    let mut world = plan.with("SPOOL_RECONNECT_GRACE_MS", "30000").start().await;
    let mut real = Vec::new();
    for _ in 0..REAL {
        real.push(world.client().submit("steps=1000000 step_ms=20 unique=1").await.id);
    }
    for id in &real {
        world.client().running(id).await;
    }
    let crowd = crowd(&world, SOCKETS - REAL, HOLDING).await;
    let process = world.replica(0).process();
    // No more address space than it has: the next large block of memory is refused by the kernel.
    limit(process.pid(), &format!("--as={}", address_space(process.pid())));
    let picture = image_of(6_000);
    let http = spool_tests::client::http();
    while !process.has_ended() {
        let url = format!("http://{}/api/images", world.replica(0).address());
        // What becomes of it is no matter: it is there to need memory.
        drop(http.post(url).header("content-type", "image/png").body(picture.clone()).send().await);
    }
    assert!(
        world.replica(0).process().log().to_string().contains("memory allocation of"),
        "it ran out of memory"
    );

    world.restart_replica(0);
    come_back(&world, crowd).await;
    // Agents of the product do not come at one time, and go on with what they have.
    let mut pauses = BTreeSet::new();
    for index in 0..REAL {
        pauses.insert(pause_of(&world.agent(index).process().log().line(&["retry_ms"]).await));
    }
    assert_eq!(pauses.len(), REAL, "{pauses:?}");
    for id in &real {
        let before = world.client().job(id).await;
        let step = |job: &Job| job.progress.as_ref().map_or(0, |progress| progress.step);
        let further = |job: &Job| step(job) > step(&before);
        let job = world.client().until(id, "it goes on", further).await;
        assert_eq!(job.spent(), Spent { attempts: 1, ..Spent::default() }, "{job:?}");
        world.client().cancel(id).await;
    }
    let ended = || (world.redis().remains() == Remains::ended(HOLDING as u64, 0, REAL as u64)).then_some(());
    let ended = tokio::task::block_in_place(|| look_until(PATIENCE, ended));
    assert!(ended.is_some(), "{:?}", world.redis().remains());
}

/// The pause before an agent dials again, by its own word.
fn pause_of(line: &str) -> String {
    let said = line.split("retry_ms").nth(1).unwrap_or_default();
    said.chars().skip_while(|letter| !letter.is_ascii_digit()).take_while(char::is_ascii_digit).collect()
}

/// A PNG whose pixels take much memory.
fn image_of(side: u32) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(side, side).write_to(&mut file, image::ImageFormat::Png).expect("a PNG");
    file.into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_browsers_that_come_back_at_once_are_shown_the_truth_in_time() {
    let mut world = World::plan().agents(1).patient().with("SPOOL_LOG", "info").start().await;
    let address = world.replica(0).address().to_owned();
    let id = world.client().submit("steps=100000 step_ms=20").await.id;
    world.client().running(&id).await;
    let pages = join_all((0..BROWSERS).map(|_| Page::shown(&address))).await;
    world.replica(0).process().kill();
    drop(pages);
    world.restart_replica(0);

    let back = (0..BROWSERS).map(|_| async {
        let mut page = Page::open(&address).await;
        let snapshot = page.until(|message| message["t"] == "snapshot").await;
        (page, snapshot)
    });
    let back = within(BACK, "every browser is shown the jobs", join_all(back)).await;
    for (_, snapshot) in &back {
        let job = json!([snapshot["jobs"][0]["id"], snapshot["jobs"][0]["status"]]);
        assert_eq!(job, json!([id, "running"]));
    }
    let canceled = world.client().cancel(&id).await;
    let told = back.into_iter().map(|(mut page, _)| async move {
        page.until(|message| entries(message).any(|entry| entry["status"] == "canceled")).await;
    });
    within(BACK, "every browser is told of the end", join_all(told)).await;
    assert_eq!(canceled.status, Status::Canceled);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_full_queue_refuses_may_come_again_later_and_what_it_took_is_done() {
    const LIMIT: usize = 5;
    let mut world = World::plan().replicas(2).patient().with("SPOOL_QUEUE_LIMIT", "5").start().await;
    let body = world.client().body("steps=1");
    let answers = join_all((0..40).map(|_| world.client().post("/api/workflows/i2v", &body))).await;
    let (taken, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status() == StatusCode::ACCEPTED);
    assert_eq!((taken.len(), refused.len()), (LIMIT, 40 - LIMIT));
    for answer in refused {
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
        assert!(answer.headers().contains_key("retry-after"));
    }
    tokio::task::block_in_place(|| {
        world.add_agent();
        world.agents_are_known();
    });
    let done = || (world.redis().remains() == Remains::ended(LIMIT as u64, 0, 0)).then_some(());
    let all = tokio::task::block_in_place(|| look_until(PATIENCE, done));
    assert!(all.is_some(), "{:?}", world.redis().remains());
    world.client().succeeded("steps=1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_key_has_too_much_of_is_refused_and_other_keys_find_room() {
    const LIMIT: usize = 3;
    let plan = World::plan().keys().replicas(2).patient().with("SPOOL_QUEUE_LIMIT_PER_KEY", "3");
    let mut world = plan.with("SPOOL_QUEUE_LIMIT", "7").start().await;
    let alice = world.client().clone();
    let others = ["bob", "carol"].map(|name| alice.with_key(&world.keys().make(name, "submit")));
    let known = || async {
        for (client, replica) in others.iter().flat_map(|client| [(client, 0), (client, 1)]) {
            while client.at(replica).get("/api/jobs").await.status() != StatusCode::OK {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    };
    within(PATIENCE, "the new keys are known", known()).await;
    let body = alice.body("steps=1");
    let many = async |client: &Client| {
        let answers = join_all((0..20).map(|_| client.post("/api/workflows/i2v", &body))).await;
        let mut refused = BTreeSet::new();
        let mut taken = 0;
        for answer in answers {
            if answer.status() == StatusCode::ACCEPTED {
                taken += 1;
                continue;
            }
            assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
            assert!(answer.headers().contains_key("retry-after"));
            let problem: Value = answer.json().await.expect("a problem");
            assert_eq!((&problem["code"], &problem["retryable"]), (&json!("queue_full"), &json!(true)));
            refused.insert(problem["detail"].as_str().expect("a sentence").to_owned());
        }
        (taken, refused.into_iter().collect::<Vec<_>>())
    };
    let own = vec![format!("{LIMIT} jobs of this key wait already; try again later")];
    assert_eq!(many(&alice).await, (LIMIT, own.clone()));
    assert_eq!(many(&others[0]).await, (LIMIT, own));
    // What is left of the whole queue.
    assert_eq!(many(&others[1]).await, (1, vec!["7 jobs wait already; try again later".to_owned()]));

    tokio::task::block_in_place(|| {
        world.add_agent();
        world.agents_are_known();
    });
    let done = || (world.redis().remains() == Remains::ended(7, 0, 0)).then_some(());
    let all = tokio::task::block_in_place(|| look_until(PATIENCE, done));
    assert!(all.is_some(), "{:?}", world.redis().remains());
    alice.succeeded("steps=1").await;
}
