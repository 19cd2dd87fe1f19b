//! Bodies that stop coming, on a real connection.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{raw::exchange, world::World};

/// How long a body may take however small it is.
const GRACE: Duration = Duration::from_secs(10);

/// What is sent of each body before the client falls silent: the head announces far more.
const BODIES: [(&str, &str, &str); 4] = [
    ("/api/workflows/upscale", "application/json", "{"),
    ("/api/workflows/upscale", "multipart/form-data; boundary=b", "-"),
    (
        "/api/workflows/upscale",
        "multipart/form-data; boundary=b",
        "--b\r\ncontent-disposition: form-data; name=\"input_image\"; filename=\"a.png\"\r\n\r\nx",
    ),
    ("/api/images", "image/png", "x"),
];

#[tokio::test]
async fn a_client_that_falls_silent_in_its_body_is_told_so_while_it_still_owes_bytes() {
    let world = World::start().await;
    let asked = BODIES.map(async |(path, content_type, beginning)| {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: {content_type}\r\ncontent-length: 5000\r\n\r\n",
            world.address
        );
        let started = Instant::now();
        // The connection stays open on this side: only the server can end it.
        let answer = timeout(6 * GRACE, exchange(&world, (head + beginning).as_bytes())).await;
        let answer = answer.unwrap_or_else(|_| panic!("{path} {content_type}: the connection is still open"));
        assert!(started.elapsed() >= GRACE, "{path} {content_type}: {:?}", started.elapsed());
        (path, content_type, answer)
    });
    for (path, content_type, answer) in join_all(asked).await {
        let asked = format!("{path} {content_type}: {answer}");
        let (head, body) = answer.split_once("\r\n\r\n").expect(&asked);
        let head = head.to_lowercase();
        assert!(head.starts_with("http/1.1 408 request timeout"), "{asked}");
        assert!(head.contains("\r\ncontent-type: application/problem+json"), "{asked}");
        let problem: Value = serde_json::from_str(body).expect(&asked);
        assert_eq!(
            [&problem["code"], &problem["detail"], &problem["retryable"]],
            [
                &json!("body_too_slow"),
                &json!("a body must come at 32768 bytes a second or faster"),
                &json!(true)
            ],
            "{asked}"
        );
    }
    assert_eq!(world.app.bodies.held(), 0, "what was set aside for them is free again");
    assert_eq!(world.get("/healthz").await.status(), 200);
}
