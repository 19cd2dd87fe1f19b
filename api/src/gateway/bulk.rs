//! The bulk socket of an agent: previews and result files.

use std::{collections::HashMap, time::Duration};

use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{Message, MessageStream, Session};
use bytes::Bytes;
use futures_util::StreamExt as _;
use spool_shared::{
    ids::AgentId,
    protocol::{
        AGENT_HEADER, BulkFromAgent, BulkToAgent, DecodeError, HeldLease, MAX_BULK_BYTES, MAX_PREVIEW_BYTES,
        RefusedCode, WINDOW_BYTES, decode, encode,
    },
};
use tokio::time::Instant;
use tracing::{debug, info, warn};

use super::{
    Gateway,
    handshake::{self, Opened, Peer},
    outcome::MAX_FILE_BYTES,
};
use crate::{
    measure::{self, Open},
    storage::{ResultFile, Upload, UploadError},
    store::{Speaker, StoreError},
};

/// How many files one agent may send at once: one for each of its slots would be enough.
const MAX_UPLOADS: usize = 64;
/// How long the socket may take to take a message.
const SEND: Duration = Duration::from_secs(10);
/// How often a quiet socket is pinged, so that no proxy closes it.
const PING: Duration = Duration::from_secs(15);
/// A socket that answers no ping for this long is gone.
const SILENCE: Duration = Duration::from_secs(35);

/// `GET /api/agents/upload`
pub(super) async fn connect(
    request: HttpRequest,
    body: web::Payload,
    gateway: web::Data<Gateway>,
) -> actix_web::Result<HttpResponse> {
    let Some(agent) = handshake::agent(&request) else {
        return Ok(HttpResponse::BadRequest().body(format!("{AGENT_HEADER} must name the agent")));
    };
    let opened = match handshake::open(&gateway, &request, body, MAX_BULK_BYTES)? {
        Ok(opened) => opened,
        Err(refused) => return Ok(refused),
    };
    let Opened { response, session, stream, peer } = opened;
    let bulk = Bulk { gateway: gateway.get_ref().clone(), agent, peer, uploads: HashMap::new() };
    actix_web::rt::spawn(bulk.serve(session, stream));
    Ok(response)
}

struct Bulk {
    gateway: Gateway,
    agent: AgentId,
    peer: Peer,
    uploads: HashMap<u32, Receiving>,
}

/// A file on its way in.
struct Receiving {
    lease: HeldLease,
    sha256: String,
    bytes: u64,
    upload: Upload,
    /// The offset up to which the lease was found valid.
    checked: u64,
}

impl Bulk {
    async fn serve(mut self, mut session: Session, mut stream: MessageStream) {
        let _open = Open::new("bulk");
        let leaving = self.gateway.inner.leaving.clone();
        let session_end = self.gateway.session_end();
        let mut ping = tokio::time::interval_at(Instant::now() + PING, PING);
        let mut heard = Instant::now();
        loop {
            let message = tokio::select! {
                () = leaving.cancelled() => break,
                () = session_end.cancelled() => break,
                () = self.peer.identity.revoked() => break,
                () = tokio::time::sleep_until(heard + SILENCE) => break,
                _ = ping.tick() => {
                    if session.ping(b"").await.is_err() { break }
                    continue;
                }
                message = stream.next() => message,
            };
            heard = Instant::now();
            match message {
                Some(Ok(Message::Binary(bytes))) => match decode::<BulkFromAgent>(&bytes) {
                    Ok(message) => {
                        if let Some(answer) = self.take(message).await
                            && send(&mut session, &answer).await.is_err()
                        {
                            break;
                        }
                    }
                    Err(DecodeError::Unknown(name)) => {
                        warn!(message.name = %name, "An agent sent {name:?}, which this version does not know");
                    }
                    Err(error) => {
                        warn!(%error, "An agent sent what is no message: {error}");
                        break;
                    }
                },
                Some(Ok(Message::Ping(bytes))) => drop(session.pong(&bytes).await),
                Some(Ok(Message::Pong(_) | Message::Nop)) => {}
                _ => break,
            }
        }
        // What was not whole is dropped, and leaves nothing behind.
        session.close(None).await.ok();
    }

    async fn take(&mut self, message: BulkFromAgent) -> Option<BulkToAgent> {
        match message {
            BulkFromAgent::Begin { upload, job, token, index, part, bytes, sha256 } => {
                let lease = HeldLease { job, token };
                let file = ResultFile { job, token: &token, index, part, sha256: &sha256 };
                Some(match self.begin(upload, lease, &file, bytes).await {
                    Ok(answer) => answer,
                    Err(code) => refused(upload, lease, code),
                })
            }
            BulkFromAgent::Chunk { upload, offset, bytes } => {
                measure::received("result", bytes.len());
                self.chunk(upload, offset, bytes.into()).await
            }
            BulkFromAgent::Preview { job, token, seq, content_type, bytes, .. } => {
                let fits = bytes.len() <= MAX_PREVIEW_BYTES && content_type == "image/webp";
                if fits && let Err(error) = self.preview(HeldLease { job, token }, seq, &bytes).await {
                    debug!(job.id = %job, %error, "A preview was not kept: {error}");
                }
                None
            }
        }
    }

