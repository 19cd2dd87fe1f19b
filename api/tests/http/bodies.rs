//! Bodies that are no good requests: wrong types, broken encodings, too much of everything.

use insta::assert_snapshot;
use reqwest::Response;
use serde_json::json;

use crate::{
    raw::exchange,
    world::{World, base64, form, png, problem},
};

async fn send(world: &World, content_type: &str, body: impl Into<reqwest::Body>) -> Response {
    let request = world.request("POST", "/api/workflows/upscale").header("content-type", content_type);
    request.body(body).send().await.unwrap()
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let world = World::start().await;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "image/png", "json", ""] {
        let refused = problem(send(&world, content_type, "{}").await).await;
        assert!(
            refused.starts_with("415 unsupported_media_type: the body must be application/json"),
            "{refused}"
        );
    }
    let response = send(&world, "application/json; charset=utf-8", "{}").await;
    assert_snapshot!(problem(response).await, @r#"
    422 validation_failed: input_image is required: one picture
    /input_image: input_image is required: one picture
    "#);
}

#[tokio::test]
async fn a_broken_body_says_what_is_broken() {
    let world = World::start().await;
    let json = async |body: &'static str| problem(send(&world, "application/json", body).await).await;
    assert_snapshot!(json("{\"scale\": 2,}").await, @"400 malformed_body: the body is not valid JSON: trailing comma at line 1 column 13");
    assert_snapshot!(json("[]").await, @"400 malformed_body: the body must be one JSON object");
    assert_snapshot!(json("").await, @"400 malformed_body: the body is not valid JSON: EOF while parsing a value at line 1 column 0");
    let nested = problem(send(&world, "application/json", "[".repeat(1_000_000)).await).await;
    assert_snapshot!(nested, @"400 malformed_body: the body is not valid JSON: recursion limit exceeded at line 1 column 128");
    let multipart =
        async |content_type, body: &'static str| problem(send(&world, content_type, body).await).await;
    assert_snapshot!(multipart("multipart/form-data", "x").await, @"400 malformed_body: the multipart body cannot be read: Multipart boundary is not found");
    assert_snapshot!(multipart("multipart/form-data; boundary=b", "--b\r\n").await, @"400 malformed_body: the multipart body cannot be read: Multipart stream is incomplete");
    let twice =
        "--b\r\ncontent-disposition: form-data; name=\"params\"\r\n\r\n{}\r\n".repeat(2) + "--b--\r\n";
    assert_snapshot!(problem(send(&world, "multipart/form-data; boundary=b", twice).await).await, @"400 malformed_body: the body has more than one part params");
    let many = "--b\r\ncontent-disposition: form-data; name=\"x\"\r\n\r\n\r\n".repeat(17) + "--b--\r\n";
    assert_snapshot!(problem(send(&world, "multipart/form-data; boundary=b", many).await).await, @"400 malformed_body: the body has more than 16 parts");
    let params = form(&json!({"x": "x".repeat(64 * 1024)}), &[]);
    let response = world.request("POST", "/api/workflows/upscale").multipart(params).send().await.unwrap();
    assert_snapshot!(problem(response).await, @"413 body_too_large: the part params may have at most 65536 bytes");
}

#[tokio::test]
async fn three_of_the_largest_pictures_fit_and_one_byte_more_does_not() {
    let world = World::start().await;
    let limit = 30 * 1024 * 1024 + 64 * 1024;
    let mut file = png(64, 64);
    file.resize(10 * 1024 * 1024 / 4 * 3, 0);
    let text = base64(&file);
    let body = |length: usize| {
        let body = json!({"prompt": "p", "edit_image": [&text, &text, &text]}).to_string();
        let padding = " ".repeat(length - body.len());
        body + &padding
    };
    let send = async |body| {
        let request = world.request("POST", "/api/workflows/qwen").header("content-type", "application/json");
        request.body::<String>(body).send().await.unwrap()
    };
    assert_eq!(send(body(limit)).await.status(), 202);
    assert_snapshot!(problem(send(body(limit + 1)).await).await, @"413 body_too_large: the body may have at most 31522816 bytes");
}

