//! How long a request may take, how large a body may be, and how fast it must come.

use std::{io, time::Duration};

use actix_web::{
    Error, HttpResponse, ResponseError as _,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::PayloadError,
    middleware::Next,
    web::{Bytes, Data},
};
use futures_util::{Stream, StreamExt as _};
use tokio::time::{Instant, timeout, timeout_at};

use super::{
    bodies::Room,
    problem::{Code, Problem},
};
use crate::app::App;

/// The largest body of a submit: three pictures and 64 KiB of everything else.
pub(super) const MAX_BODY: usize = 30 * 1024 * 1024 + 64 * 1024;
/// A body that is too large is read on up to here, so that the client hears why; then the connection is cut.
const MAX_DRAINED: usize = 2 * MAX_BODY;
/// How long a body may take however small it is.
const GRACE: Duration = Duration::from_secs(10);
/// How long a body may be silent, however much of it has come. Longer than others wait for its room in memory.
const SILENCE: Duration = Duration::from_secs(20);
/// How fast it must come beyond that on average, bytes a second: about what a poor phone connection uploads.
const MIN_RATE: usize = 32 * 1024;

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

/// The bytes of a body that keeps to [`MAX_BODY`] and to the minimum rate, and that waits for its room in memory where
/// it needs one; an error ends it.
pub(super) fn paced(
    mut payload: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin,
    mut room: Option<Room>,
) -> impl Stream<Item = Result<Bytes, PayloadError>> {
    async_stream::stream! {
        let mut started = Instant::now();
        let mut heard = started;
        let mut received = 0;
        loop {
            // On average at the minimum rate, and never silent for long: what came at once must not buy a long rest.
            let due = started + GRACE + Duration::from_secs((received / MIN_RATE) as u64);
            match timeout_at(due.min(heard + SILENCE), payload.next()).await {
                Err(_) => {
                    yield Err(PayloadError::Io(io::ErrorKind::TimedOut.into()));
                    return;
                }
                Ok(None) => break,
                Ok(Some(Err(error))) => {
                    yield Err(error);
                    return;
                }
                Ok(Some(Ok(bytes))) => {
                    received += bytes.len();
                    if let Some(room) = &mut room {
                        let waiting = Instant::now();
                        if let Err(problem) = room.fit(received).await {
                            yield Err(PayloadError::Io(io::Error::other(problem)));
                            return;
                        }
                        // The client is not to blame for that.
                        started += waiting.elapsed();
                    }
                    heard = Instant::now();
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
    if let PayloadError::Io(error) = error
        && let Some(problem) = error.get_ref().and_then(|inner| inner.downcast_ref::<Problem>())
    {
        return problem.clone();
    }
    match error {
        PayloadError::Overflow => {
            Problem::new(Code::BodyTooLarge, format!("the body may have at most {MAX_BODY} bytes"))
        }
        PayloadError::Io(error) if error.kind() == io::ErrorKind::TimedOut => Problem::new(
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
        let all: Result<Vec<Bytes>, PayloadError> = paced(body, None).try_collect().await;
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
        let stopped = Instant::now();
        assert_eq!(length(body(20, 1024 * 1024, Duration::ZERO, false)).await, Err(Code::BodyTooSlow));
        assert_eq!(stopped.elapsed().as_secs(), SILENCE.as_secs(), "however much came before");
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
}
