//! The control socket: hello, welcome, heartbeats, and a new connection whenever one ends.

use std::time::Duration;

use futures_util::{
    SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use spool_faults::{Point, pass};
use spool_shared::protocol::{DecodeError, FromAgent, MAX_CONTROL_BYTES, ToAgent, decode, encode};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;
use tracing::{error, info, trace, warn};

use super::{
    bulk::BulkHandle,
    dial::{DialError, Dialer, OPENED_WHILE_HOLDING, OPENED_WITHIN, Socket},
    outbox::{Next, Outbox},
    redial::{Ended, Redial, needs_a_person},
};
use crate::{
    event::{Event, Events},
    tasks::Tasks,
};

/// From the open socket to `welcome`.
const WELCOMED_WITHIN: Duration = Duration::from_secs(10);
/// The share of the time after which the API takes a silent agent for dead, within which it must have answered a
/// heartbeat. What is left of that time is enough to reach another replica twice.
const ANSWERED_WITHIN: f64 = 0.6;
/// For everything up to `bye` to be said once the agent ends.
const LAST_WORDS_WITHIN: Duration = Duration::from_secs(3);
/// The longest span that the API may ask for.
const LONGEST: Duration = Duration::from_hours(1);
/// For the API to close its side after `bye`.
const CLOSES_WITHIN: Duration = Duration::from_secs(1);

/// Keeps a control socket open until the outbox is closed.
#[derive(Debug)]
pub struct Control {
    pub dialer: Dialer,
    pub outbox: Outbox,
    pub bulk: BulkHandle,
    pub events: Events,
    pub tasks: Tasks,
}

/// The clocks of one connection.
struct Clocks {
    opened: Instant,
    /// When the API last said `welcome` or answered a heartbeat. Pings are no sign that it still knows of this agent:
    /// a replica that has lost Redis goes on sending them.
    known: Instant,
    /// How long that holds.
    patience: Duration,
    /// `None` until `welcome`.
    beat: Option<(Instant, Duration)>,
}

impl Control {
    pub async fn run(self) {
        let mut redial = Redial::new();
        loop {
            let ended = self.connect().await;
            self.bulk.set_up(false);
            if matches!(ended, Ended::Left) || self.outbox.closing() {
                return;
            }
            let holding = self.outbox.holding();
            let delay = redial.delay(&ended, holding, rand::random());
            tell(&ended, holding, delay);
            tokio::select! {
                () = sleep(delay) => {}
                () = self.outbox.closed() => return,
                () = self.tasks.ending() => return,
            }
        }
    }

    /// One connection, from dialing to its end.
    async fn connect(&self) -> Ended {
        let url = self.dialer.address.control();
        let within = if self.outbox.holding() { OPENED_WHILE_HOLDING } else { OPENED_WITHIN };
        let dialed = tokio::select! {
            dialed = self.dialer.dial(&url, MAX_CONTROL_BYTES, within) => dialed,
            () = self.outbox.closed() => return Ended::Left,
        };
        let socket = match dialed {
            Ok(socket) => socket,
            Err(error) => return Ended::NotOpened(error),
        };
        self.outbox.reset();
        self.events.tell(Event::LinkOpened).await;
        let (sink, mut stream) = socket.split();
        let ended = tokio::select! {
            ended = self.listen(&mut stream) => ended,
            ended = self.talk(sink) => ended,
            () = self.overstayed() => Ended::Left,
        };
        if matches!(ended, Ended::Left) {
            let _ = timeout(CLOSES_WITHIN, async { while let Some(Ok(_)) = stream.next().await {} }).await;
        }
        self.events.tell(Event::LinkLost).await;
        ended
    }

    /// Resolves when what was to be said last should long have been said.
    async fn overstayed(&self) {
        self.tasks.ending().await;
        sleep(LAST_WORDS_WITHIN).await;
    }

    async fn talk(&self, mut sink: SplitSink<Socket, Message>) -> Ended {
        let opened = Instant::now();
        let lost = |why| Ended::Lost { why, lasted: opened.elapsed() };
        loop {
            let message = match self.outbox.next().await {
                Next::Say(message) => message,
                Next::Close => {
                    let _ = sink.close().await;
                    return Ended::Left;
                }
            };
            let bytes = match encode(&*message) {
                Ok(bytes) => bytes,
                Err(error) => return lost(format!("a message cannot be encoded: {error}")),
            };
            before_it_is_sent(&message);
            if let Err(error) = sink.send(Message::Binary(bytes.into())).await {
                return lost(error.to_string());
            }
            once_it_is_sent(&message);
        }
    }

    async fn listen(&self, stream: &mut SplitStream<Socket>) -> Ended {
        let now = Instant::now();
        let mut clocks = Clocks { opened: now, known: now, patience: WELCOMED_WITHIN, beat: None };
        loop {
            let beat_due = clocks.beat.map_or(now, |(due, _)| due);
            tokio::select! {
                message = stream.next() => {
                    let ended = match message {
                        Some(Ok(Message::Binary(bytes))) => self.on_bytes(&bytes, &mut clocks).await,
                        Some(Ok(Message::Close(_))) | None => Some("the API closed the socket".to_owned()).map(|why| clocks.lost(why)),
                        Some(Ok(_)) => None,
                        Some(Err(error)) => Some(clocks.lost(error.to_string())),
                    };
                    if let Some(ended) = ended {
                        return ended;
                    }
                }
                () = sleep_until(beat_due), if clocks.beat.is_some() => {
                    clocks.next_beat();
                    trace!("A heartbeat is due");
                    self.events.tell(Event::HeartbeatDue).await;
                }
                () = sleep_until(clocks.known + clocks.patience) => {
                    return clocks.lost(format!("no answer was heard for {} ms", clocks.patience.as_millis()));
                }
            }
        }
    }

    async fn on_bytes(&self, bytes: &[u8], clocks: &mut Clocks) -> Option<Ended> {
        let message = match decode::<ToAgent>(bytes) {
            Ok(message) => message,
            Err(DecodeError::Unknown(name)) => {
                warn!(name, "Ignored a message of an unknown kind");
                return None;
            }
            Err(error) => {
                return Some(clocks.lost(format!("the API said something that is no message: {error}")));
            }
        };
        if matches!(message, ToAgent::Done { .. }) {
            pass(Point::AgentDone);
        }
        match &message {
            ToAgent::Welcome { heartbeat_ms, dead_after_ms, chunk_bytes, window_bytes, .. } => {
                clocks.known = Instant::now();
                clocks.patience = span(*dead_after_ms).mul_f64(ANSWERED_WITHIN);
                clocks.beat = Some((Instant::now(), span(*heartbeat_ms)));
                clocks.next_beat();
                self.bulk.set_limits(*chunk_bytes, *window_bytes);
                self.bulk.set_up(true);
            }
            ToAgent::Goodbye { retry_after_ms, code, message } => {
                info!(code, message, "The API said goodbye");
                let lasted = clocks.opened.elapsed();
                let (code, message, welcomed) = (code.clone(), message.clone(), clocks.beat.is_some());
                let retry_after = span(*retry_after_ms);
                return Some(Ended::Goodbye { retry_after, code, message, lasted, welcomed });
            }
            _ if clocks.beat.is_none() => {
                return Some(clocks.lost("the API did not say welcome first".to_owned()));
            }
            ToAgent::Beat { .. } => clocks.known = Instant::now(),
            _ => {}
        }
        self.events.tell(Event::Said(message)).await;
        None
    }
}

impl Clocks {
    fn lost(&self, why: String) -> Ended {
        Ended::Lost { why, lasted: self.opened.elapsed() }
    }

    /// The next heartbeat is due after the interval ±10 %, so that agents do not beat in step.
    fn next_beat(&mut self) {
        if let Some((due, interval)) = &mut self.beat {
            *due = Instant::now() + interval.mul_f64(0.9 + 0.2 * rand::random::<f64>());
        }
    }
}

fn before_it_is_sent(message: &FromAgent) {
    match message {
        FromAgent::Accepted { .. } => pass(Point::AgentAssigned),
        FromAgent::Succeeded { .. } => pass(Point::AgentStored),
        _ => {}
    }
}

fn once_it_is_sent(message: &FromAgent) {
    match message {
        FromAgent::Accepted { .. } => pass(Point::AgentAccepted),
        FromAgent::Started { .. } => pass(Point::AgentStarted),
        FromAgent::Succeeded { .. } => pass(Point::AgentSucceeded),
        _ => {}
    }
}

/// What the API asks for, within reason.
fn span(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds.max(1)).min(LONGEST)
}

