//! A customer: sends jobs, waits for each, and notes what came. Whatever goes wrong on the way, it asks again, as the
//! documentation tells clients to: with the same key until there is an answer.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use futures_util::future::join;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use spool_shared::job::Status;

use super::schedule::{Order, Then};
use crate::{
    Job, PATIENCE,
    client::http,
    deadline::within,
    events::Events,
    history::{Note, Recorder, Verb},
};

/// Between two tries. A real client waits longer; here everything is faster.
const PAUSE: Duration = Duration::from_millis(40);
/// How long an answer may take. A line that swallows everything gives none.
const ANSWER: Duration = Duration::from_secs(3);

pub(super) struct Customer {
    name: String,
    http: reqwest::Client,
    addresses: Vec<String>,
    body: Value,
    recorder: Recorder,
    turn: AtomicUsize,
}

/// What came of a request: nothing, or a status with a body.
type Answer = Option<(u16, Value)>;

impl Customer {
    /// A customer who asks these replicas in turn; `body` is the request of a job but for its prompt.
    #[must_use]
    pub(super) fn new(name: &str, addresses: Vec<String>, body: Value, recorder: &Recorder) -> Self {
        let recorder = recorder.named(name);
        Self { name: name.to_owned(), http: http(), addresses, body, recorder, turn: AtomicUsize::new(0) }
    }

    /// Sends all jobs, one after the other, and sees each to its end.
    pub(super) async fn shops(self, orders: Vec<Order>) {
        for (number, order) in orders.into_iter().enumerate() {
            let key = format!("{}-{number}", self.name);
            let Some(job) = self.submits(&key, &order).await else { continue };
            if let Then::Cancel { after_ms } = order.then {
                tokio::time::sleep(Duration::from_millis(after_ms)).await;
                self.asks(Verb::Cancel, &job).await;
            }
            self.follows(&job).await;
            match order.then {
                Then::Retry => {
                    if let Some(made) = self.asks(Verb::Retry, &job).await {
                        self.follows(&made).await;
                    }
                }
                Then::Delete => {
                    self.asks(Verb::Delete, &job).await;
                }
                Then::Wait | Then::Cancel { .. } => {}
            }
        }
    }

    /// Sends a job until it is accepted or refused for good; its id.
    async fn submits(&self, key: &str, order: &Order) -> Option<String> {
        let mut body = self.body.clone();
        if let Some(body) = body.as_object_mut() {
            body.insert("prompt".to_owned(), json!(order.script));
        }
        within(PATIENCE, &format!("{key} is accepted"), async {
            loop {
                let sent = if order.twice {
                    let (one, other) = (self.url("/api/workflows/i2v"), self.url("/api/workflows/i2v"));
                    let (one, other) =
                        join(self.submit(&one, key, order, &body), self.submit(&other, key, order, &body))
                            .await;
                    one.or(other)
                } else {
                    let url = self.url("/api/workflows/i2v");
                    self.submit(&url, key, order, &body).await
                };
                match sent {
                    Some(Ok(job)) => return Some(job),
                    Some(Err(())) => return None,
                    None => tokio::time::sleep(PAUSE).await,
                }
            }
        })
        .await
    }

    /// One request: the job, a refusal for good, or nothing that is certain.
    async fn submit(&self, url: &str, key: &str, order: &Order, body: &Value) -> Option<Result<String, ()>> {
        let (key, script) = (key.to_owned(), order.script.clone());
        self.recorder.note(Note::Submits { key: key.clone(), script });
        let request = self.http.post(url).header("Idempotency-Key", &key).json(body);
        let response = tokio::time::timeout(ANSWER, request.send()).await.ok().and_then(Result::ok);
        let replayed =
            response.as_ref().is_some_and(|answer| answer.headers().contains_key("Idempotent-Replayed"));
        match read(response).await {
            Some((202, job)) => {
                let job = text(&job, "id");
                self.recorder.note(Note::Accepted { key, job: job.clone(), replayed });
                Some(Ok(job))
            }
            Some((status @ 400..429, problem)) => {
                self.recorder.note(Note::Refused { key, status, code: text(&problem, "code") });
                Some(Err(()))
            }
            _ => {
                self.recorder.note(Note::Unanswered { key });
                None
            }
        }
    }

