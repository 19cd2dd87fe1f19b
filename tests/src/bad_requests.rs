//! Requests that nobody can take, made up from a seed: each is the client's fault.

#![expect(clippy::indexing_slicing, reason = "places in lists and files are drawn from their lengths")]

use rand::{RngExt, rngs::StdRng};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::bare_agent::tiny_png;

/// A request that is wrong in one way at least, and a line that says in which.
pub struct Bad {
    pub what: String,
    pub method: Method,
    pub path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Bad {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Self { what: String::new(), method, path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    fn because(self, what: impl Into<String>) -> Self {
        Self { what: what.into(), ..self }
    }

    fn sending(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.headers.push(("content-type", content_type.to_owned()));
        Self { body: body.into(), ..self }
    }

    /// One of all kinds.
    #[must_use]
    pub fn any(random: &mut StdRng) -> Self {
        match random.random_range(0..8) {
            0 | 1 => field(random),
            2 => cut_json(random),
            3 => noise(random),
            4 => multipart(random),
            5 => picture(random),
            6 => nothing_there(random),
            _ => header_or_query(random),
        }
    }

    /// The request to a replica.
    pub fn request(&self, http: &reqwest::Client, address: &str) -> RequestBuilder {
        let request = http.request(self.method.clone(), format!("http://{address}{}", self.path));
        let request =
            self.headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        request.body(self.body.clone())
    }
}

fn text(random: &mut StdRng, length: usize) -> String {
    (0..length).map(|_| char::from(random.random_range(b'a'..=b'z'))).collect()
}

fn bytes(random: &mut StdRng, length: usize) -> Vec<u8> {
    (0..length).map(|_| random.random()).collect()
}

fn picture_text() -> String {
    base64::Engine::encode(&base64::prelude::BASE64_STANDARD, tiny_png())
}

fn good() -> Value {
    json!({"input_image": picture_text(), "prompt": "p"})
}

/// A good request with one field that is wrong.
fn field(random: &mut StdRng) -> Bad {
    let unknown = format!("x{}", text(random, 8));
    let wrong = [
        ("prompt", json!(text(random, 501))),
        ("prompt", json!("\u{1f680}".repeat(501))),
        ("prompt", json!("")),
        ("prompt", json!(random.random::<u32>())),
        ("num_inference_steps", json!(random.random_range(101..=i64::MAX))),
        ("num_inference_steps", json!(random.random_range(i64::MIN..=0))),
        ("num_inference_steps", json!(1.5)),
        ("num_inference_steps", json!("5")),
        ("cfg_scale", json!(20.0 + random.random_range(0.001..1e9))),
        ("cfg_scale", json!(0.099)),
        ("cfg_scale", json!([1])),
        ("width", json!(16 * random.random_range(9..70) + 1)),
        ("height", json!(random.random_range(-1_000..128))),
        ("num_frames", json!(4 * random.random_range(2..40))),
        ("fps", json!(random.random_range(61..10_000))),
        ("seed", json!(-1 - random.random_range(0..1_000))),
        ("preset", json!(text(random, 6))),
        ("priority", json!({"high": true})),
        ("parent_id", json!(text(random, 36))),
        ("workflow", json!("qwen")),
        ("negative_prompt", json!(text(random, 20))),
        ("input_image", json!(text(random, 40))),
        ("input_image", json!("https://example.com/cat.png")),
        ("input_image", json!([picture_text()])),
        ("input_image", json!({"image_id": format!("{}.1", "0a".repeat(32))})),
        ("end_image", json!(random.random::<bool>())),
        (unknown.as_str(), json!(null)),
    ];
    let (name, value) = &wrong[random.random_range(0..wrong.len())];
    let mut body = good();
    body[*name] = value.clone();
    Bad::new(Method::POST, "/api/workflows/i2v")
        .sending("application/json", body.to_string())
        .because(format!("{name} = {value}"))
}

/// A good request that ends too early.
fn cut_json(random: &mut StdRng) -> Bad {
    let mut body = good().to_string().into_bytes();
    body.truncate(random.random_range(0..body.len()));
    Bad::new(Method::POST, "/api/workflows/i2v").sending("application/json", body).because("cut JSON")
}

/// Bytes without a meaning.
fn noise(random: &mut StdRng) -> Bad {
    let types = [
        "application/json",
        "multipart/form-data; boundary=b",
        "multipart/form-data",
        "text/plain",
        "image/png",
        "x",
    ];
    let paths = [
        "/api/workflows/i2v",
        "/api/workflows/qwen",
        "/api/workflows/upscale",
        "/api/images",
        "/api/session",
    ];
    let length = random.random_range(0..2_000);
    let (kind, path) =
        (types[random.random_range(0..types.len())], paths[random.random_range(0..paths.len())]);
    Bad::new(Method::POST, path).sending(kind, bytes(random, length)).because(format!("noise as {kind}"))
}

fn part(name: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"f\"\r\n\r\n");
    [head.as_bytes(), body, b"\r\n"].concat()
}

/// Parts that are cut, too many, unknown, or not what they should be.
fn multipart(random: &mut StdRng) -> Bad {
    let whole = [part("input_image", &tiny_png()), part("params", br#"{"prompt": "p"}"#)].concat();
    let unknown = text(random, 7);
    let body = match random.random_range(0..5) {
        // Without the last boundary, wherever it ends.
        0 => whole[..random.random_range(0..whole.len())].to_vec(),
        1 => [whole, part(&unknown, b"x"), b"--b--\r\n".to_vec()].concat(),
        2 => [whole.clone(), whole, b"--b--\r\n".to_vec()].concat(),
        3 => [part("params", &bytes(random, 50)), b"--b--\r\n".to_vec()].concat(),
        _ => [whole, part("input_image", b"x").repeat(20), b"--b--\r\n".to_vec()].concat(),
    };
    Bad::new(Method::POST, "/api/workflows/i2v")
        .sending("multipart/form-data; boundary=b", body)
        .because("parts")
}

/// A file that begins like a picture.
fn picture(random: &mut StdRng) -> Bad {
    let png = tiny_png();
    let length = random.random_range(1..400);
    let file = match random.random_range(0..4) {
        0 => png[..random.random_range(0..png.len() - 12)].to_vec(),
        1 => [&png[..8], &bytes(random, length)].concat(),
        2 => [b"\xff\xd8\xff\xe0", &bytes(random, length)[..]].concat(),
        _ => [b"RIFF\x40\0\0\0WEBPVP8L", &bytes(random, length)[..]].concat(),
    };
    if random.random() {
        return Bad::new(Method::POST, "/api/images").sending("image/png", file).because("a broken picture");
    }
    let text = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, &file);
    Bad::new(Method::POST, "/api/workflows/upscale")
        .sending("application/json", json!({"input_image": text, "scale": 2}).to_string())
        .because("a broken picture in a request")
}

/// Jobs and agents that do not exist, and addresses that are none.
fn nothing_there(random: &mut StdRng) -> Bad {
    let id = match random.random_range(0..3) {
        0 => format!("{:08x}-0000-8000-8000-000000000000", random.random::<u32>()),
        1 => text(random, 12),
        _ => "%00%ff..%2f".repeat(random.random_range(1..5)),
    };
    let number = random.random::<u32>();
    let paths = [
        (Method::GET, format!("/api/jobs/{id}")),
        (Method::DELETE, format!("/api/jobs/{id}")),
        (Method::POST, format!("/api/jobs/{id}/cancel")),
        (Method::POST, format!("/api/jobs/{id}/retry")),
        (Method::GET, format!("/api/jobs/{id}/events")),
        (Method::GET, format!("/api/jobs/{id}/config")),
        (Method::GET, format!("/api/jobs/{id}/preview")),
        (Method::GET, format!("/api/jobs/{id}/inputs/{number}")),
        (Method::GET, format!("/api/jobs/{id}/outputs/{number}/thumbnail")),
        (Method::POST, format!("/api/agents/{id}/drain")),
        (Method::GET, format!("/api/agents/{id}")),
        (Method::GET, format!("/api/images/{id}")),
        (Method::POST, format!("/api/workflows/{id}")),
        (Method::PATCH, "/api/jobs".to_owned()),
        (Method::DELETE, "/api/queues".to_owned()),
        (Method::GET, format!("/api/{id}")),
        (Method::GET, "/api/ws".to_owned()),
        (Method::GET, "/api/agents/connect".to_owned()),
    ];
    let (method, path) = paths[random.random_range(0..paths.len())].clone();
    Bad::new(method, path).because("nothing there")
}

/// A good request under a header or a query that is none.
fn header_or_query(random: &mut StdRng) -> Bad {
    let good = Bad::new(Method::POST, "/api/workflows/i2v").sending("application/json", good().to_string());
    let with = |name: &'static str, value: String| {
        let Bad { what: _, method, path, mut headers, body } = good;
        headers.push((name, value.clone()));
        Bad { what: format!("{name}: {value}"), method, path, headers, body }
    };
    let query = |query: String| Bad::new(Method::GET, format!("/api/jobs?{query}")).because("a query");
    match random.random_range(0..8) {
        0 => with("idempotency-key", "k".repeat(random.random_range(256..600))),
        1 => with("idempotency-key", "with a space".to_owned()),
        2 => with("content-encoding", "gzip".to_owned()),
        3 => with("host", format!("{}.example", text(random, 9))),
        4 => with("origin", format!("https://{}.example", text(random, 9))),
        5 => query(format!("limit={}", random.random_range(i64::MIN..=0))),
        6 => query(format!("status={}", text(random, 9))),
        _ => query(format!("workflow={}", text(random, 9))),
    }
}
