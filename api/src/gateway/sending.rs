//! How both sockets of an agent are written to.

use std::time::Duration;

use actix_ws::Session;
use futures_util::FutureExt as _;
use spool_shared::protocol::{Wire, encode};

/// How long the socket may take to take a message.
const SEND: Duration = Duration::from_secs(10);
/// How long it may take to take its end.
const CLOSE: Duration = Duration::from_secs(2);

/// The socket does not take any more.
pub(super) struct Closed;

/// Closes the socket. A peer that does not read takes no close frame either; the kernel gives it up.
pub(super) async fn close(session: Session) {
    tokio::time::timeout(CLOSE, session.close(None)).await.ok();
}

pub(super) async fn send(session: &mut Session, message: &impl Wire) -> Result<(), Closed> {
    // Every field is plain data; what cannot be encoded cannot have been made.
    let bytes = encode(message).map_err(|_| Closed)?;
    // A peer that does not read must not hold up what it says, or its silence would never be noticed.
    match tokio::time::timeout(SEND, session.binary(bytes)).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(Closed),
    }
}

/// Answers a ping. Whoever does not read its answers gets no more of them: to wait would hold up everything else that is
/// said on the socket, and its end.
pub(super) fn pong(session: &mut Session, bytes: &[u8]) {
    session.pong(bytes).now_or_never();
}
