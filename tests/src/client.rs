//! A client of the public HTTP API with types, over all replicas of a world.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use spool_shared::job::Status;

use crate::{
    Job, PATIENCE,
    deadline::within,
    events::{Event, Events},
};

/// Asks the replicas in turn; clones share the turn.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    addresses: Vec<String>,
    turn: Arc<AtomicUsize>,
    picture: Arc<str>,
}

impl Client {
    #[must_use]
    pub fn new(addresses: Vec<String>) -> Self {
        let http = http();
        let picture = BASE64_STANDARD.encode(small_picture()).into();
        Self { http, addresses, turn: Arc::default(), picture }
    }

    /// The same client with a key in each request.
    #[must_use]
    pub fn with_key(&self, secret: &str) -> Self {
        self.with_header(reqwest::header::AUTHORIZATION, &format!("Bearer {secret}"))
    }

    /// The same client with a cookie in each request instead.
    #[must_use]
    pub fn with_cookie(&self, cookie: &str) -> Self {
        self.with_header(reqwest::header::COOKIE, cookie)
    }

    fn with_header(&self, name: reqwest::header::HeaderName, value: &str) -> Self {
        let value = value.parse().expect("a value of a header");
        let headers = std::iter::once((name, value)).collect();
        let http = reqwest::Client::builder().no_proxy().default_headers(headers).build();
        Self { http: http.expect("an HTTP client"), ..self.clone() }
    }

    /// The same client for one replica only.
    #[must_use]
    pub fn at(&self, replica: usize) -> Self {
        let addresses = vec![self.addresses.get(replica).expect("such a replica").clone()];
        Self { addresses, ..self.clone() }
    }

    /// Submits an `i2v` job whose prompt is a script for the `scripted` engine.
    pub async fn submit(&self, script: &str) -> Job {
        let response = self.post("/api/workflows/i2v", &self.body(script)).await;
        job_in(response, StatusCode::ACCEPTED).await
    }

