//! Before a socket: who may open one.

use actix_web::{HttpRequest, HttpResponse, http::header};
use actix_ws::{MessageStream, Session};

/// Opens a WebSocket for an agent. A browser is refused: it sends an `Origin`, an agent never does.
pub(super) fn open(
    request: &HttpRequest,
    body: actix_web::web::Payload,
    max_bytes: usize,
) -> actix_web::Result<Result<(HttpResponse, Session, MessageStream), HttpResponse>> {
    if request.headers().contains_key(header::ORIGIN) {
        return Ok(Err(HttpResponse::Forbidden().finish()));
    }
    let (response, session, stream) = actix_ws::handle(request, body)?;
    Ok(Ok((response, session, stream.max_frame_size(max_bytes))))
}
