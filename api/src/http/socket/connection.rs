//! One browser's socket, from the handshake to its end.

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    body::MessageBody as _,
    web::{Data, Payload},
};
use actix_ws::{CloseCode, CloseReason, Message, MessageStream, ProtocolError, Session};
use futures_util::{FutureExt as _, StreamExt as _};
use spool_shared::ids::JobId;
use tokio::time::{Instant, sleep_until};
use tracing::{debug, warn};

use super::{
    super::{
        caller::Caller,
        problem::{Code, Problem},
    },
    body::Body,
    frame::Frame,
    from_browser::{FromBrowser, MAX_FRAME, MAX_WATCHED, Patience, VERSION},
    outbox::Outbox,
    room::Seat,
    to_browser::ToBrowser,
};
use crate::{admission, app::App, frames, measure::Open};

/// How long a browser may take to say hello.
const HELLO: Duration = Duration::from_secs(5);
/// How long the library may take to take the close frame.
const CLOSE: Duration = Duration::from_secs(2);
/// Heartbeats after which a browser that says nothing is gone, or one that reads nothing.
const SILENT_BEATS: u32 = 3;
const BEHIND_BEATS: u32 = 2;

/// `GET /api/ws`
pub(crate) async fn connect(
    app: Data<App>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let place = caller.enter(&app)?;
    let (response, session, stream) = frames::bounded(&request, payload, MAX_FRAME)
        .and_then(|payload| actix_ws::handle(&request, payload))
        .map_err(|error| Problem::new(Code::BadRequest, format!("this address is a WebSocket: {error}")))?;
    let stream = stream.max_frame_size(MAX_FRAME);
    let outbox = Arc::new(Outbox::default());
    let response = response.map_body(|_, control| Body::new(control, outbox.clone()).boxed());
    let connection = Connection { app, caller, outbox, _place: place, _open: Open::new("browser") };
    actix_web::rt::spawn(connection.serve(session, stream));
    Ok(response)
}

struct Connection {
    app: Data<App>,
    caller: Caller,
    outbox: Arc<Outbox>,
    /// Held as long as the socket is open.
    _place: admission::Seat,
    _open: Open,
}

/// Why a connection ends.
enum End {
    /// The browser left, or the network.
    Gone,
    Closed(CloseReason),
}

impl End {
    fn because(code: u16, reason: &str) -> Self {
        Self::Closed(CloseReason { code: CloseCode::from(code), description: Some(reason.to_owned()) })
    }

    fn restarting() -> Self {
        Self::because(4003, "the server restarts; come back at once")
    }

    fn revoked() -> Self {
        Self::because(4001, "the key is not valid any more")
    }

    fn silent() -> Self {
        Self::because(1008, "nothing was heard for three heartbeats; send a ping at each")
    }
}

impl Connection {
    async fn serve(self, mut session: Session, mut stream: MessageStream) {
        let end = match self.greet(&mut session, &mut stream).await {
            Ok(seat) => self.talk(&seat, &mut session, &mut stream).await,
            Err(end) => end,
        };
        let reason = match end {
            End::Gone => None,
            End::Closed(reason) => {
                debug!("A browser's socket ends: {}", reason.description.as_deref().unwrap_or_default());
                Some(reason)
            }
        };
        // A browser that does not read takes no close frame either; the kernel gives it up.
        tokio::time::timeout(CLOSE, session.close(reason)).await.ok();
    }

    /// Waits for a hello and answers it.
    async fn greet(&self, session: &mut Session, stream: &mut MessageStream) -> Result<Seat, End> {
        let late = Instant::now() + HELLO;
        let (v, resume) = loop {
            let message = tokio::select! {
                () = self.app.stopping.cancelled() => return Err(End::restarting()),
                () = self.caller.revoked() => return Err(End::revoked()),
                () = sleep_until(late) => return Err(End::because(1008, "no hello within five seconds")),
                message = stream.next() => message,
            };
            match read(session, message)? {
                Some(FromBrowser::Hello { v, resume }) => break (v, resume),
                None => {}
                Some(_) => return Err(End::because(1008, "the first message must be hello")),
            }
        };
        if v != VERSION {
            return Err(End::because(4002, "this server speaks version 1; load the page again"));
        }
        let browsers = &self.app.browsers;
        let hb_ms = u64::try_from(browsers.beat().as_millis()).unwrap_or(u64::MAX);
        let welcome = ToBrowser::Welcome { v, hb_ms, session: browsers.store().session() };
        self.outbox.answer(Frame::json(&welcome));
        // Whatever is no position of ours leads to a snapshot.
        let resume = resume.and_then(|position| position.parse().ok());
        Ok(browsers.enter(&self.caller, self.outbox.clone(), resume))
    }

    /// Hears a browser that was welcomed, until one of both ends it.
    async fn talk(&self, seat: &Seat, session: &mut Session, stream: &mut MessageStream) -> End {
        let beat = self.app.browsers.beat();
        let mut looks = tokio::time::interval(beat);
        let mut heard = Instant::now();
        let mut patience = Patience::new(heard);
        loop {
            let message = tokio::select! {
                () = self.app.stopping.cancelled() => return End::restarting(),
                () = self.caller.revoked() => return End::revoked(),
                () = sleep_until(heard + beat * SILENT_BEATS) => return End::silent(),
                _ = looks.tick() => {
                    if self.outbox.behind_since().is_some_and(|since| since.elapsed() > beat * BEHIND_BEATS) {
                        return End::because(1013, "too slow; come back later");
                    }
                    continue;
                }
                message = stream.next() => message,
            };
            heard = Instant::now();
            if !patience.allows(heard) {
                return End::because(1008, "too many messages");
            }
            match read(session, message) {
                Ok(Some(FromBrowser::Ping {})) => seat.beat(),
                Ok(Some(FromBrowser::Watch { ids })) => self.watch(seat, &ids).await,
                Ok(Some(FromBrowser::Hello { .. } | FromBrowser::Unknown) | None) => {}
                Err(end) => return end,
            }
        }
    }

    /// Shows previews of these jobs, as far as they are the caller's.
    async fn watch(&self, seat: &Seat, ids: &[String]) {
        let ids: Vec<JobId> = ids.iter().take(MAX_WATCHED).filter_map(|id| id.parse().ok()).collect();
        match self.app.store.owned(self.caller.owner(), &ids).await {
            Ok(own) => seat.watch(own),
            Err(error) => warn!(%error, "A browser watches nothing new: {error}"),
        }
    }
}

/// What a WebSocket message says, if anything.
fn read(
    session: &mut Session,
    message: Option<Result<Message, ProtocolError>>,
) -> Result<Option<FromBrowser>, End> {
    match message {
        Some(Ok(Message::Text(text))) => serde_json::from_str(&text)
            .map(Some)
            .map_err(|_| End::because(1007, "a message is a JSON object with its name in t")),
        Some(Ok(Message::Ping(bytes))) => {
            // Whoever does not read its answers gets no more of them.
            session.pong(&bytes).now_or_never();
            Ok(None)
        }
        Some(Ok(Message::Pong(_) | Message::Nop)) => Ok(None),
        Some(Ok(Message::Binary(_) | Message::Continuation(_))) => {
            Err(End::because(1003, "messages are whole and text"))
        }
        Some(Err(error)) if frames::is_too_large(&error) => {
            Err(End::because(1009, "a message has at most 4096 bytes"))
        }
        Some(Ok(Message::Close(_)) | Err(_)) | None => Err(End::Gone),
    }
}
