//! A customer: sends jobs, waits for each, and notes what came. Whatever goes wrong on the way, it asks again, as the
//! documentation tells clients to: with the same key until there is an answer.

mod follow;
mod submit;

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use reqwest::{Method, Response};
use serde_json::Value;
use spool_shared::job::Status;

use super::order::{Order, Quirk, Then};
use crate::{
    PATIENCE,
    client::http,
    deadline::within,
    history::{Note, Recorder, Verb},
    job::Problem,
};
use submit::Request;

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
            if let Some(limit) = order.limit {
                self.oversteps(&format!("{key}-beyond"), limit, &order).await;
            }
            let request =
                Request { key: &key, script: order.script(), body: order.request(&self.body, false) };
            let Some(job) = self.submits(&request, order.copies).await else { continue };
            if order.limit.is_some() {
                self.disturbs("F66", 1);
            }
            if order.reuses_key
                && let Some(other) = self.reuses(&request).await
            {
                self.follows(&other).await;
            }
            self.sees_through(&job, &order).await;
        }
    }

    /// What is done with a job that was taken.
    async fn sees_through(&self, job: &str, order: &Order) {
        match order.then {
            Then::Cancel { after_ms } => {
                tokio::time::sleep(Duration::from_millis(after_ms)).await;
                self.asks(Verb::Cancel, job).await;
            }
            Then::CancelAt { step } => {
                let seen = self.watches(job, "a step", |job| job.reached(step)).await;
                let (status, _) = self.asks(Verb::Cancel, job).await;
                // The cancel reaches a worker that obeys neither it nor what follows.
                if order.quirk == Quirk::Deaf
                    && status == 200
                    && seen.is_some_and(|job| job.status == Status::Running)
                {
                    self.disturbs("F29", 1);
                }
            }
            Then::Wait | Then::Retry | Then::Delete => {}
        }
        if let Some(Problem { code, message, .. }) = self.follows(job).await.and_then(|job| job.error)
            && let Some(row) = order.quirk.row_of_failure(&code, &message)
        {
            self.disturbs(row, 1);
        }
        match order.then {
            Then::Retry => {
                if let (_, Some(made)) = self.asks(Verb::Retry, job).await {
                    self.follows(&made).await;
                }
            }
            Then::Delete => {
                self.asks(Verb::Delete, job).await;
            }
            Then::Wait | Then::Cancel { .. } | Then::CancelAt { .. } => {}
        }
    }

    /// Notes a fault that this customer made.
    fn disturbs(&self, row: &str, disturbed: u64) {
        self.recorder.note(Note::Fault { row: row.to_owned(), disturbed });
    }

    /// Asks for something until there is an answer: its status, and the job that a retry made.
    async fn asks(&self, verb: Verb, job: &str) -> (u16, Option<String>) {
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
                if let Some(status) = status.filter(|status| *status < 429) {
                    return (status, made);
                }
                tokio::time::sleep(PAUSE).await;
            }
        })
        .await
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
