//! Browsers that log in with a key and then show a cookie.

use insta::assert_snapshot;
use reqwest::Response;
use serde_json::{Value, json};

use crate::world::{World, a_body, problem};

const ALICE: (&str, &str, &str) = ("alice", "alice-secret", "submit");

async fn log_in(world: &World, key: &str) -> Response {
    world.post("/api/session", &json!({"key": key})).await
}

/// What a browser would send back.
fn cookie(response: &Response) -> String {
    response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

async fn ask(world: &World, cookie: &str, method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = world.request(method, path).header("cookie", cookie);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if method == "POST" {
        request.json(&a_body()).send().await.unwrap()
    } else {
        request.send().await.unwrap()
    }
}

#[tokio::test]
async fn a_browser_logs_in_and_out() {
    let world = World::with_keys(&[ALICE], &[]).await;
    let before: Value = world.get("/api/session").await.json().await.unwrap();
    assert_eq!(before, json!({"keys": true, "name": null, "scopes": []}));
    let response = log_in(&world, "alice-secret").await;
    let set = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    let value = set.split(['=', ';']).nth(1).unwrap();
    assert_eq!(value.len(), 64);
    assert_eq!(set.replace(value, "…"), "spool_session=…; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict");
    let cookie = cookie(&response);
    let told: Value = response.json().await.unwrap();
    assert_eq!(told, json!({"keys": true, "name": "alice", "scopes": ["submit"]}));
    let told: Value = ask(&world, &cookie, "GET", "/api/session", &[]).await.json().await.unwrap();
    assert_eq!(told["name"], "alice");
    assert_eq!(ask(&world, &cookie, "GET", "/api/jobs", &[]).await.status(), 200);
    let own = format!("http://{}", world.address);
    assert_eq!(ask(&world, &cookie, "DELETE", "/api/session", &[("origin", &own)]).await.status(), 204);
    assert_eq!(ask(&world, &cookie, "GET", "/api/jobs", &[]).await.status(), 401);
}

#[tokio::test]
async fn what_is_in_the_store_lets_nobody_in() {
    let world = World::with_keys(&[ALICE], &[]).await;
    let cookie = cookie(&log_in(&world, "alice-secret").await);
    let mut redis = redis::Client::open(world.redis_url()).unwrap().get_connection().unwrap();
    let keys: Vec<String> = redis::cmd("KEYS").arg("*login*").query(&mut redis).unwrap();
    assert_eq!(keys.len(), 1);
    let value: String = redis::cmd("GET").arg(&keys[0]).query(&mut redis).unwrap();
    let secret = cookie.split('=').nth(1).unwrap();
    assert!(!keys[0].contains(secret) && !value.contains(secret) && !value.contains("alice-secret"));
    let hash = keys[0].rsplit(':').next().unwrap();
    let stolen = ask(&world, &format!("spool_session={hash}"), "GET", "/api/jobs", &[]).await;
    assert_eq!(stolen.status(), 401);
    let life: i64 = redis::cmd("PTTL").arg(&keys[0]).query(&mut redis).unwrap();
    assert!(life > 0 && life <= 604_800_000, "{life}");
}

#[tokio::test]
async fn with_a_cookie_only_the_servers_own_pages_change_anything() {
    let world = World::with_keys(&[ALICE], &[]).await;
    let cookie = cookie(&log_in(&world, "alice-secret").await);
    let own = format!("http://{}", world.address);
    let submit =
        async |headers: &[(&str, &str)]| ask(&world, &cookie, "POST", "/api/workflows/i2v", headers).await;
    assert_eq!(submit(&[("origin", &own)]).await.status(), 202);
    assert_eq!(submit(&[("sec-fetch-site", "same-origin")]).await.status(), 202);
    for headers in [
        vec![],
        vec![("origin", "https://evil.example")],
        vec![("origin", "null")],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "none")],
        vec![("origin", "http://localhost:1"), ("sec-fetch-site", "same-origin")],
    ] {
        let refused = problem(submit(&headers).await).await;
        let told = "with a cookie only the server's own pages may do this; other programs send a key";
        assert_eq!(refused, format!("403 origin_refused: {told}"), "{headers:?}");
    }
    let socket = [("connection", "upgrade"), ("upgrade", "websocket"), ("origin", "https://evil.example")];
    assert_eq!(ask(&world, &cookie, "GET", "/api/ws", &socket).await.status(), 403);
    // A key is no cookie: whoever shows it wants what it asks.
    let bearer =
        world.asked_by("alice-secret", "POST", "/api/workflows/i2v").header("origin", "https://a.example");
    assert_eq!(bearer.json(&a_body()).send().await.unwrap().status(), 202);
}

