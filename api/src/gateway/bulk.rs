//! The bulk socket of an agent: previews and result files.

use std::{collections::HashMap, time::Duration};

use actix_web::{HttpRequest, HttpResponse, error::ErrorBadRequest, rt::task::JoinHandle, web};
use actix_ws::{Message, MessageStream, ProtocolError, Session};
use futures_util::{StreamExt as _, future::join_all, stream::FuturesUnordered};
use spool_shared::protocol::{
    AGENT_HEADER, BulkFromAgent, BulkToAgent, DecodeError, HeldLease, MAX_BULK_BYTES, MAX_PREVIEW_BYTES,
    RefusedCode, decode,
};
use tokio::time::Instant;
use tracing::{debug, warn};

use super::{
    Gateway,
    bulk_places::Place,
    handshake::{self, Opened, Peer},
    receiving::{Next, Receiving, Sender, refused},
    sending::{close, pong, send},
};
use crate::{
    measure::{self, Open},
    storage::ResultFile,
    store::StoreError,
};

/// How many files one agent may send at once: one for each of its slots would be enough.
const MAX_UPLOADS: usize = 64;
/// How often a quiet socket is pinged, so that no proxy closes it.
const PING: Duration = Duration::from_secs(15);
/// A socket that answers no ping for this long is gone.
const SILENCE: Duration = Duration::from_secs(35);

/// `GET /api/agents/upload`
pub async fn connect(
    request: HttpRequest,
    body: web::Payload,
    gateway: web::Data<Gateway>,
) -> actix_web::Result<HttpResponse> {
    let Some(agent) = handshake::agent(&request) else {
        let name = AGENT_HEADER;
        return Err(ErrorBadRequest(format!(
            "this address is a WebSocket of agents: {name} must name the agent"
        )));
    };
    let opened = match handshake::open(&gateway, &request, body, MAX_BULK_BYTES)? {
        Ok(opened) => opened,
        Err(refused) => return Ok(refused),
    };
    let Opened { response, session, stream, peer } = opened;
    let sender = Sender { agent, identity: peer.identity.clone() };
    let place = gateway.inner.bulk_places.enter(&sender);
    let bulk = Bulk {
        gateway: gateway.get_ref().clone(),
        sender,
        peer,
        place,
        uploads: HashMap::new(),
        finishing: FuturesUnordered::new(),
    };
    actix_web::rt::spawn(bulk.serve(session, stream));
    Ok(response)
}

struct Bulk {
    gateway: Gateway,
    sender: Sender,
    peer: Peer,
    place: Place,
    uploads: HashMap<u32, Receiving>,
    /// Files that are whole and are being checked. Tasks of their own: they go on when the socket is gone.
    finishing: FuturesUnordered<JoinHandle<BulkToAgent>>,
}

/// A message of the protocol does not come on this socket any more.
struct Ended;

impl Bulk {
    async fn serve(mut self, mut session: Session, mut stream: MessageStream) {
        let _open = Open::new("bulk");
        let leaving = self.gateway.inner.leaving.clone();
        let session_end = self.gateway.session_end();
        let mut ping = tokio::time::interval_at(Instant::now() + PING, PING);
        let mut heard = Instant::now();
        loop {
            let answer = tokio::select! {
                () = leaving.cancelled() => break,
                () = session_end.cancelled() => return drop(session.close(None).await),
                () = self.peer.identity.revoked() => break,
                () = self.place.superseded() => break,
                () = tokio::time::sleep_until(heard + SILENCE) => break,
                _ = ping.tick() => {
                    if session.ping(b"").await.is_err() { break }
                    continue;
                }
                Some(finished) = self.finishing.next() => match finished {
                    Ok(answer) => Some(answer),
                    // It panicked; the agent will announce the file again.
                    Err(_) => break,
                },
                message = stream.next() => {
                    heard = Instant::now();
                    match self.hear(message, &mut session).await {
                        Ok(answer) => answer,
                        Err(Ended) => break,
                    }
                }
            };
            if let Some(answer) = answer
                && send(&mut session, &answer).await.is_err()
            {
                break;
            }
        }
        // Kept first: the agent may be announcing its files to another replica already.
        join_all(self.uploads.into_values().map(Receiving::keep)).await;
        close(session).await;
    }

    /// Takes what came on the socket.
    async fn hear(
        &mut self,
        message: Option<Result<Message, ProtocolError>>,
        session: &mut Session,
    ) -> Result<Option<BulkToAgent>, Ended> {
        match message {
            Some(Ok(Message::Binary(bytes))) => match decode::<BulkFromAgent>(&bytes) {
                Ok(message) => Ok(self.take(message).await),
                Err(DecodeError::Unknown(name)) => {
                    warn!(message.name = %name, "An agent sent {name:?}, which this version does not know");
                    Ok(None)
                }
                Err(error) => {
                    warn!(%error, "An agent sent what is no message: {error}");
                    Err(Ended)
                }
            },
            Some(Ok(Message::Ping(bytes))) => {
                pong(session, &bytes);
                Ok(None)
            }
            Some(Ok(Message::Pong(_) | Message::Nop)) => Ok(None),
            _ => Err(Ended),
        }
    }

    async fn take(&mut self, message: BulkFromAgent) -> Option<BulkToAgent> {
        match message {
            BulkFromAgent::Begin { upload, job, token, index, part, bytes, sha256 } => {
                let lease = HeldLease { job, token };
                // The same number again begins anew, with what came so far.
                if let Some(earlier) = self.uploads.remove(&upload) {
                    earlier.keep().await;
                }
                if self.uploads.len() + self.finishing.len() >= MAX_UPLOADS {
                    return Some(refused(upload, lease, RefusedCode::Unavailable));
                }
                let file = ResultFile { job, token: &token, index, part, sha256: &sha256 };
                let next =
                    Receiving::begin(self.gateway.clone(), self.sender.clone(), upload, lease, &file, bytes)
                        .await;
                self.go_on(upload, next)
            }
            BulkFromAgent::Chunk { upload, offset, bytes } => {
                measure::received("result", bytes.len());
                // Chunks of a refused file may still be on their way.
                let receiving = self.uploads.remove(&upload)?;
                let next = receiving.take(offset, &bytes.into()).await;
                self.go_on(upload, next)
            }
            BulkFromAgent::Preview { job, token, seq, content_type, bytes, .. } => {
                measure::received("preview", bytes.len());
                let fits = bytes.len() <= MAX_PREVIEW_BYTES && content_type == "image/webp";
                if fits && let Err(error) = self.preview(HeldLease { job, token }, seq, &bytes).await {
                    debug!(job.id = %job, %error, "A preview was not kept: {error}");
                }
                None
            }
        }
    }

    fn go_on(&mut self, upload: u32, next: Next) -> Option<BulkToAgent> {
        match next {
            Next::Say(receiving, answer) => {
                self.uploads.insert(upload, receiving);
                Some(answer)
            }
            Next::Whole(receiving) => {
                self.finishing.push(actix_web::rt::spawn(receiving.finish()));
                None
            }
            Next::Over(answer) => Some(answer),
        }
    }

    async fn preview(&self, lease: HeldLease, seq: u64, bytes: &[u8]) -> Result<(), StoreError> {
        self.gateway.inner.store.preview(self.sender.speaker(), &lease, seq, bytes).await.map(|_| ())
    }
}
