//! The control socket of an agent, from hello to the end.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{Message, MessageStream, Session};
use futures_util::StreamExt as _;
use spool_faults::{Point, pass};
use spool_shared::{
    ids::{AgentId, Nonce},
    protocol::{
        AgentCard, CHUNK_BYTES, DecodeError, FromAgent, HeldLease, MAX_CONTROL_BYTES, Offer, ToAgent,
        VERSION, WINDOW_BYTES, decode,
    },
};
use tokio::{
    sync::mpsc,
    time::{Instant, timeout},
};
use tracing::{Instrument as _, info, info_span, warn};

use super::{
    Gateway, admission, card,
    chains::{Chains, Overflow},
    flood::Flood,
    goodbye::Goodbye,
    handshake::{self, Opened, Peer},
    inbound,
    sending::{Closed, close, pong, send},
};
use crate::{
    measure::Open,
    store::{Greeting, Presence, StoreError, Welcome},
};

/// How long an agent may take to say hello.
const HELLO: Duration = Duration::from_secs(5);
/// How long a goodbye waits for its record in the store.
const RECORD: Duration = Duration::from_secs(1);
/// How often a quiet socket is pinged, so that no proxy closes it.
const PING: Duration = Duration::from_secs(15);

/// `GET /api/agents/connect`
pub async fn connect(
    request: HttpRequest,
    body: web::Payload,
    gateway: web::Data<Gateway>,
) -> actix_web::Result<HttpResponse> {
    let opened = match handshake::open(&gateway, &request, body, MAX_CONTROL_BYTES)? {
        Ok(opened) => opened,
        Err(refused) => return Ok(refused),
    };
    let gateway = gateway.get_ref().clone();
    let Opened { mut response, session, stream, peer } = opened;
    handshake::tell_terms(&mut response, gateway.inner.oldest_agent.as_ref());
    actix_web::rt::spawn(async move { serve(gateway, peer, session, stream).await });
    Ok(response)
}

/// What a hello says.
struct Hello {
    agent: AgentCard,
    offers: Vec<Offer>,
    slots: u32,
    leases: Vec<HeldLease>,
}

async fn serve(gateway: Gateway, peer: Peer, mut session: Session, mut stream: MessageStream) {
    let said = tokio::select! {
        said = tokio::time::timeout(HELLO, hello(&mut stream)) => said,
        () = peer.identity.revoked() => Ok(Err(Goodbye::revoked())),
    };
    let said = said.unwrap_or_else(|_| Err(Goodbye::protocol("no hello within five seconds")));
    let admitted = said.and_then(|hello| {
        admission::admit(&hello.agent.version, gateway.inner.oldest_agent.as_ref())
            .map_err(|sentence| Goodbye::new("agent_too_old", sentence))?;
        Ok(hello)
    });
    let hello = match admitted {
        Ok(hello) => hello,
        Err(goodbye) => return part(session, goodbye).await,
    };
    let span = info_span!("agent", agent.id = %hello.agent.id, agent.name = %hello.agent.name);
    async {
        let _open = Open::new("agent");
        let nonce = Nonce::from_random(rand::random());
        let agent = hello.agent.id;
        // Entered first: the scheduler may hand out a job the moment the store knows of the agent.
        let outbox = gateway.inner.agents.enter(agent, nonce);
        let end = match welcome(&gateway, nonce, peer.identity.name(), &hello).await {
            Ok(Ok(welcome)) => {
                info!(
                    slots = hello.slots,
                    "Agent {} is connected with {} slots", hello.agent.name, hello.slots
                );
                gateway.inner.bell.ring();
                let slots = hello.slots;
                let connection = Connection { gateway: gateway.clone(), agent, nonce, slots };
                match send(&mut session, &welcome).await {
                    Ok(()) => connection.run(&peer, &mut session, &mut stream, outbox).await,
                    Err(Closed) => End::Lost,
                }
            }
            Ok(Err(goodbye)) => End::Refused(goodbye),
            Err(error) => {
                warn!(%error, "The agent could not be greeted: {error}");
                End::Parted(Some(Goodbye::unavailable()))
            }
        };
        gateway.inner.agents.leave(nonce);
        conclude(&gateway, agent, nonce, session, end).await;
    }
    .instrument(span)
    .await;
}