    /// Asks for something until there is an answer; the job that a retry made.
    async fn asks(&self, verb: Verb, job: &str) -> Option<String> {
        let (method, path) = match verb {
            Verb::Cancel => (Method::POST, format!("/api/jobs/{job}/cancel")),
            Verb::Retry => (Method::POST, format!("/api/jobs/{job}/retry")),
            Verb::Delete => (Method::DELETE, format!("/api/jobs/{job}")),
        };
        let key = format!("{}-{verb:?}-{job}", self.name);
        within(PATIENCE, &format!("an answer to {verb:?} of {job}"), async {
            loop {
                self.recorder.note(Note::Asks { verb, job: job.to_owned() });
                let request =
                    self.http.request(method.clone(), self.url(&path)).header("Idempotency-Key", &key);
                let response = tokio::time::timeout(ANSWER, request.send()).await.ok().and_then(Result::ok);
                let answer = read(response).await;
                let status = answer.as_ref().map(|(status, _)| *status);
                let made = answer
                    .filter(|_| verb == Verb::Retry && status == Some(202))
                    .map(|(_, job)| text(&job, "id"));
                let job = job.to_owned();
                self.recorder.note(Note::Answered { verb, job, status, made: made.clone() });
                if status.is_some_and(|status| status < 429) {
                    return made;
                }
                tokio::time::sleep(PAUSE).await;
            }
        })
        .await
    }

    /// Sees a job to its end by its events, and takes the result.
    async fn follows(&self, job: &str) {
        let mut position = None;
        let what = format!("the end of {job}");
        let end = within(PATIENCE, &what, async {
            loop {
                if let Some(end) = self.listens(job, &mut position).await {
                    return end;
                }
                tokio::time::sleep(PAUSE).await;
            }
        });
        if let Some(Job { outputs, status: Status::Succeeded, .. }) = end.await
            && let Some(output) = outputs.first()
        {
            self.downloads(job, &output.url).await;
        }
    }

    /// One connection for events. `Some` when nothing more is to come: the ended job, or none when it is gone.
    async fn listens(&self, job: &str, position: &mut Option<String>) -> Option<Option<Job>> {
        let mut request = self.http.get(self.url(&format!("/api/jobs/{job}/events")));
        if let Some(position) = &position {
            request = request.header("Last-Event-ID", position);
        }
        let response = tokio::time::timeout(ANSWER, request.send()).await.ok()?.ok()?;
        match response.status().as_u16() {
            200 => {}
            404 | 410 => {
                self.recorder.note(Note::Gone { job: job.to_owned() });
                return Some(None);
            }
            _ => return None,
        }
        let mut events = Events::of(response);
        // A line that swallows everything is given up, as a client does that hears no comment for a while.
        while let Some(event) = tokio::time::timeout(ANSWER, events.next()).await.ok()? {
            *position = event.id.clone().or(position.take());
            match event.name.as_str() {
                "job" => {
                    let seen = event.job();
                    let (job, version) = (job.to_owned(), seen.version);
                    self.recorder.note(Note::Saw { job, status: seen.status, version });
                    if seen.status.is_terminal() {
                        return Some(Some(seen));
                    }
                }
                "reset" => {
                    self.recorder.note(Note::Reset { job: job.to_owned() });
                    return Some(None);
                }
                "gone" => {
                    self.recorder.note(Note::Gone { job: job.to_owned() });
                    return Some(None);
                }
                _ => {}
            }
        }
        None
    }

    async fn downloads(&self, job: &str, path: &str) {
        within(PATIENCE, &format!("the result of {job}"), async {
            loop {
                let sent = self.http.get(self.url(path)).send();
                let response = tokio::time::timeout(ANSWER, sent).await.ok().and_then(Result::ok);
                let status = response.as_ref().map(|response| response.status().as_u16());
                let whole = match response {
                    Some(response) if status == Some(200) => {
                        tokio::time::timeout(ANSWER, response.bytes()).await.ok().and_then(Result::ok)
                    }
                    _ => None,
                };
                let job = job.to_owned();
                match (whole, status) {
                    (Some(bytes), _) => {
                        let sha256 = hex::encode(Sha256::digest(&bytes));
                        return self.recorder.note(Note::Served { job, sha256 });
                    }
                    // The session ended meanwhile; anything else is a result that was promised and is not there.
                    (None, Some(404 | 410)) => return self.recorder.note(Note::NotServed { job, status }),
                    _ => tokio::time::sleep(PAUSE).await,
                }
            }
        })
        .await;
    }

    fn url(&self, path: &str) -> String {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let address = self.addresses.get(turn % self.addresses.len()).expect("a replica");
        format!("http://{address}{path}")
    }
}

async fn read(response: Option<Response>) -> Answer {
    let response = response?;
    let status = response.status().as_u16();
    let body = tokio::time::timeout(ANSWER, response.bytes()).await.ok()?.ok()?;
    Some((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}
