//! `GET /api/jobs/{id}/events`: server-sent events. Each `job` event is the whole job with a version that grows; the
//! stream ends after the terminal one. Nothing is replayed: whoever comes back reads the job as it is now.

use std::{convert::Infallible, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Bytes, Data, Path},
};
use futures_util::Stream;
use serde_json::json;
use spool_shared::ids::JobId;
use tokio::time::{Instant, sleep_until};
use tracing::warn;

use super::{
    super::{
        caller::Caller,
        docs::{Operation, Tag},
        problem::{Code, Problem},
    },
    JobView, find, id, of_job, sample,
};
use crate::{
    admission::Seat,
    app::App,
    fanout::{Notice, Watch},
    measure::Open,
    store::{Found, Position, Record, StoreError},
};

/// How often a silent stream shows that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Between two events that tell of progress only.
const PROGRESS_PAUSE: Duration = Duration::from_millis(250);
/// Until the job is read again when the store did not answer.
const RETRY_PAUSE: Duration = Duration::from_secs(1);
/// What browsers wait before they come back, milliseconds.
const RECONNECT_MS: u32 = 1_000;

pub(crate) async fn events(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let id = id(&path)?;
    // Watch, then position, then snapshot: what happens in between is told twice rather than never.
    let watch = app.hub.watch(id);
    let position = app.store.position().await?;
    let record = find(&app, &caller, id).await?;
    let known = request.headers().get("last-event-id").and_then(|value| value.to_str().ok());
    let covered = known.and_then(EventId::parse).is_some_and(|known| known.covers(position, &record));
    if covered && record.status.is_terminal() {
        // The one answer after which a browser does not come back.
        return Ok(HttpResponse::NoContent().finish());
    }
    let seat = caller.enter(&app)?;
    let follower =
        Follower { app, caller, _seat: seat, id, position, sent: None, _open: Open::new("events") };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream; charset=utf-8"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(follower.stream(watch, *record, covered)))
}

pub(crate) fn doc() -> Operation {
    let about = "\
Server-sent events. `job` carries the whole job as JSON, with a `version` that never goes back while the session lasts: at once when its state changes, \
a few times a second while it progresses. The stream ends after the event of a terminal state. `gone` says that the job was \
deleted, `reset` that the session has ended. A comment every 15 seconds shows that the stream lives.

Nothing is replayed: whoever comes back gets the job as it is now. Browsers send `Last-Event-ID` by themselves.";
    let id = format!("{}:14", sample::POSITION);
    let stream = format!("retry: {RECONNECT_MS}\n\nevent: job\nid: {id}\ndata: {}\n\n", sample::succeeded());
    let event = json!({
        "type": "object",
        "description": "One event of the stream.",
        "properties": {
            "event": {"type": "string", "enum": ["job", "gone", "reset"]},
            "id": {"type": "string"},
            "data": {"type": "string", "contentMediaType": "application/json"},
        },
        "required": ["event", "data"],
    });
    of_job(Operation::new("followJob", Tag::Jobs, "Follow a job").about(about))
        .header("Last-Event-ID", "The id of the last event that arrived.", &json!({"type": "string"}))
        .answer(200, "The stream.", &json!({"text/event-stream": {"schema": event, "example": stream}}))
        .empty(204, "The job has ended, and the last event of it is the one that `Last-Event-ID` names.")
        .problems(&[Code::RateLimited])
}

/// The id of an event: where the store stood, and the version of the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct EventId {
    position: Position,
    version: u64,
}

impl EventId {
    fn parse(text: &str) -> Option<Self> {
        let (position, version) = text.rsplit_once(':')?;
        Some(Self { position: position.parse().ok()?, version: version.parse().ok()? })
    }

    /// Whether whoever knows this event knows the job as it is. A position of another session covers nothing.
    fn covers(self, now: Position, record: &Record) -> bool {
        self.position.session == now.session && self.version == record.version
    }
}

impl std::fmt::Display for EventId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.position, self.version)
    }
}

/// One client that follows one job.
struct Follower {
    app: Data<App>,
    caller: Caller,
    /// Held as long as the stream is open.
    _seat: Seat,
    id: JobId,
    position: Position,
    /// The last job that was sent.
    sent: Option<Sent>,
    _open: Open,
}

/// What makes the next event urgent or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sent {
    version: u64,
    status: spool_shared::job::Status,
    attempts: u32,
    at: Instant,
}

