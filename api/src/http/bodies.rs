//! Memory for the bodies of requests in flight: so much in all, and of that no more than a share for one caller.
//!
//! A body takes a little when it begins and the rest of what it announced once more than that has come: who announces
//! much and sends nothing holds next to nothing.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use actix_web::{
    HttpRequest,
    error::PayloadError,
    http::header::{self, HeaderValue},
    web::{Bytes, Payload},
};
use futures_util::{StreamExt as _, stream::LocalBoxStream};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

use super::{
    caller::Caller,
    limits::{MAX_BODY, paced},
    problem::{Code, Problem},
};

/// What a body takes when it begins, bytes.
const FIRST: usize = 64 * 1024;
/// What one caller may have of all there is: this part, or two of the largest bodies where that is more.
const SHARES: usize = 4;
/// How long a body waits for room before it is sent away.
const PATIENCE: Duration = Duration::from_secs(10);

/// A body that keeps to its limits.
pub(super) type Body = LocalBoxStream<'static, Result<Bytes, PayloadError>>;

/// Memory for bodies in flight; cheap to clone.
#[derive(Clone)]
pub struct Bodies {
    inner: Arc<Inner>,
}

struct Inner {
    kib: Arc<Semaphore>,
    in_all: usize,
    of_each: usize,
    /// The shares of those who have bodies in flight.
    callers: Mutex<HashMap<String, Weak<Semaphore>>>,
}

/// What is set aside for one body, free again when the last handle is dropped.
pub(super) type Held = Arc<Mutex<Vec<OwnedSemaphorePermit>>>;

/// The room of one body while it comes.
pub(super) struct Room {
    bodies: Bodies,
    share: Arc<Semaphore>,
    announced: usize,
    taken: usize,
    held: Held,
}

impl Bodies {
    #[must_use]
    pub fn new(budget_mib: u32) -> Self {
        let in_all = budget_mib as usize * 1024;
        let of_each = (in_all / SHARES).max(2 * kib(MAX_BODY)).min(in_all);
        let inner =
            Inner { kib: Arc::new(Semaphore::new(in_all)), in_all, of_each, callers: Mutex::default() };
        Self { inner: Arc::new(inner) }
    }

    /// Begins to read the body of a request. What comes with it is held until the bytes are not needed any more.
    pub(super) async fn begin(
        &self,
        caller: &Caller,
        request: &HttpRequest,
        payload: Payload,
    ) -> Result<(Body, Held), Problem> {
        not_encoded(request)?;
        let length = request.headers().get(header::CONTENT_LENGTH);
        let length = length.and_then(|value| value.to_str().ok()?.parse().ok());
        let room = self.room(caller.counted(), length).await?;
        let held = Arc::clone(&room.held);
        Ok((paced(payload, Some(room)).boxed_local(), held))
    }

    /// Room for the beginning of a body; one that does not announce its length counts as the largest.
    async fn room(&self, caller: &str, length: Option<usize>) -> Result<Room, Problem> {
        let announced = length.unwrap_or(MAX_BODY).min(MAX_BODY);
        let bodies = self.clone();
        let mut room = Room { bodies, share: self.share(caller), announced, taken: 0, held: Held::default() };
        room.take(announced.min(FIRST)).await?;
        Ok(room)
    }

    fn share(&self, caller: &str) -> Arc<Semaphore> {
        let mut callers = self.inner.callers.lock().unwrap_or_else(PoisonError::into_inner);
        callers.retain(|_, share| share.strong_count() > 0);
        let known = callers.get(caller).and_then(Weak::upgrade);
        let share = known.unwrap_or_else(|| Arc::new(Semaphore::new(self.inner.of_each)));
        callers.insert(caller.to_owned(), Arc::downgrade(&share));
        share
    }

    /// How many bytes are set aside.
    #[must_use]
    pub fn held(&self) -> usize {
        (self.inner.in_all - self.inner.kib.available_permits()) * 1024
    }
}