/// How a connection ended.
enum End {
    /// The socket closed or broke, or fell silent.
    Lost,
    /// The agent left on purpose.
    Bye,
    /// Its token is not valid any more: its jobs go on elsewhere.
    Revoked,
    /// The server ended it; no grace begins, the agent keeps its leases.
    Parted(Option<Goodbye>),
    /// The agent was never let in.
    Refused(Goodbye),
}

/// Recorded first: nothing new goes to the agent from then on, whether it reads what it is told or not.
async fn conclude(gateway: &Gateway, agent: AgentId, nonce: Nonce, session: Session, end: End) {
    match recorded(gateway, agent, nonce, &end).await {
        // The reaper finds out by itself, and what is handed out meanwhile goes back when the agent is connected again.
        Err(error) => warn!(%error, "The end of the connection could not be recorded: {error}"),
        // It was never there, and held nothing.
        Ok(()) if matches!(end, End::Refused(_)) => {}
        Ok(()) => gateway.inner.bell.ring(),
    }
    match end {
        End::Lost => info!("The connection to the agent closed"),
        End::Bye => info!("The agent left"),
        End::Revoked => return part(session, Goodbye::revoked()).await,
        End::Parted(Some(goodbye)) | End::Refused(goodbye) => return part(session, goodbye).await,
        End::Parted(None) => {}
    }
    close(session).await;
}

async fn recorded(gateway: &Gateway, agent: AgentId, nonce: Nonce, end: &End) -> Result<(), StoreError> {
    let store = &gateway.inner.store;
    let buried = async || store.bury(agent, Some(nonce)).await.map(|_| ());
    match end {
        End::Lost => store.closed(agent, nonce, Some(gateway.inner.times.grace)).await,
        End::Bye => buried().await,
        // The agent waits for its goodbye.
        End::Revoked => timeout(RECORD, buried()).await.unwrap_or(Ok(())),
        End::Parted(_) => timeout(RECORD, store.closed(agent, nonce, None)).await.unwrap_or(Ok(())),
        End::Refused(_) => Ok(()),
    }
}

async fn hello(stream: &mut MessageStream) -> Result<Hello, Goodbye> {
    let said = loop {
        match stream.next().await {
            Some(Ok(Message::Binary(bytes))) => break decode::<FromAgent>(&bytes),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            _ => return Err(Goodbye::protocol("the first message must be a binary hello")),
        }
    };
    match said {
        Ok(FromAgent::Hello { protocol, .. }) if protocol != VERSION => {
            let message = format!("this server speaks protocol {VERSION}, the agent {protocol}");
            Err(Goodbye::protocol(message))
        }
        Ok(FromAgent::Hello { agent, offers, slots, leases, .. }) => {
            card::check(&agent, &offers, slots, &leases).map_err(Goodbye::protocol)?;
            Ok(Hello { agent, offers, slots, leases })
        }
        Ok(_) => Err(Goodbye::protocol("the first message must be hello")),
        Err(error) => Err(Goodbye::protocol(error.to_string())),
    }
}

async fn welcome(
    gateway: &Gateway,
    nonce: Nonce,
    identity: &str,
    hello: &Hello,
) -> Result<Result<ToAgent, Goodbye>, StoreError> {
    let inner = &gateway.inner;
    let Hello { agent, offers, slots, leases } = hello;
    let presence = Presence { nonce, identity, card: agent, offers, slots: *slots, held: leases };
    let Welcome { requeued, keep, drop } = match inner.store.hello(&presence).await? {
        Greeting::Duplicate => return Ok(Err(Goodbye::duplicate())),
        Greeting::Welcome(welcome) => welcome,
    };
    pass(Point::ApiGreeted);
    if requeued > 0 {
        info!(jobs = requeued, "{requeued} jobs that the agent no longer holds go on elsewhere");
    }
    let ms = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    Ok(Ok(ToAgent::Welcome {
        session: inner.store.session(),
        heartbeat_ms: ms(inner.times.heartbeat),
        dead_after_ms: ms(inner.times.dead),
        chunk_bytes: CHUNK_BYTES,
        window_bytes: WINDOW_BYTES,
        keep,
        drop,
    }))
}

/// A greeted agent.
struct Connection {
    gateway: Gateway,
    agent: AgentId,
    nonce: Nonce,
    slots: u32,
}

