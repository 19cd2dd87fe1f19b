//! What belongs to one key does not exist for another.

use serde_json::Value;

use crate::{
    agent::Agent,
    world::{World, a_body, problem},
};

const KEYS: [(&str, &str, &str); 2] =
    [("alice", "alice-secret", "submit"), ("bob", "bob-secret", "submit,high,admin")];

#[tokio::test]
async fn anothers_job_looks_like_none_at_every_address_and_verb() {
    let world = World::with_keys(&KEYS, &[]).await;
    let mut agent = Agent::connect_as(&world, "gpu").await;
    let done = world.submitted_with_key("alice-secret").await;
    let lease = agent.starts().await;
    agent.succeeds(&world, &lease, b"video", b"poster").await;
    let waiting = world.submitted_with_key("alice-secret").await;
    let unknown = "11111111-1111-8111-9111-111111111100";
    let tails = [
        "",
        "/cancel",
        "/retry",
        "/events",
        "/config",
        "/config?inline=true",
        "/preview",
        "/inputs/0",
        "/inputs/0/thumbnail",
        "/outputs/0",
        "/outputs/0/poster",
        "/outputs/0/thumbnail",
    ];
    for job in [&done, &waiting] {
        for tail in tails {
            for method in ["GET", "HEAD", "POST", "DELETE"] {
                let ask = async |id: &str| {
                    let path = format!("/api/jobs/{id}{tail}");
                    let response = world.asked_by("bob-secret", method, &path).send().await.unwrap();
                    let status = response.status().as_u16();
                    // An answer to HEAD has no body.
                    if method == "HEAD" { status.to_string() } else { problem(response).await }
                };
                let (foreign, missing) = (ask(job["id"].as_str().unwrap()).await, ask(unknown).await);
                assert_eq!(foreign, missing, "{method} {tail}");
                assert!(
                    ["404", "405"].iter().any(|status| missing.starts_with(status)),
                    "{method} {tail} {missing}"
                );
            }
        }
    }
    let own = |secret: &'static str| world.asked_by(secret, "GET", "/api/jobs").send();
    let list: Value = own("bob-secret").await.unwrap().json().await.unwrap();
    assert_eq!(list["items"], Value::Array(Vec::new()));
    let list: Value = own("alice-secret").await.unwrap().json().await.unwrap();
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_deleted_job_is_gone_for_its_owner_and_was_never_there_for_others() {
    let world = World::with_keys(&KEYS, &[]).await;
    let job = world.submitted_with_key("alice-secret").await;
    let itself = job["urls"]["self"].as_str().unwrap();
    let ask = async |secret: &str, method: &str, path: &str| {
        world.asked_by(secret, method, path).send().await.unwrap()
    };
    ask("alice-secret", "POST", job["urls"]["cancel"].as_str().unwrap()).await;
    assert_eq!(ask("alice-secret", "DELETE", itself).await.status(), 204);
    assert_eq!(problem(ask("alice-secret", "GET", itself).await).await, "410 gone: the job was deleted");
    assert_eq!(problem(ask("bob-secret", "GET", itself).await).await, "404 not_found: there is no such job");
}

#[tokio::test]
async fn a_job_can_be_made_from_ones_own_only_and_others_look_like_none() {
    let world = World::with_keys(&KEYS, &[]).await;
    let parent = world.submitted_with_key("alice-secret").await["id"].clone();
    let submit = async |secret: &str, parent: &Value| {
        let mut body = a_body();
        body["parent_id"] = parent.clone();
        world.asked_by(secret, "POST", "/api/workflows/i2v").json(&body).send().await.unwrap()
    };
    let own: Value = submit("alice-secret", &parent).await.json().await.unwrap();
    assert_eq!(own["parent_id"], parent);
    let told = "422 validation_failed: parent_id names a job that is not found, or no longer\n\
                /parent_id: parent_id names a job that is not found, or no longer";
    for none in [&parent, &"11111111-1111-8111-9111-111111111100".into(), &"x".into(), &"".into()] {
        assert_eq!(problem(submit("bob-secret", none).await).await, told, "{none}");
    }
    let gone = own["urls"]["self"].as_str().unwrap();
    for (method, path) in [("POST", format!("{gone}/cancel")), ("DELETE", gone.to_owned())] {
        assert!(world.asked_by("alice-secret", method, &path).send().await.unwrap().status().is_success());
    }
    assert_eq!(problem(submit("alice-secret", &own["id"]).await).await, told);
}

#[tokio::test]
async fn the_same_idempotency_key_of_two_owners_is_two_keys() {
    let world = World::with_keys(&KEYS, &[]).await;
    let submit = async |secret: &str| {
        let request = world.asked_by(secret, "POST", "/api/workflows/i2v").header("idempotency-key", "one");
        request.json(&a_body()).send().await.unwrap().json::<Value>().await.unwrap()["id"].clone()
    };
    let alice = submit("alice-secret").await;
    assert_ne!(submit("bob-secret").await, alice);
    assert_eq!(submit("alice-secret").await, alice);
}

#[tokio::test]
async fn an_input_is_for_an_agent_of_the_identity_that_holds_the_lease() {
    let world = World::with_keys(&KEYS, &[]).await;
    world.change_tokens(&[("gpu", "gpu-secret", ""), ("other", "other-secret", "")]);
    world.app.access.agents.refresh(true);
    let mut agent = Agent::connect_as(&world, "gpu").await;
    world.submitted_with_key("alice-secret").await;
    let lease = agent.starts().await;
    let fetch = async |secret: &str| {
        let path = format!("/api/agents/jobs/{}/inputs/0", lease.job);
        world
            .asked_by(secret, "GET", &path)
            .header("x-spool-lease", lease.token.reveal())
            .header("x-spool-agent", agent.id.to_string())
            .send()
            .await
            .unwrap()
    };
    assert_eq!(fetch("gpu-secret").await.status(), 200);
    let refused = problem(fetch("other-secret").await).await;
    assert_eq!(refused, "404 not_found: there is no such input under this lease");
}
