//! Who is let in where there are keys.

use insta::assert_snapshot;
use reqwest::Response;
use serde_json::{Value, json};

use crate::world::{World, a_body, problem};

const ALICE: (&str, &str, &str) = ("alice", "alice-secret", "submit");
const READER: (&str, &str, &str) = ("reader", "reader-secret", "-");
const ADMIN: (&str, &str, &str) = ("root", "root-secret", "submit,high,admin");

async fn sent(request: reqwest::RequestBuilder) -> Response {
    request.send().await.unwrap()
}

#[tokio::test]
async fn without_a_known_key_nobody_is_let_in() {
    let world = World::with_keys(&[ALICE], &[]).await;
    let response = world.get("/api/jobs").await;
    assert_eq!(response.headers()["www-authenticate"], "Bearer realm=\"spool\"");
    assert_snapshot!(problem(response).await, @"401 unauthorized: send an API key as Authorization: Bearer KEY, or log in");
    for secret in ["alice", "Alice-secret", "alice-secret2", "gpu-secret", "%00"] {
        let response = sent(world.asked_by(secret, "GET", "/api/jobs")).await;
        assert_eq!(response.headers()["www-authenticate"], "Bearer realm=\"spool\", error=\"invalid_token\"");
        assert_eq!(
            problem(response).await,
            "401 unauthorized: this API key is not known; it may have been revoked"
        );
    }
    for header in ["alice-secret", "Basic alice-secret", "Bearer", "Bearer "] {
        let response = sent(world.request("GET", "/api/jobs").header("authorization", header)).await;
        assert_eq!(response.status(), 401, "{header}");
    }
    assert_eq!(sent(world.asked_by("alice-secret", "GET", "/api/jobs")).await.status(), 200);
    let lower = world.request("GET", "/api/jobs").header("authorization", "bearer  alice-secret");
    assert_eq!(sent(lower).await.status(), 200);
}