    async fn preview(&self, lease: HeldLease, seq: u64, bytes: &[u8]) -> Result<(), StoreError> {
        self.gateway.inner.store.preview(self.speaker(), &lease, seq, bytes).await.map(|_| ())
    }

    async fn begin(
        &mut self,
        upload: u32,
        lease: HeldLease,
        file: &ResultFile<'_>,
        bytes: u64,
    ) -> Result<BulkToAgent, RefusedCode> {
        // The same number again begins anew.
        self.uploads.remove(&upload);
        if bytes > MAX_FILE_BYTES || self.uploads.len() >= MAX_UPLOADS {
            return Err(RefusedCode::TooLarge);
        }
        self.holds(&lease).await?;
        let storage = &self.gateway.inner.storage;
        let path = file.path().map_err(|_| RefusedCode::Corrupt)?;
        // Stored before the connection broke: its name says that its hash was right.
        if storage.size(&path).await.is_ok_and(|size| size == bytes) {
            return Ok(BulkToAgent::Stored { upload });
        }
        let writer = storage.begin(&path).await.map_err(|error| unavailable(&error))?;
        let sha256 = file.sha256.to_owned();
        self.uploads.insert(upload, Receiving { lease, sha256, bytes, upload: writer, checked: 0 });
        if bytes == 0 {
            return Ok(self.finish(upload).await);
        }
        Ok(BulkToAgent::Have { upload, offset: 0 })
    }

    async fn chunk(&mut self, upload: u32, offset: u64, bytes: Bytes) -> Option<BulkToAgent> {
        // Chunks of a refused file may still be on their way.
        let receiving = self.uploads.get_mut(&upload)?;
        let have = receiving.upload.written();
        if offset != have || have + bytes.len() as u64 > receiving.bytes {
            return Some(BulkToAgent::Have { upload, offset: have });
        }
        let lease = receiving.lease;
        if let Err(error) = receiving.upload.write(bytes).await {
            self.uploads.remove(&upload);
            return Some(refused(upload, lease, unavailable(&error)));
        }
        let have = receiving.upload.written();
        let whole = have == receiving.bytes;
        if whole || have - receiving.checked >= u64::from(WINDOW_BYTES) {
            receiving.checked = have;
            if let Err(code) = self.holds(&lease).await {
                self.uploads.remove(&upload);
                return Some(refused(upload, lease, code));
            }
        }
        Some(if whole { self.finish(upload).await } else { BulkToAgent::Have { upload, offset: have } })
    }

    async fn finish(&mut self, upload: u32) -> BulkToAgent {
        let Some(receiving) = self.uploads.remove(&upload) else {
            return BulkToAgent::Refused { upload, code: RefusedCode::Unavailable };
        };
        let Receiving { lease, sha256, bytes, upload: writer, .. } = receiving;
        match writer.commit(&sha256, bytes).await {
            Ok(()) => BulkToAgent::Stored { upload },
            Err(UploadError::Storage(error)) => refused(upload, lease, unavailable(&error)),
            Err(UploadError::Hash | UploadError::Length { .. }) => {
                refused(upload, lease, RefusedCode::Corrupt)
            }
        }
    }

    fn speaker(&self) -> Speaker<'_> {
        Speaker { agent: self.agent, identity: self.peer.identity.name() }
    }

    /// A token that is not valid any more, or another agent's, writes nothing.
    async fn holds(&self, lease: &HeldLease) -> Result<(), RefusedCode> {
        match self.gateway.inner.store.holds(self.speaker(), lease).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(RefusedCode::Stale),
            Err(error) => {
                warn!(%error, "A lease could not be checked: {error}");
                Err(RefusedCode::Unavailable)
            }
        }
    }
}

fn unavailable(error: &crate::storage::StorageError) -> RefusedCode {
    warn!(%error, "A result could not be stored: {error}");
    RefusedCode::Unavailable
}

fn refused(upload: u32, lease: HeldLease, code: RefusedCode) -> BulkToAgent {
    info!(job.id = %lease.job, refused.code = %code, "Refused a file of job {}: {code}", lease.job);
    BulkToAgent::Refused { upload, code }
}

/// The socket does not take any more.
struct Closed;

async fn send(session: &mut Session, message: &BulkToAgent) -> Result<(), Closed> {
    let bytes = encode(message).map_err(|_| Closed)?;
    // A peer that does not read must not hold up what it says, or its silence would never be noticed.
    match tokio::time::timeout(SEND, session.binary(bytes)).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(Closed),
    }
}