/// What a look at the store led to.
enum Looked {
    /// Nothing new to send; look again then.
    Wait(Instant),
    Event(Bytes),
    /// The last event.
    End(Bytes),
}

impl Follower {
    fn stream(
        mut self,
        mut watch: Watch,
        first: Record,
        covered: bool,
    ) -> impl Stream<Item = Result<Bytes, Infallible>> {
        async_stream::stream! {
            yield Ok(Bytes::from(format!("retry: {RECONNECT_MS}\n\n")));
            let terminal = first.status.is_terminal();
            let event = self.event(&first);
            if !covered {
                yield Ok(event);
            }
            if terminal {
                return;
            }
            let stopping = self.app.stopping.clone();
            let mut look_at = None;
            loop {
                let beat = Instant::now() + HEARTBEAT;
                let notice = tokio::select! {
                    () = stopping.cancelled() => return,
                    // The client comes back, and hears then why it may not.
                    () = self.caller.revoked() => return,
                    notice = watch.changed() => Some(notice),
                    () = sleep_until(look_at.unwrap_or(beat)) => None,
                };
                match notice {
                    Some(Notice::SessionReset) => {
                        // The last replica to hear of a new session may show jobs of it already; who asks for one of
                        // those again, is told.
                        if let Ok(Found::Gone(_) | Found::Missing) = self.app.store.find(self.id).await {
                            yield Ok(reset());
                        }
                        return;
                    }
                    Some(Notice::Job { position, progress, .. }) => {
                        self.position = position;
                        // Progress that is not due yet is not read either: by then there will be newer.
                        if let Some(next) = self.next_progress().filter(|_| progress) {
                            look_at = Some(next);
                            continue;
                        }
                    }
                    // A Redis that lost its newest data may count versions again that were told already.
                    Some(Notice::Resync) => self.sent = None,
                    None if look_at.is_none() => yield Ok(Bytes::from_static(b": still here\n\n")),
                    None => {}
                }
                look_at = match self.look().await {
                    Looked::Wait(until) => Some(until).filter(|until| *until > Instant::now()),
                    Looked::Event(event) => {
                        yield Ok(event);
                        None
                    }
                    Looked::End(event) => {
                        yield Ok(event);
                        return;
                    }
                };
            }
        }
    }

    /// Reads the job, and makes an event of it if it is newer and its time has come.
    async fn look(&mut self) -> Looked {
        match self.app.store.find(self.id).await {
            Ok(Found::Job(record)) => match self.due(&record) {
                Some(until) => Looked::Wait(until),
                None if record.status.is_terminal() => Looked::End(self.event(&record)),
                None => Looked::Event(self.event(&record)),
            },
            Ok(Found::Gone(_) | Found::Missing) => match self.app.store.position().await {
                Ok(position) if position.session == self.position.session => {
                    Looked::End(Bytes::from_static(b"event: gone\ndata: {}\n\n"))
                }
                Err(StoreError::Unavailable(_)) => Looked::Wait(Instant::now() + RETRY_PAUSE),
                _ => Looked::End(reset()),
            },
            Err(error) => {
                warn!(job.id = %self.id, "A stream of job {} waits for the store: {error}", self.id);
                Looked::Wait(Instant::now() + RETRY_PAUSE)
            }
        }
    }

    /// When this record may be sent, if not now: never if it is not newer, and progress not too often.
    fn due(&self, record: &Record) -> Option<Instant> {
        let sent = self.sent?;
        if record.version <= sent.version {
            // In the past: there is nothing to look for before the next notice.
            return Some(sent.at);
        }
        let same = record.status == sent.status && record.counters.attempts == sent.attempts;
        self.next_progress().filter(|_| same)
    }

    /// When an event may follow that tells of progress only, if that is not now.
    fn next_progress(&self) -> Option<Instant> {
        self.sent.map(|sent| sent.at + PROGRESS_PAUSE).filter(|next| *next > Instant::now())
    }

    fn event(&mut self, record: &Record) -> Bytes {
        let (version, status, attempts) = (record.version, record.status, record.counters.attempts);
        self.sent = Some(Sent { version, status, attempts, at: Instant::now() });
        let id = EventId { position: self.position, version };
        let job = serde_json::to_string(&JobView::of(record)).unwrap_or_default();
        Bytes::from(format!("event: job\nid: {id}\ndata: {job}\n\n"))
    }
}

/// The session is over, and the job with it.
fn reset() -> Bytes {
    Bytes::from_static(b"event: reset\ndata: {\"code\":\"session_reset\"}\n\n")
}