#[tokio::test]
async fn a_revoked_key_takes_its_logins_along() {
    let world = World::with_keys(&[ALICE], &[]).await;
    let cookie = cookie(&log_in(&world, "alice-secret").await);
    // The same name with another secret is another key.
    world.change_keys(&[("alice", "new-secret", "submit")]);
    world.app.access.clients.refresh(true);
    assert_eq!(ask(&world, &cookie, "GET", "/api/jobs", &[]).await.status(), 401);
    let told: Value = ask(&world, &cookie, "GET", "/api/session", &[]).await.json().await.unwrap();
    assert_eq!(told["name"], Value::Null);
}

#[tokio::test]
async fn over_tls_the_cookie_is_sent_over_tls_alone() {
    let world = World::with_keys(&[ALICE], &["--trusted-proxies", "127.0.0.0/8"]).await;
    let request = world.request("POST", "/api/session").header("x-forwarded-proto", "https");
    let response = request.json(&json!({"key": "alice-secret"})).send().await.unwrap();
    assert!(response.headers()["set-cookie"].to_str().unwrap().ends_with("; Secure"));
    let plain = log_in(&world, "alice-secret").await;
    assert!(!plain.headers()["set-cookie"].to_str().unwrap().contains("Secure"));
}

#[tokio::test]
async fn a_login_that_cannot_be_read_says_why_and_repeats_nothing() {
    let world = World::with_keys(&[ALICE], &[]).await;
    let post = async |body: &str, mime: &str| {
        let request = world.request("POST", "/api/session").header("content-type", mime);
        problem(request.body(body.to_owned()).send().await.unwrap()).await
    };
    for body in
        ["{", "[]", r#"{"key": 5}"#, r#"{"name": "canary"}"#, r#"{"key": "canary", "x": 1}"#, "\"canary\""]
    {
        assert_eq!(
            post(body, "application/json").await,
            r#"400 malformed_body: the body must be {"key": "…"} with an API key"#
        );
    }
    assert!(post("key=canary", "application/x-www-form-urlencoded").await.starts_with("415 "));
    let long = format!(r#"{{"key": "{}"}}"#, "x".repeat(5_000));
    assert_snapshot!(post(&long, "application/json").await, @"413 body_too_large: the body may have at most 4096 bytes");
    let evil = world.request("POST", "/api/session").header("origin", "https://evil.example");
    let refused = problem(evil.json(&json!({"key": "alice-secret"})).send().await.unwrap()).await;
    assert_snapshot!(refused, @"403 origin_refused: only the server's own pages may log in");
}

#[tokio::test]
async fn an_address_that_fails_to_log_in_too_often_waits() {
    let world = World::with_keys(&[ALICE], &["--trusted-proxies", "127.0.0.1"]).await;
    let from = async |address: &str, key: &str| {
        let request = world.request("POST", "/api/session").header("x-forwarded-for", address);
        request.json(&json!({"key": key})).send().await.unwrap()
    };
    for _ in 0..10 {
        assert_eq!(from("203.0.113.7", "guess").await.status(), 401);
    }
    let response = from("203.0.113.7", "alice-secret").await;
    let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=6).contains(&wait));
    assert_snapshot!(problem(response).await, @"429 rate_limited: too many logins from this address failed; wait a little");
    assert_eq!(from("203.0.113.8", "alice-secret").await.status(), 200);
}

#[tokio::test]
async fn without_keys_everyone_is_in_already() {
    let world = World::start().await;
    let told: Value = world.get("/api/session").await.json().await.unwrap();
    assert_eq!(told, json!({"keys": false, "name": null, "scopes": ["submit", "high", "admin"]}));
    let refused = problem(log_in(&world, "any").await).await;
    assert_snapshot!(refused, @"404 not_found: there are no keys here: everyone of this machine may ask, without logging in");
}
