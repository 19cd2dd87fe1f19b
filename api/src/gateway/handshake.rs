//! Before a socket: who may open one.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderName, HeaderValue},
};
use actix_ws::{MessageStream, Session};
use semver::Version;
use spool_shared::{
    ids::AgentId,
    protocol::{AGENT_HEADER, OLDEST_AGENT_HEADER, VERSION, VERSION_HEADER},
};

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

/// Says in the answer to a handshake what the first message will be held to, so that whoever wants to know need not
/// introduce itself as an agent.
pub(super) fn tell_terms(response: &mut HttpResponse, oldest: Option<&Version>) {
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static(VERSION_HEADER), HeaderValue::from(VERSION));
    if let Some(oldest) = oldest.and_then(|oldest| HeaderValue::try_from(oldest.to_string()).ok()) {
        headers.insert(HeaderName::from_static(OLDEST_AGENT_HEADER), oldest);
    }
}

/// The agent that a request names. Whether it is who it says shows when it speaks of a lease.
pub(super) fn agent(request: &HttpRequest) -> Option<AgentId> {
    request.headers().get(AGENT_HEADER)?.to_str().ok()?.parse().ok()
}