impl Room {
    /// Makes sure that there is room for a body of which so much has come.
    pub(super) async fn fit(&mut self, received: usize) -> Result<(), Problem> {
        if received <= self.taken || self.taken >= self.announced {
            return Ok(());
        }
        self.take(self.announced - self.taken).await
    }

    /// Waits for the caller's own share first, so that nobody else waits behind who has had enough.
    async fn take(&mut self, bytes: usize) -> Result<(), Problem> {
        let permits = u32::try_from(kib(bytes)).unwrap_or(u32::MAX);
        let deadline = Instant::now() + PATIENCE;
        let own = timeout_at(deadline, Arc::clone(&self.share).acquire_many_owned(permits));
        let Ok(Ok(own)) = own.await else {
            let detail = "as many uploads of this caller are under way as there may be; try again";
            return Err(Problem::new(Code::RateLimited, detail));
        };
        let all = timeout_at(deadline, Arc::clone(&self.bodies.inner.kib).acquire_many_owned(permits));
        let Ok(Ok(all)) = all.await else {
            return Err(Problem::new(Code::Unavailable, "too many uploads are under way; try again"));
        };
        self.held.lock().unwrap_or_else(PoisonError::into_inner).extend([own, all]);
        self.taken += bytes;
        Ok(())
    }
}

/// Refuses a body that would have to be unpacked: pictures do not become smaller, and bombs would have to be watched for.
pub(super) fn not_encoded(request: &HttpRequest) -> Result<(), Problem> {
    let Some(coding) = request.headers().get(header::CONTENT_ENCODING) else { return Ok(()) };
    if coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity") {
        return Ok(());
    }
    let detail = "the body must come as it is: nothing is unpacked here; leave Content-Encoding out";
    Err(Problem::new(Code::UnsupportedMediaType, detail)
        .header(header::ACCEPT_ENCODING, HeaderValue::from_static("identity")))
}

fn kib(bytes: usize) -> usize {
    bytes.div_ceil(1024)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    /// The room of a body that has come in part.
    async fn begun(bodies: &Bodies, caller: &str) -> Result<Room, Code> {
        let mut room = bodies.room(caller, None).await.map_err(|problem| problem.code)?;
        room.fit(FIRST + 1).await.map_err(|problem| problem.code)?;
        Ok(room)
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_waits_for_room_but_not_for_ever() {
        let bodies = Bodies::new(32);
        let held = begun(&bodies, "a").await.unwrap();
        assert_eq!(begun(&bodies, "b").await.err(), Some(Code::Unavailable));
        assert!(bodies.room("b", Some(1_000)).await.is_ok(), "a small one still fits");
        drop(held);
        assert!(begun(&bodies, "b").await.is_ok());
        assert_eq!((bodies.held(), bodies.inner.kib.available_permits()), (0, 32 * 1024));
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_holds_its_share_cannot_delay_another() {
        let bodies = Bodies::new(256);
        let _held = [begun(&bodies, "a").await.unwrap(), begun(&bodies, "a").await.unwrap()];
        let mut waiting: Vec<_> = (0..9).map(|_| Box::pin(begun(&bodies, "a"))).collect();
        for wait in &mut waiting {
            assert!(futures_util::poll!(wait).is_pending());
        }
        for _ in 0..2 {
            assert!(begun(&bodies, "b").now_or_never().unwrap().is_ok());
        }
        for wait in waiting {
            assert_eq!(wait.await.err(), Some(Code::RateLimited));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_announces_much_and_sends_little_holds_little() {
        let bodies = Bodies::new(64);
        let mut rooms = Vec::new();
        for _ in 0..100 {
            rooms.push(bodies.room("a", Some(MAX_BODY)).await.ok().unwrap());
        }
        assert!(bodies.held() < 8 * 1024 * 1024);
        let mut one = rooms.pop().unwrap();
        one.fit(FIRST).await.unwrap();
        assert!(bodies.held() < 8 * 1024 * 1024);
        one.fit(FIRST + 1).await.unwrap();
        let held = bodies.held();
        assert!(held > MAX_BODY);
        one.fit(MAX_BODY + 1).await.unwrap();
        assert_eq!(bodies.held(), held, "more than it may have is not kept");
    }
}
