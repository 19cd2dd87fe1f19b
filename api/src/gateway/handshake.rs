//! Before a socket: who may open one.

use actix_web::{
    HttpMessage as _, HttpRequest, HttpResponse,
    error::ErrorBadRequest,
    http::header::{self, HeaderName, HeaderValue},
};
use actix_ws::{MessageStream, Session};
use semver::Version;
use spool_shared::{
    ids::AgentId,
    protocol::{AGENT_HEADER, OLDEST_AGENT_HEADER, VERSION, VERSION_HEADER},
};

use super::Gateway;
use crate::{
    admission::{NoRoom, Seat},
    auth::Identity,
    frames,
};

/// How long an agent that finds no room is asked to wait, seconds.
const FULL_RETRY_AFTER: HeaderValue = HeaderValue::from_static("10");

/// A socket that is open, with whose it is.
pub(super) struct Opened {
    pub(super) response: HttpResponse,
    pub(super) session: Session,
    pub(super) stream: MessageStream,
    pub(super) peer: Peer,
}

/// Who is at the other end.
pub(super) struct Peer {
    pub(super) identity: Identity,
    /// Held as long as the socket is open.
    _seat: Seat,
}

/// Opens a WebSocket for an agent. A browser is refused: it sends an `Origin`, an agent never does.
pub(super) fn open(
    gateway: &Gateway,
    request: &HttpRequest,
    body: actix_web::web::Payload,
    max_bytes: usize,
) -> actix_web::Result<Result<Opened, HttpResponse>> {
    if request.headers().contains_key(header::ORIGIN) {
        return Ok(Err(HttpResponse::Forbidden().finish()));
    }
    // The outer layer let it in, and left word of whom.
    let Some(identity) = request.extensions().get::<Identity>().cloned() else {
        return Ok(Err(HttpResponse::Unauthorized().finish()));
    };
    let seat = match gateway.inner.sockets.enter(identity.name()) {
        Ok(seat) => seat,
        Err(full) => {
            let mut refused = match full {
                NoRoom::OfOwner(_) => HttpResponse::TooManyRequests(),
                NoRoom::InAll(_) => HttpResponse::ServiceUnavailable(),
            };
            return Ok(Err(refused.insert_header((header::RETRY_AFTER, FULL_RETRY_AFTER)).finish()));
        }
    };
    // Whoever comes with another kind of request is told what is missing.
    let (response, session, stream) =
        actix_ws::handle(request, frames::bounded(request, body, max_bytes)?)
            .map_err(|error| ErrorBadRequest(format!("this address is a WebSocket of agents: {error}")))?;
    let stream = stream.max_frame_size(max_bytes);
    Ok(Ok(Opened { response, session, stream, peer: Peer { identity, _seat: seat } }))
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
