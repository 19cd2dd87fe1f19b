//! Waiting, always with an end.

use std::{
    future::Future,
    time::{Duration, Instant},
};

/// How long a test waits for something that will happen unless Spool is broken. Long, because the machine may be
/// slow; a test that is about time measures it itself.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Awaits `future`, or ends the test with a sentence that says what did not happen.
pub async fn within<T>(limit: Duration, what: &str, future: impl Future<Output = T>) -> T {
    let in_time = tokio::time::timeout(limit, future).await;
    in_time.unwrap_or_else(|_| panic!("after {limit:?} still waiting for this: {what}"))
}

/// Looks at something that cannot announce itself, like the kernel's table of processes, until `seen` is satisfied;
/// `None` when the time is over. Blocks the thread.
pub fn look_until<T>(limit: Duration, mut seen: impl FnMut() -> Option<T>) -> Option<T> {
    let started = Instant::now();
    loop {
        if let Some(value) = seen() {
            return Some(value);
        }
        if started.elapsed() > limit {
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