#[tokio::test]
async fn a_request_with_two_lengths_is_refused() {
    let world = World::start().await;
    let head =
        "POST /api/workflows/upscale HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    for lengths in [
        "content-length: 2\r\ntransfer-encoding: chunked\r\n",
        "content-length: 2\r\ncontent-length: 3\r\n",
        "content-length: +2\r\n",
        "transfer-encoding: chunked, identity\r\n",
    ] {
        let answer =
            exchange(&world, format!("{head}{lengths}connection: close\r\n\r\n0\r\n\r\n").as_bytes()).await;
        assert!(is_empty(&answer, "400 Bad Request"), "{lengths}: {answer}");
    }
}

/// The one kind of refusal that is no problem+json: the library answers before any of our code hears of the request.
fn is_empty(answer: &str, status: &str) -> bool {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let head = head.to_lowercase();
    head.starts_with(&format!("http/1.1 {}", status.to_lowercase()))
        && head.contains("content-length: 0")
        && !head.contains("problem+json")
        && body.is_empty()
}

#[tokio::test]
async fn what_is_no_http_is_answered_without_a_body() {
    let world = World::start().await;
    let long = format!("GET /api/jobs HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "x".repeat(140_000));
    for (request, status) in [
        ("GET /api/jobs HTTP/1.1\r\n\r\n", "400 Bad Request"),
        ("GET /api/jobs HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n\r\n", "400 Bad Request"),
        ("GET /api/jobs\r\n\r\n", "400 Bad Request"),
        (&*long, "431 Request Header Fields Too Large"),
    ] {
        let answer = exchange(&world, request.as_bytes()).await;
        assert!(is_empty(&answer, status), "{status}: {answer}");
    }
}

#[tokio::test]
async fn a_compressed_body_is_refused_and_hears_why() {
    let world = World::with_keys(&[("alice", "alice-secret", "submit")], &[]).await;
    for (path, content_type) in [
        ("/api/workflows/upscale", "application/json"),
        ("/api/images", "image/png"),
        ("/api/session", "application/json"),
    ] {
        let send = async |coding: &str| {
            let request = world.asked_by("alice-secret", "POST", path).header("content-type", content_type);
            request.header("content-encoding", coding).body("{}").send().await.unwrap()
        };
        for coding in ["gzip", "br, identity", ""] {
            let response = send(coding).await;
            assert_eq!(response.headers()["accept-encoding"], "identity");
            assert_eq!(
                problem(response).await,
                "415 unsupported_media_type: the body must come as it is: nothing is unpacked here; leave Content-Encoding out",
                "{path} {coding}"
            );
        }
        assert_ne!(send("Identity").await.status(), 415, "{path}");
    }
}

#[tokio::test]
async fn an_address_that_takes_no_body_takes_an_empty_one_and_no_other() {
    let world = World::start().await;
    let job = world.submitted().await;
    let send = async |path: &str, body: &str| {
        let request = world.request("POST", path).header("content-type", "application/json");
        request.body(body.to_owned()).send().await.unwrap()
    };
    let [cancel, retry] = ["cancel", "retry"].map(|name| job["urls"][name].as_str().unwrap());
    let agent = "/api/agents/11111111-1111-8111-9111-111111111100";
    let long = " ".repeat(2_000);
    for path in [cancel, retry, &format!("{agent}/drain"), &format!("{agent}/resume")] {
        for body in ["{\"seed\": 8}", "[]", "seed=8", &long] {
            assert_eq!(
                problem(send(path, body).await).await,
                "400 malformed_body: this address takes no body; send none, or an empty JSON object",
                "{path} {body}"
            );
        }
    }
    assert_eq!(world.job(&job).await["status"], "queued");
    for body in ["{}", "", "null"] {
        assert_eq!(send(cancel, body).await.status(), 200, "{body}");
        assert_eq!(send(retry, body).await.status(), 202, "{body}");
        assert_eq!(send(&format!("{agent}/drain"), body).await.status(), 404, "{body}");
    }
}

#[tokio::test]
async fn uploads_wait_for_room_in_memory_and_all_get_through() {
    let world = World::with(&["--body-mib", "32"]).await;
    let file = || {
        let mut file = png(16, 16);
        file.resize(10 * 1024 * 1024, 0);
        file
    };
    let uploads = (0..8).map(|_| {
        let form = form(&json!({}), &[("input_image", file())]);
        world.request("POST", "/api/workflows/upscale").multipart(form).send()
    });
    for response in futures_util::future::join_all(uploads).await {
        assert_eq!(response.unwrap().status(), 202);
    }
}
