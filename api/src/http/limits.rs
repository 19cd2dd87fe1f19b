//! How long a request may take, how fast a body must come, and how many bytes of bodies are held at once.

use std::{sync::Arc, time::Duration};

use actix_web::{
    Error, HttpResponse, ResponseError as _,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::PayloadError,
    middleware::Next,
    web::{Bytes, Data},
};
use futures_util::{Stream, StreamExt as _};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout, timeout_at},
};

use super::problem::{Code, Problem};
use crate::app::App;

/// The largest body of a submit: three pictures and 64 KiB of everything else.
pub(super) const MAX_BODY: usize = 30 * 1024 * 1024 + 64 * 1024;
/// A body that is too large is read on up to here, so that the client hears why; then the connection is cut.
const MAX_DRAINED: usize = 2 * MAX_BODY;
/// How long a body may take however small it is.
const GRACE: Duration = Duration::from_secs(10);
/// How fast it must come beyond that on average, bytes a second: about what a poor phone connection uploads.
const MIN_RATE: usize = 32 * 1024;
/// How long a request waits for room before it is sent away.
const ADMISSION_PATIENCE: Duration = Duration::from_secs(10);

/// Ends a request after the configured time. Bodies that stream come after this: only the answer's head counts.
///
/// For single resources only: it keeps the request, which the router must still be able to change before.
pub(super) async fn time_limit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let limit = request.app_data::<Data<App>>().map(|app| app.config.http.request_timeout());
    let kept = request.request().clone();
    let answer = next.call(request);
    match limit {
        None => Ok(answer.await?.map_into_boxed_body()),
        Some(limit) => match timeout(limit, answer).await {
            Ok(response) => Ok(response?.map_into_boxed_body()),
            Err(_) => Ok(ServiceResponse::new(kept, too_late().error_response())),
        },
    }
}

/// As [`time_limit`], for a part of a handler.
pub(super) async fn within(
    app: &App,
    answer: impl Future<Output = Result<HttpResponse, Problem>>,
) -> Result<HttpResponse, Problem> {
    timeout(app.config.http.request_timeout(), answer).await.unwrap_or_else(|_| Err(too_late()))
}

fn too_late() -> Problem {
    Problem::new(Code::Unavailable, "the answer took too long; whether the request took effect is not known")
}

/// Memory for bodies in flight.
#[derive(Clone)]
pub struct Bodies {
    kib: Arc<Semaphore>,
}

impl Bodies {
    #[must_use]
    pub fn new(budget_mib: u32) -> Self {
        Self { kib: Arc::new(Semaphore::new(budget_mib as usize * 1024)) }
    }

    /// Waits until a body of the announced length fits; one without a length counts as the largest.
    pub(super) async fn admit(&self, length: Option<usize>) -> Result<OwnedSemaphorePermit, Problem> {
        let bytes = length.unwrap_or(MAX_BODY).min(MAX_BODY);
        let kib = u32::try_from(bytes / 1024 + 1).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.kib).acquire_many_owned(kib);
        match timeout(ADMISSION_PATIENCE, room).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Problem::new(Code::Unavailable, "too many uploads are under way; try again")),
        }
    }
}

/// The bytes of a body that keeps to [`MAX_BODY`] and to the minimum rate; an error ends it.
pub(super) fn paced(
    mut payload: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin,
) -> impl Stream<Item = Result<Bytes, PayloadError>> {
    async_stream::stream! {
        let started = Instant::now();
        let mut received = 0;
        loop {
            let deadline = started + GRACE + Duration::from_secs((received / MIN_RATE) as u64);
            match timeout_at(deadline, payload.next()).await {
                Err(_) => {
                    yield Err(PayloadError::Io(std::io::ErrorKind::TimedOut.into()));
                    return;
                }
                Ok(None) => break,
                Ok(Some(Err(error))) => {
                    yield Err(error);
                    return;
                }
                Ok(Some(Ok(bytes))) => {
                    received += bytes.len();
                    if received <= MAX_BODY {
                        yield Ok(bytes);
                    } else if received > MAX_DRAINED {
                        break;
                    }
                }
            }
        }
        if received > MAX_BODY {
            yield Err(PayloadError::Overflow);
        }
    }
}

/// What a client is told of a body that could not be read.
pub(super) fn unreadable(error: &PayloadError) -> Problem {
    match error {
        PayloadError::Overflow => {
            Problem::new(Code::BodyTooLarge, format!("the body may have at most {MAX_BODY} bytes"))
        }
        PayloadError::Io(io) if io.kind() == std::io::ErrorKind::TimedOut => Problem::new(
            Code::BodyTooSlow,
            format!("a body must come at {MIN_RATE} bytes a second or faster"),
        ),
        other => Problem::new(Code::MalformedBody, format!("the body broke off: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt as _;
    use tokio::time::sleep;

    use super::*;

    /// A body whose chunks come at intervals, `None` for one that stops without an end.
    fn body(
        chunks: usize,
        bytes: usize,
        interval: Duration,
        ends: bool,
    ) -> impl Stream<Item = Result<Bytes, PayloadError>> + Unpin {
        Box::pin(async_stream::stream! {
            for _ in 0..chunks {
                sleep(interval).await;
                yield Ok(Bytes::from(vec![0; bytes]));
            }
            if !ends {
                std::future::pending::<()>().await;
            }
        })
    }

    async fn length(body: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin) -> Result<usize, Code> {
        let all: Result<Vec<Bytes>, PayloadError> = paced(body).try_collect().await;
        all.map(|chunks| chunks.iter().map(Bytes::len).sum()).map_err(|error| unreadable(&error).code)
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_at_the_minimum_rate_may_take_many_minutes() {
        let steady = body(900, MIN_RATE, Duration::from_secs(1), true);
        assert_eq!(length(steady).await, Ok(900 * MIN_RATE));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_trickles_or_stops_is_given_up() {
        let started = Instant::now();
        assert_eq!(
            length(body(1_000_000, 1, Duration::from_millis(100), true)).await,
            Err(Code::BodyTooSlow)
        );
        assert_eq!(started.elapsed().as_secs(), GRACE.as_secs());
        assert_eq!(length(body(3, 100, Duration::ZERO, false)).await, Err(Code::BodyTooSlow));
    }

    #[tokio::test(start_paused = true)]
    async fn the_limit_of_a_body_holds_to_the_byte() {
        let whole = |bytes| body(1, bytes, Duration::ZERO, true);
        assert_eq!(length(whole(MAX_BODY)).await, Ok(MAX_BODY));
        assert_eq!(length(whole(MAX_BODY + 1)).await, Err(Code::BodyTooLarge));
        // It is not read for ever.
        let endless = body(usize::MAX, MAX_BODY, Duration::ZERO, true);
        assert_eq!(length(endless).await, Err(Code::BodyTooLarge));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_waits_for_room_but_not_for_ever() {
        let bodies = Bodies::new(32);
        let held = bodies.admit(None).await.unwrap();
        assert_eq!(bodies.admit(Some(MAX_BODY)).await.unwrap_err().code, Code::Unavailable);
        assert!(bodies.admit(Some(1_000)).await.is_ok(), "a small one still fits");
        drop(held);
        assert!(bodies.admit(Some(MAX_BODY)).await.is_ok());
    }
}
