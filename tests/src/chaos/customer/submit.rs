//! How a customer sends a job.

use futures_util::future::join_all;
use serde_json::Value;

use super::{ANSWER, Customer, PAUSE, read, text};
use crate::{
    PATIENCE,
    chaos::{
        order::{Limit, Order},
        schedule::FULL,
    },
    deadline::within,
    history::Note,
};

const PATH: &str = "/api/workflows/i2v";

/// A request for a job under a key.
pub(super) struct Request<'a> {
    pub(super) key: &'a str,
    pub(super) script: String,
    pub(super) body: Value,
}

/// What came of a request.
enum Sent {
    Taken {
        job: String,
        /// The answer is that of an earlier one.
        replayed: bool,
    },
    /// For good.
    Refused { status: u16, problem: Value },
    /// Nothing that is certain, or a request to come again.
    Open,
}

impl Customer {
    /// Sends a job until it is accepted or refused for good, each time so often at once; its id.
    pub(super) async fn submits(&self, request: &Request<'_>, copies: usize) -> Option<String> {
        within(PATIENCE, &format!("{} is accepted", request.key), async {
            loop {
                let sent = join_all((0..copies).map(|_| self.submit(request))).await;
                let again = sent.iter().filter(|sent| matches!(sent, Sent::Taken { replayed: true, .. }));
                let again = again.count() as u64;
                if copies > 1 && again > 0 {
                    self.disturbs("F56", again);
                }
                let mut refused = false;
                for sent in sent {
                    match sent {
                        Sent::Taken { job, .. } => return Some(job),
                        Sent::Refused { .. } => refused = true,
                        Sent::Open => {}
                    }
                }
                if refused {
                    return None;
                }
                tokio::time::sleep(PAUSE).await;
            }
        })
        .await
    }

    /// Sends the request of an order beyond its limit until it is refused, which must name the field.
    pub(super) async fn oversteps(&self, key: &str, limit: Limit, order: &Order) {
        let (script, body) = (order.script(), order.request(&self.body, true));
        let (status, problem) = match self.insists(&Request { key, script, body }).await {
            Sent::Refused { status, problem } => (status, problem),
            Sent::Taken { .. } | Sent::Open => panic!("{limit:?} was taken one beyond"),
        };
        let pointer = problem.pointer("/errors/0/pointer").and_then(Value::as_str);
        let named = pointer.and_then(|pointer| pointer.strip_prefix('/'));
        let said = (status, text(&problem, "code"), named);
        assert_eq!(said, (422, "validation_failed".to_owned(), Some(limit.field())), "{problem}");
        self.disturbs("F66", 1);
    }

    /// Sends another request under the same key, which must be refused. Where the session has ended, the key is free
    /// again: then the job that was made.
    pub(super) async fn reuses(&self, before: &Request<'_>) -> Option<String> {
        let script = format!("{}again ", before.script);
        let mut body = before.body.clone();
        if let Some(prompt) = body.get_mut("prompt") {
            *prompt = script.clone().into();
        }
        match self.insists(&Request { key: before.key, script, body }).await {
            Sent::Taken { job, .. } => Some(job),
            Sent::Refused { status, problem } => {
                let said = (status, text(&problem, "code"));
                assert_eq!(said, (422, "idempotency_key_reused".to_owned()), "{problem}");
                self.disturbs("F57", 1);
                None
            }
            Sent::Open => None,
        }
    }

    /// Sends a request until what came of it is certain.
    async fn insists(&self, request: &Request<'_>) -> Sent {
        within(PATIENCE, &format!("an answer to {}", request.key), async {
            loop {
                match self.submit(request).await {
                    Sent::Open => tokio::time::sleep(PAUSE).await,
                    sent => return sent,
                }
            }
        })
        .await
    }

    /// One request.
    async fn submit(&self, Request { key, script, body }: &Request<'_>) -> Sent {
        let (key, script) = ((*key).to_owned(), script.clone());
        self.recorder.note(Note::Submits { key: key.clone(), script });
        let sent = self.http.post(self.url(PATH)).header("Idempotency-Key", &key).json(body).send();
        let response = tokio::time::timeout(ANSWER, sent).await.ok().and_then(Result::ok);
        let has = |name| response.as_ref().is_some_and(|answer| answer.headers().contains_key(name));
        let (replayed, retry_after) = (has("Idempotent-Replayed"), has("Retry-After"));
        match read(response).await {
            Some((202, job)) => {
                let job = text(&job, "id");
                self.recorder.note(Note::Accepted { key, job: job.clone(), replayed });
                Sent::Taken { job, replayed }
            }
            Some((429, problem)) => {
                assert!(retry_after, "a full queue says when to come again: {problem}");
                self.recorder.note(Note::Refused { key, status: 429, code: text(&problem, "code") });
                self.disturbs(FULL, 1);
                Sent::Open
            }
            Some((status @ 400..429, problem)) => {
                self.recorder.note(Note::Refused { key, status, code: text(&problem, "code") });
                Sent::Refused { status, problem }
            }
            _ => {
                self.recorder.note(Note::Unanswered { key });
                Sent::Open
            }
        }
    }
}
