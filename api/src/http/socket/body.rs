//! The outgoing half of a socket: an answer's body that takes one frame after the other out of the outbox, and only
//! when the connection has room for it. So what a slow browser has not read waits in the outbox, where it is bounded.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    web::Bytes,
};

use super::outbox::Outbox;

pub(super) struct Body {
    /// The library's own half: it answers pings and closes the socket.
    control: BoxBody,
    outbox: Arc<Outbox>,
}

impl Body {
    pub(super) fn new(control: BoxBody, outbox: Arc<Outbox>) -> Self {
        Self { control, outbox }
    }
}

impl MessageBody for Body {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        match Pin::new(&mut self.control).poll_next(context) {
            Poll::Ready(Some(Ok(bytes))) => return Poll::Ready(Some(Ok(bytes))),
            Poll::Ready(Some(Err(_)) | None) => return Poll::Ready(None),
            Poll::Pending => {}
        }
        self.outbox.poll_next(context).map(|frame| Some(Ok(frame.into_bytes())))
    }
}