fn tell(ended: &Ended, holding: bool, delay: Duration) {
    let retry_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
    match ended {
        Ended::Goodbye { code, .. } if code == "duplicate_agent" => {
            error!(
                retry_ms,
                "Another agent with the same id is connected; give each its own SPOOL_AGENT_ID_FILE"
            );
        }
        Ended::Goodbye { code, message, .. } if code == "agent_too_old" => {
            error!(retry_ms, "The API takes no agents of this version; update this one: {message}");
        }
        Ended::Goodbye { code, .. } if code == "unauthorized" => {
            error!(retry_ms, "The API no longer knows this agent's token; SPOOL_AGENT_TOKEN needs a new one");
        }
        Ended::Goodbye { code, welcomed, .. } if needs_a_person(code, *welcomed) => {
            error!(retry_ms, "The API speaks another version of the protocol; update this agent or the API");
        }
        Ended::NotOpened(DialError::Refused { status: status @ (401 | 403), .. }) => {
            error!(status, retry_ms, "The API refused this agent; SPOOL_AGENT_TOKEN is missing or wrong");
        }
        Ended::NotOpened(error) => warn!(%error, retry_ms, holding, "Could not connect to the API"),
        Ended::Lost { why, .. } => warn!(why, retry_ms, holding, "Lost the connection to the API"),
        Ended::Goodbye { .. } | Ended::Left => info!(retry_ms, "Dialing again"),
    }
}