impl Connection {
    async fn run(
        &self,
        peer: &Peer,
        session: &mut Session,
        stream: &mut MessageStream,
        mut outbox: mpsc::Receiver<ToAgent>,
    ) -> End {
        let handler = inbound::Handler::new(self.gateway.clone(), self.agent, self.nonce);
        let mut chains = Chains::new(handler.clone().about_jobs());
        let leaving = self.gateway.inner.leaving.clone();
        let session_end = self.gateway.session_end();
        let mut ping = tokio::time::interval_at(Instant::now() + PING, PING);
        let mut heard = Instant::now();
        let mut flood = Flood::new(self.slots, heard.into_std());
        let end = loop {
            if handler.is_struck_out() {
                break End::Parted(Some(Goodbye::foreign_leases()));
            }
            tokio::select! {
                biased;
                () = leaving.cancelled() => break End::Parted(Some(Goodbye::restarting())),
                () = session_end.cancelled() => break End::Parted(Some(Goodbye::another_session())),
                () = peer.identity.revoked() => break End::Revoked,
                message = outbox.recv() => match message {
                    Some(message) => {
                        let parting = matches!(message, ToAgent::Goodbye { .. });
                        if send(session, &message).await.is_err() { break End::Lost }
                        if parting { break End::Parted(None) }
                    }
                    None => break End::Lost,
                },
                // No pattern here: a message without an answer must not put this branch to rest until another one
                // is ready, for the next message about the same job is handled in it.
                answer = chains.next() => if let Some(answer) = answer && send(session, &answer).await.is_err() {
                    break End::Lost;
                },
                message = stream.next() => {
                    heard = Instant::now();
                    if !flood.admits(heard.into_std()) { break End::Parted(Some(Goodbye::flood())) }
                    match self.take(message, session, &handler, &mut chains).await {
                        Ok(()) => {}
                        Err(end) => break end,
                    }
                }
                _ = ping.tick() => if session.ping(b"").await.is_err() { break End::Lost },
                () = tokio::time::sleep_until(heard + self.gateway.inner.times.dead) => break End::Lost,
            }
        };
        chains.finish().await;
        end
    }

    /// Takes one WebSocket message.
    async fn take<H>(
        &self,
        message: Option<Result<Message, actix_ws::ProtocolError>>,
        session: &mut Session,
        handler: &inbound::Handler,
        chains: &mut Chains<H>,
    ) -> Result<(), End>
    where
        H: Fn(spool_shared::ids::JobId, FromAgent) -> inbound::Handling,
    {
        let bytes = match message {
            Some(Ok(Message::Binary(bytes))) => bytes,
            Some(Ok(Message::Ping(bytes))) => {
                pong(session, &bytes);
                return Ok(());
            }
            Some(Ok(Message::Pong(_) | Message::Nop)) => return Ok(()),
            Some(Ok(Message::Text(_) | Message::Continuation(_))) => {
                return Err(End::Parted(Some(Goodbye::protocol("messages are whole and binary"))));
            }
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Lost),
        };
        let message = match decode::<FromAgent>(&bytes) {
            Ok(message) => message,
            Err(DecodeError::Unknown(name)) => {
                warn!(message.name = %name, "The agent sent {name:?}, which this version does not know");
                return Ok(());
            }
            Err(error) => return Err(End::Parted(Some(Goodbye::protocol(error.to_string())))),
        };
        match inbound::subject(&message) {
            Some(job) => {
                chains.push(job, message).map_err(|Overflow| End::Parted(Some(Goodbye::flood())))?;
            }
            None if listed(&message) > card::MAX_LEASES => {
                return Err(End::Parted(Some(Goodbye::protocol(card::too_many_leases()))));
            }
            None => match handler.about_itself(message, |job| chains.is_busy(job)).await {
                inbound::Answer::Say(answer) => send(session, &answer).await.map_err(|_| End::Lost)?,
                inbound::Answer::Nothing => {}
                inbound::Answer::Bye => return Err(End::Bye),
                // Presence ended, for silence or a newer connection: the agent has to introduce itself again.
                inbound::Answer::Unknown => return Err(End::Parted(Some(Goodbye::unknown()))),
            },
        }
        Ok(())
    }
}

/// How many leases a message about the agent itself lists.
fn listed(message: &FromAgent) -> usize {
    match message {
        FromAgent::Heartbeat { leases, .. } => leases.len(),
        _ => 0,
    }
}

async fn part(mut session: Session, goodbye: Goodbye) {
    let Goodbye { code, message, retry_after } = goodbye;
    info!(goodbye.code = code, "Goodbye to the agent: {message}");
    let retry_after_ms = u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX);
    send(&mut session, &ToAgent::Goodbye { retry_after_ms, code: code.to_owned(), message }).await.ok();
    close(session).await;
}
