//! Keys and tokens: what they open, what ends with them, and that no secret is told anywhere.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use spool_shared::{job::Status, protocol::ToAgent};
use spool_tests::{
    World,
    bare_agent::{BareAgent, refused, taken, tiny_png},
    job::Spent,
    redis::Remains,
};

/// What a client of its own would see of everything that there is to see of a job.
async fn everything_told(client: &spool_tests::Client, job: &str) -> String {
    let mut told = String::new();
    for path in ["", "/config", "/preview", "/events"] {
        let response = client.get(&format!("/api/jobs/{job}{path}")).await;
        told += &[response.url().as_str(), &format!("{:?}", response.headers())].concat();
        told += &response.text().await.expect("a whole body");
    }
    for path in
        ["/api/jobs", "/api/agents", "/api/queues", "/api/config", "/api/session", "/metrics", "/readyz"]
    {
        let response = client.get(path).await;
        told += &[path, &format!("{:?}", response.headers())].concat();
        told += &response.text().await.expect("a whole body");
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_keys_jobs_run_as_ever_and_no_secret_is_in_a_log_an_address_or_an_answer() {
    let world = World::plan().keys().replicas(2).agents(1).start().await;
    let client = world.client();
    let done = client.succeeded("steps=2").await;
    let failed = client.submit("steps=2 fail_at=1 fail=bad_input").await;
    assert_eq!(client.ended(&failed.id).await.status, Status::Failed);
    let canceled = client.submit("steps=1000 step_ms=50").await;
    client.running(&canceled.id).await;
    client.cancel(&canceled.id).await;
    assert!(!client.download(&done.outputs[0].url).await.is_empty());

    // A browser logs in with the key and shows its cookie from then on.
    let key = world.keys().secret("alice");
    let login = client.post("/api/session", &json!({"key": key})).await;
    let cookie = login.headers()["set-cookie"].to_str().expect("text").to_owned();
    let secret = cookie.split(['=', ';']).nth(1).expect("a value").to_owned();
    assert!(!login.text().await.expect("a whole body").contains(&secret));

    // Strangers are told nothing either.
    let stranger = client.with_key("spool_wrong_canary");
    let refusal = stranger.get("/api/jobs").await;
    assert_eq!(refusal.status(), 401);
    let mut told = refusal.text().await.expect("a whole body");
    for job in [&done, &failed, &canceled] {
        told += &everything_told(client, &job.id).await;
    }
    world.keys().make("bob", "-");
    world.keys().revoke("bob");

    let logs = world.logs();
    let mut secrets = [world.redis().secrets(), world.keys().secrets()].concat();
    secrets.extend([secret, "spool_wrong_canary".to_owned()]);
    assert!(secrets.len() >= 6 && logs.contains("DEBUG"), "there is something to look for and to look in");
    for secret in secrets {
        assert!(!told.contains(&secret), "a secret stands in an answer");
        assert!(!logs.contains(&secret), "a secret stands in a log");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_whose_token_is_revoked_is_cut_off_and_its_job_goes_on_elsewhere() {
    let world = World::plan().keys().patient().start().await;
    let address = world.replica(0).address();
    let lent = world.keys().make_token("lent");
    taken(address, &lent).await;
    let mut first = BareAgent::dial_with("first", address, 1, Some(&lent)).await;
    let submitted = world.client().submit("runs twice").await;
    let held = first.assigned().await;
    first.accepts(held);
    first.starts(held);
    world.client().until(&submitted.id, "the job runs", |job| job.status == Status::Running).await;
    let mut bulk = first.bulk().await;

    world.keys().revoke_token("lent");
    tokio::join!(is_dismissed(&mut first), bulk.closes());
    assert_eq!(refused(address, Some(&lent)).await, 401);
    assert_eq!(refused(address, None).await, 401);

    let token = world.keys().secret("gpu");
    let mut second = BareAgent::dial_with("second", address, 1, Some(&token)).await;
    let held = second.assigned().await;
    assert_eq!(held.job.to_string(), submitted.id);
    second.accepts(held);
    second.starts(held);
    let output = second.bulk().await.stores(held, &tiny_png()).await;
    second.succeeds(held, output);
    let job = world.client().ended(&submitted.id).await;
    let spent = Spent { attempts: 2, losses: 1, ..Spent::default() };
    assert_eq!((job.status, job.spent()), (Status::Succeeded, spent));
    assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
}

/// The agent hears why, and then its control socket ends.
async fn is_dismissed(agent: &mut BareAgent) {
    let goodbye = agent.hears().await;
    assert!(matches!(&goodbye, ToAgent::Goodbye { code, .. } if code == "unauthorized"), "{goodbye:?}");
    assert!(agent.is_cut_off().await, "the goodbye is the last word");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_sockets_of_an_agent_end_within_a_second_of_the_revoking_of_its_token() {
    let world = World::plan().keys().patient().start().await;
    let address = world.replica(0).address();
    let names = ["lent-1", "lent-2", "lent-3", "lent-4"];
    let mut agents = Vec::new();
    for name in names {
        let token = world.keys().make_token(name);
        taken(address, &token).await;
        let agent = BareAgent::dial_with(name, address, 1, Some(&token)).await;
        let bulk = agent.bulk().await;
        agents.push((agent, bulk));
    }
    let mut other = BareAgent::dial_with("other", address, 1, Some(&world.keys().secret("gpu"))).await;

    let mut delays = Vec::new();
    for (mut agent, mut bulk) in agents {
        let begun = Instant::now();
        world.keys().revoke_token(&agent.name);
        tokio::join!(is_dismissed(&mut agent), bulk.closes());
        delays.push(begun.elapsed());
    }
    // Each but the first began right after the server had looked, and so waited for a whole look: all would be late
    // if it looked too rarely. A busy machine may delay some of them.
    let soonest = delays.iter().skip(1).min().expect("four delays");
    assert!(*soonest < Duration::from_secs(1), "{delays:?}");

    let submitted = world.client().submit("of those that are left").await;
    assert_eq!(other.assigned().await.job.to_string(), submitted.id, "the others' sockets stay");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_holds_on_every_replica_and_ends_with_its_key() {
    let world = World::plan().keys().replicas(2).start().await;
    let bob = world.keys().make("bob", "submit");
    let anyone = world.client().with_key(&bob);
    // A new key is taken up within a second.
    let login = spool_tests::within(spool_tests::PATIENCE, "the new key is known", async {
        loop {
            let response = anyone.at(0).post("/api/session", &json!({"key": bob})).await;
            if response.status() == 200 {
                return response;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let login = login.await;
    let cookie =
        login.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a pair").to_owned();
    let browser = world.client().with_cookie(&cookie);
    let other = browser.at(1);
    spool_tests::within(spool_tests::PATIENCE, "the other replica knows the key", async {
        loop {
            let told: Value = other.get("/api/session").await.json().await.expect("JSON");
            if told["name"] == "bob" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let job = world.client().submit("not of bob").await;
    assert_eq!(browser.at(1).get(&format!("/api/jobs/{}", job.id)).await.status(), 404);

    world.keys().revoke("bob");
    spool_tests::within(spool_tests::PATIENCE, "the login ends on both replicas", async {
        for replica in 0..2 {
            while browser.at(replica).get("/api/jobs").await.status() != 401 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    })
    .await;
}