    /// Submits a job until it is taken, each time under the same key, as clients are told to.
    pub async fn insists(&self, key: &str, script: &str) -> Job {
        within(PATIENCE, &format!("{key} is taken"), async {
            loop {
                let request = self.http.post(self.url("/api/workflows/i2v")).header("Idempotency-Key", key);
                let response = request.json(&self.body(script)).send().await.expect("an answer");
                if response.status() != StatusCode::SERVICE_UNAVAILABLE {
                    return job_in(response, StatusCode::ACCEPTED).await;
                }
                assert!(response.headers().contains_key("Retry-After"));
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await
    }

    /// Submits a job as soon as the API takes any, and awaits its success.
    pub async fn succeeds_once_taken(&self, script: &str) -> Job {
        let taken = within(PATIENCE, "the API takes a job", async {
            loop {
                let response = self.post("/api/workflows/i2v", &self.body(script)).await;
                if response.status() == StatusCode::ACCEPTED {
                    return job_in(response, StatusCode::ACCEPTED).await;
                }
                assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
                assert!(response.headers().contains_key("Retry-After"));
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        let job = self.ended(&taken.await.id).await;
        assert_eq!(job.status, Status::Succeeded, "{job:?}");
        job
    }

    /// Uploads a small picture; its id.
    pub async fn upload(&self) -> String {
        let request = self.http.post(self.url("/api/images")).header("Content-Type", "image/png");
        let response = request.body(small_picture()).send().await.expect("an answer");
        let picture: Value = response.json().await.expect("JSON");
        picture.get("id").and_then(Value::as_str).expect("an id").to_owned()
    }

    /// The body of such a request.
    #[must_use]
    pub fn body(&self, script: &str) -> Value {
        json!({ "input_image": &*self.picture, "prompt": script })
    }

    /// The picture of such a request, as a file.
    #[must_use]
    pub fn picture(&self) -> Vec<u8> {
        BASE64_STANDARD.decode(&*self.picture).expect("base64")
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.http.post(self.url(path)).json(body).send().await.expect("an answer")
    }

    /// Submits under an `Idempotency-Key`; nothing where no answer comes.
    pub async fn try_submit(&self, key: &str, script: &str) -> Option<Response> {
        let request = self.http.post(self.url("/api/workflows/i2v")).json(&self.body(script));
        request.header("Idempotency-Key", key).send().await.ok()
    }

    pub async fn get(&self, path: &str) -> Response {
        self.http.get(self.url(path)).send().await.expect("an answer")
    }

    /// As [`Client::get`], with headers.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        let request = self.http.get(self.url(path));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.send().await.expect("an answer")
    }

    /// Deletes a job that has ended.
    pub async fn delete(&self, id: &str) -> Response {
        self.http.delete(self.url(&format!("/api/jobs/{id}"))).send().await.expect("an answer")
    }

    pub async fn job(&self, id: &str) -> Job {
        job_in(self.get(&format!("/api/jobs/{id}")).await, StatusCode::OK).await
    }

    /// Cancels a job that has not ended.
    pub async fn cancel(&self, id: &str) -> Job {
        let response = self.post(&format!("/api/jobs/{id}/cancel"), &json!({})).await;
        job_in(response, StatusCode::OK).await
    }

    /// Opens the events of a job, after `position` if there is one.
    pub async fn events(&self, id: &str, position: Option<&str>) -> Events {
        self.try_events(id, position).await.expect("events of the job")
    }

    /// Awaits a state of the job, through whatever happens to the replicas meanwhile.
    pub async fn until(&self, id: &str, what: &str, reached: impl Fn(&Job) -> bool) -> Job {
        let mut position = None;
        within(PATIENCE, &format!("{what} (job {id})"), async {
            loop {
                let Some(mut events) = self.try_events(id, position.as_deref()).await else {
                    // That replica is not there now.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                };
                while let Some(event) = events.next().await {
                    position = event.id.clone().or(position);
                    if event.name == JOB && reached(&event.job()) {
                        return event.job();
                    }
                }
            }
        })
        .await
    }

    /// Awaits the job's terminal status.
    pub async fn ended(&self, id: &str) -> Job {
        self.until(id, "the job ends", |job| job.status.is_terminal()).await
    }

    /// Awaits that the job runs and has reported its first step.
    pub async fn running(&self, id: &str) -> Job {
        self.until(id, "the job's first step", |job| job.reached(1)).await
    }

    /// Submits a job and awaits its success.
    pub async fn succeeded(&self, script: &str) -> Job {
        let submitted = self.submit(script).await;
        let job = self.ended(&submitted.id).await;
        assert_eq!(job.status, Status::Succeeded, "{job:?}");
        job
    }

    /// The bytes of an output.
    pub async fn download(&self, url: &str) -> Vec<u8> {
        let response = self.get(url).await;
        assert_eq!(response.status(), StatusCode::OK, "{url}");
        response.bytes().await.expect("a whole body").to_vec()
    }

    async fn try_events(&self, id: &str, position: Option<&str>) -> Option<Events> {
        let mut request = self.http.get(self.url(&format!("/api/jobs/{id}/events")));
        if let Some(position) = position {
            request = request.header("Last-Event-ID", position);
        }
        let response = request.send().await.ok()?;
        response.status().is_success().then(|| Events::of(response))
    }

    fn url(&self, path: &str) -> String {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let address = self.addresses.get(turn % self.addresses.len()).expect("a replica");
        format!("http://{address}{path}")
    }
}

/// An HTTP client that knows of no proxy.
#[must_use]
pub fn http() -> reqwest::Client {
    // Another crate of the workspace turns TLS on in the HTTP library, which then wants a provider even for plain
    // connections; a second installation in one process is refused and changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // A connection that the server ends while a request is on its way to it would look like a failed request.
    let idle = std::time::Duration::from_secs(2);
    reqwest::Client::builder().no_proxy().pool_idle_timeout(idle).build().expect("an HTTP client")
}

/// The name of the events that show a job.
pub const JOB: &str = "job";

async fn job_in(response: Response, wanted: StatusCode) -> Job {
    let (status, text) = (response.status(), response.text().await.expect("a whole body"));
    assert_eq!(status, wanted, "{text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("not a job: {error}: {text}"))
}

/// Events of one connection until `last` is satisfied, that one included; fewer when the connection ends.
pub async fn read_until(events: &mut Events, last: impl Fn(&Event) -> bool) -> Vec<Event> {
    let mut read = Vec::new();
    let reading = async {
        while let Some(event) = events.next().await {
            let end = last(&event);
            read.push(event);
            if end {
                break;
            }
        }
    };
    within(PATIENCE, "further events", reading).await;
    read
}

/// A PNG of 64 × 64 pixels.
fn small_picture() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(64, 64, |x, y| {
        image::Rgb([x, y, x ^ y].map(|value| u8::try_from(4 * value).unwrap_or(u8::MAX)))
    });
    picture.write_to(&mut file, image::ImageFormat::Png).expect("a PNG");
    file.into_inner()
}