/// Every address that the server has or might get, and whether anyone may ask for it.
#[tokio::test]
async fn every_address_that_is_not_open_on_purpose_needs_a_key() {
    let world = World::with_keys(&[ALICE], &[]).await;
    // The studio's are in `studio.rs`.
    for path in ["/healthz", "/readyz", "/api/config", "/api/session"] {
        assert_eq!(world.get(path).await.status(), 200, "{path}");
    }
    let id = "11111111-1111-8111-9111-111111111100";
    let jobs = [
        "",
        "/cancel",
        "/retry",
        "/events",
        "/config",
        "/preview",
        "/inputs/0",
        "/outputs/0",
        "/outputs/0/poster",
    ];
    let mut paths: Vec<String> = jobs.iter().map(|tail| format!("/api/jobs/{id}{tail}")).collect();
    let rest = [
        "//",
        "/edit/",
        "/gallery/",
        "/gallery/a/b",
        "/.env",
        "/index.html",
        "/metrics",
        "/api",
        "/api/jobs",
        "/api/workflows/i2v",
        "/api/workflows/i2v/outlook",
        "/api/images",
        "/api/agents",
        "/api/agents/1/drain",
        "/api/queues",
        "/api/ws",
        "/api/agents/connect",
        "/api/agents/upload",
        "/api/agents/%63onnect",
        "/api/agents/jobs/1/inputs/0",
        "/api/%6aobs",
        "/api/nothing",
        "/debug",
        "//healthz",
        "/healthz/",
        "/api/config/x",
    ];
    paths.extend(rest.map(str::to_owned));
    for path in &paths {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let response = sent(world.request(method, path)).await;
            assert_eq!(response.status(), 401, "{method} {path}");
            assert!(response.headers().contains_key("www-authenticate"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_key_may_do_what_its_scopes_say_and_is_told_what_it_lacks() {
    let world = World::with_keys(&[ALICE, READER, ADMIN], &[]).await;
    let id = "11111111-1111-8111-9111-111111111100";
    for (method, path) in [
        ("POST", "/api/workflows/i2v".to_owned()),
        ("POST", format!("/api/jobs/{id}/cancel")),
        ("POST", format!("/api/jobs/{id}/retry")),
        ("DELETE", format!("/api/jobs/{id}")),
        ("POST", "/api/images".to_owned()),
    ] {
        let refused = problem(sent(world.asked_by("reader-secret", method, &path)).await).await;
        assert_eq!(
            refused, "403 forbidden: this needs a key with the scope submit; the key reader has -",
            "{method} {path}"
        );
    }
    assert_eq!(sent(world.asked_by("reader-secret", "GET", "/api/jobs")).await.status(), 200);
    let agent = format!("/api/agents/{id}");
    for (method, path) in [
        ("POST", format!("{agent}/drain")),
        ("POST", format!("{agent}/resume")),
        ("GET", "/metrics".to_owned()),
    ] {
        let refused = problem(sent(world.asked_by("alice-secret", method, &path)).await).await;
        let told = "403 forbidden: this needs a key with the scope admin; the key alice has submit";
        assert_eq!(refused, told, "{method} {path}");
        let admin = sent(world.asked_by("root-secret", method, &path)).await.status().as_u16();
        assert!([200, 404].contains(&admin), "{method} {path} {admin}");
    }
    let mut urgent = a_body();
    urgent["priority"] = json!("high");
    let submit =
        async |secret: &str| sent(world.asked_by(secret, "POST", "/api/workflows/i2v").json(&urgent)).await;
    let refused = problem(submit("alice-secret").await).await;
    assert_snapshot!(refused, @"403 forbidden: this needs a key with the scope high; the key alice has submit");
    let accepted = submit("root-secret").await;
    assert_eq!(accepted.status(), 202);
    assert_eq!(accepted.json::<Value>().await.unwrap()["priority"], "high");
}

#[tokio::test]
async fn an_agent_needs_a_token_and_a_token_is_no_key() {
    let world = World::with_keys(&[ALICE], &[]).await;
    let dial = async |secret: Option<&str>, path: &str| {
        let request = world
            .request("GET", path)
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header("x-spool-agent", "11111111-1111-8111-9111-111111111100");
        sent(match secret {
            Some(secret) => request.bearer_auth(secret),
            None => request,
        })
        .await
    };
    for path in ["/api/agents/connect", "/api/agents/upload"] {
        for secret in [None, Some("alice-secret"), Some("wrong")] {
            let refused = problem(dial(secret, path).await).await;
            assert!(refused.starts_with("401 unauthorized: agents send a token"), "{path} {refused}");
        }
        assert_eq!(dial(Some("gpu-secret"), path).await.status(), 101, "{path}");
    }
    let input = "/api/agents/jobs/11111111-1111-8111-9111-111111111100/inputs/0";
    assert_eq!(sent(world.asked_by("alice-secret", "GET", input)).await.status(), 401);
    let found = problem(sent(world.asked_by("gpu-secret", "GET", input)).await).await;
    assert!(found.starts_with("404 not_found: there is no such input under this lease"), "{found}");
}

#[tokio::test]
async fn with_keys_the_server_has_any_name_unless_its_names_are_set() {
    let ask = async |world: &World, path: &str, host: &str| {
        sent(world.asked_by("alice-secret", "GET", path).header("host", host)).await
    };
    let any = World::with_keys(&[ALICE], &[]).await;
    assert_eq!(ask(&any, "/api/jobs", "spool.example.com").await.status(), 200);
    let flags = ["--public-url", "https://spool.example.com", "--allowed-hosts", "inner, Other.example"];
    let named = World::with_keys(&[ALICE], &flags).await;
    for host in ["spool.example.com", "spool.example.com:8443", "inner:80", "other.example"] {
        assert_eq!(ask(&named, "/api/jobs", host).await.status(), 200, "{host}");
    }
    for host in ["evil.example", "localhost", "spool.example.com.evil"] {
        let refused = problem(ask(&named, "/api/jobs", host).await).await;
        assert_eq!(refused, "421 host_refused: this server is not reached by this name", "{host}");
        assert_eq!(ask(&named, "/healthz", host).await.status(), 200, "{host}");
    }
}

#[tokio::test]
async fn a_side_without_its_file_is_open_to_this_machine_alone() {
    let files = tempfile::tempdir().unwrap();
    let file = files.path().join("keys").display().to_string();
    std::fs::write(&file, "").unwrap();
    let world = World::with(&["--api-keys-file", &file]).await;
    assert_eq!(world.get("/api/jobs").await.status(), 401, "an empty file lets nobody in");
    let dial =
        async |host: &str| sent(world.request("GET", "/api/agents/connect").header("host", host)).await;
    assert_eq!(dial("spool.example.com").await.status(), 421);
    // It gets as far as the handshake, which this request does not have.
    assert_eq!(dial("localhost").await.status(), 400);
}
