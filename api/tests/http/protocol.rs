//! What holds for every request: problems, ids, headers, methods, names of the server, limits of time.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::{
    raw::exchange,
    world::{World, problem},
};

#[tokio::test]
async fn whatever_the_framework_refuses_is_a_problem_too() {
    let world = World::start().await;
    assert_snapshot!(problem(world.get("/api/nothing").await).await, @"404 not_found: there is nothing at this address");
    assert_snapshot!(problem(world.get("/nothing").await).await, @"404 not_found: there is nothing at this address");
    assert_snapshot!(problem(world.post("/api/workflows/t2v", &json!({})).await).await, @"404 not_found: there is no such workflow");
    for (method, path, allow) in [
        ("PUT", "/api/jobs", "GET, HEAD"),
        ("DELETE", "/healthz", "GET, HEAD"),
        ("GET", "/api/workflows/i2v", "POST"),
        ("GET", "/api/jobs/x/cancel", "POST"),
        ("POST", "/api/jobs/x/events", "GET"),
    ] {
        let response = world.request(method, path).send().await.unwrap();
        assert_eq!(response.headers()["allow"], allow);
        assert_eq!(problem(response).await, format!("405 method_not_allowed: this address takes {allow}"));
    }
}

#[tokio::test]
async fn a_request_that_opens_no_socket_where_sockets_are_hears_what_is_missing() {
    let world = World::start().await;
    let ask = async |path: &str, headers: &[(&str, &str)]| {
        let mut request = world.request("GET", path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        problem(request.send().await.unwrap()).await
    };
    let agent = ("x-spool-agent", "11111111-1111-8111-9111-111111111100");
    let plain = "WebSocket upgrade is expected";
    assert_eq!(ask("/api/ws", &[]).await, format!("400 bad_request: this address is a WebSocket: {plain}"));
    for (path, headers) in [("/api/agents/connect", vec![]), ("/api/agents/upload", vec![agent])] {
        let refused = format!("400 bad_request: this address is a WebSocket of agents: {plain}");
        assert_eq!(ask(path, &headers).await, refused, "{path}");
    }
    let upgrade = [("connection", "upgrade"), ("upgrade", "websocket"), ("sec-websocket-version", "13")];
    assert_eq!(
        ask("/api/agents/upload", &upgrade).await,
        "400 bad_request: this address is a WebSocket of agents: x-spool-agent must name the agent"
    );
    assert_eq!(
        ask("/api/ws", &upgrade).await,
        "400 bad_request: this address is a WebSocket: unknown WebSocket key"
    );
}

#[tokio::test]
async fn every_answer_has_an_id_and_a_plain_one_of_the_client_is_kept() {
    let world = World::start().await;
    let id = async |sent: Option<&str>| {
        let mut request = world.request("GET", "/healthz");
        if let Some(sent) = sent {
            request = request.header("X-Request-Id", sent);
        }
        request.send().await.unwrap().headers()["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(id(Some("trace-1.a_B")).await, "trace-1.a_B");
    for sent in [None, Some("with space"), Some(""), Some(&"x".repeat(65)), Some("<script>")] {
        let made = id(sent).await;
        assert!(made.len() == 16 && Some(made.as_str()) != sent, "{sent:?} {made}");
    }
}

#[tokio::test]
async fn answers_cannot_be_sniffed_cached_or_framed() {
    let world = World::start().await;
    let response = world.get("/api/jobs").await;
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(response.headers()[name], value);
    }
}

#[tokio::test]
async fn without_keys_only_names_and_pages_of_this_machine_are_served() {
    let world = World::start().await;
    let ask = async |name: &str, value: &str| {
        world.request("GET", "/api/jobs").header(name, value).send().await.unwrap()
    };
    assert_eq!(ask("host", "localhost:1234").await.status(), 200);
    assert_eq!(ask("origin", "http://localhost:5173").await.status(), 200);
    let refused = problem(ask("host", "rebound.example.com").await).await;
    assert_snapshot!(refused, @"421 host_refused: without keys the server is reached by the names of this machine only, such as localhost");
    for origin in ["https://example.com", "null"] {
        let refused = problem(ask("origin", origin).await).await;
        assert_eq!(
            refused,
            "403 origin_refused: without keys only pages of this machine may call the server"
        );
    }
    let answer = exchange(&world, b"GET /api/jobs HTTP/1.0\r\n\r\n").await;
    assert!(answer.contains("421 Misdirected Request"), "{answer}");
}

#[tokio::test]
async fn health_and_readiness_are_told_apart() {
    let world = World::start().await;
    assert_eq!(world.get("/healthz").await.status(), 200);
    assert_eq!(world.get("/readyz").await.status(), 200);
    // A folder that cannot be written: a file stands where the probes go.
    std::fs::write(world.folder().join("data/objects/probe"), "in the way").unwrap();
    let unready = problem(world.get("/readyz").await).await;
    assert_snapshot!(unready, @"503 unavailable: the storage of files does not work now; try again");
    std::fs::remove_file(world.folder().join("data/objects/probe")).unwrap();
    assert_eq!(world.get("/readyz").await.status(), 200);
    world.app.begin_to_stop();
    assert_snapshot!(problem(world.get("/readyz").await).await, @"503 unavailable: the server is stopping");
    assert_eq!(world.get("/healthz").await.status(), 200);
}

#[tokio::test]
async fn the_configuration_describes_all_workflows() {
    let world = World::start().await;
    let config: Value = world.get("/api/config").await.json().await.unwrap();
    let names: Vec<_> =
        config["workflows"].as_array().unwrap().iter().map(|workflow| &workflow["name"]).collect();
    assert_eq!(names, ["i2v", "qwen", "upscale"]);
    assert_eq!(config["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(config["priority"]["choices"], json!(["high", "normal", "low"]));
    assert_eq!(
        config["limits"]["picture"],
        json!({
            "max_bytes": 10_485_760, "max_side": 8192, "max_pixels": 40_000_000,
            "content_types": ["image/png", "image/jpeg", "image/webp"],
        })
    );
}

#[tokio::test]
async fn a_store_that_hangs_ends_the_request_in_time() {
    let world = World::with(&["--request-timeout-ms", "300"]).await;
    let mut redis = world.connection().await;
    redis::cmd("CLIENT").arg("PAUSE").arg(1_000).exec_async(&mut redis).await.unwrap();
    let late = problem(world.get("/api/jobs").await).await;
    assert_snapshot!(late, @"503 unavailable: the answer took too long; whether the request took effect is not known");
}
