//! An agent without Python: true to the protocol, and obedient to the test instead of to a decision of its own.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use spool_shared::{
    class::Class,
    ids::{AgentId, BootId, JobId, Token},
    protocol::{
        AgentCard, CONTROL_PATH, FromAgent, HeldLease, Offer, Output, SlotReport, Timings, ToAgent, VERSION,
        Wire, decode, encode,
    },
    workflow::Workflow,
};
use tokio::sync::mpsc;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

use crate::{PATIENCE, bulk::BulkLink, within};

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// A connected agent. Dropping it closes its socket without a word.
pub struct BareAgent {
    pub name: String,
    address: String,
    outgoing: mpsc::UnboundedSender<FromAgent>,
    incoming: mpsc::UnboundedReceiver<ToAgent>,
    held: Held,
    link: tokio::task::JoinHandle<()>,
}

/// The leases that heartbeats list.
type Held = Arc<Mutex<BTreeMap<JobId, Token>>>;

/// A hand-out.
#[derive(Debug, Clone, Copy)]
pub struct Assigned {
    pub job: JobId,
    pub token: Token,
    pub attempt: u32,
}

impl BareAgent {
    /// Connects to a replica and is welcomed; offers every class.
    pub async fn dial(name: &str, address: &str, slots: u32) -> Self {
        let mut socket = open::<FromAgent>(address, CONTROL_PATH).await;
        let hello = hello(name, slots);
        socket.send(binary(&hello)).await.expect("hello is sent");
        let heartbeat = match within(PATIENCE, "welcome", heard(&mut socket)).await {
            Some(ToAgent::Welcome { heartbeat_ms, .. }) => Duration::from_millis(heartbeat_ms),
            other => panic!("{other:?} instead of welcome"),
        };
        let (outgoing, to_send) = mpsc::unbounded_channel();
        let (deliver, incoming) = mpsc::unbounded_channel();
        let held = Held::default();
        let link = tokio::spawn(run(socket, to_send, deliver, held.clone(), heartbeat));
        Self { name: name.to_owned(), address: address.to_owned(), outgoing, incoming, held, link }
    }

    /// The next message of the API but `beat`.
    pub async fn hears(&mut self) -> ToAgent {
        within(PATIENCE, "a message of the API", self.incoming.recv()).await.expect("the API goes on talking")
    }

    /// The next hand-out; what else the API says meanwhile is passed over.
    pub async fn assigned(&mut self) -> Assigned {
        within(PATIENCE, "a hand-out", self.next_assigned()).await.expect("the API goes on talking")
    }

    pub fn says(&self, message: FromAgent) {
        self.outgoing.send(message).expect("the socket is open");
    }

    /// Says that the hand-out arrived.
    pub fn accepts(&self, Assigned { job, token, .. }: Assigned) {
        self.says(FromAgent::Accepted { job, token });
    }

    /// Says that a worker began.
    pub fn starts(&self, Assigned { job, token, .. }: Assigned) {
        self.says(FromAgent::Started { job, token, slot: 0 });
    }

    /// Opens a bulk socket to the same replica.
    pub async fn bulk(&self) -> BulkLink {
        BulkLink::open(&self.address).await
    }

    /// Takes every job and ends it at once with a small stored picture; returns how many when the test says stop.
    pub async fn works_until(mut self, mut stop: tokio::sync::oneshot::Receiver<()>) -> u64 {
        let mut bulk = self.bulk().await;
        let mut done = 0;
        loop {
            let assigned = tokio::select! {
                assigned = self.next_assigned() => assigned,
                _ = &mut stop => return done,
            };
            let Some(assigned) = assigned else { return done };
            self.accepts(assigned);
            self.starts(assigned);
            let output = bulk.stores(assigned, &tiny_png()).await;
            self.succeeds(assigned, output);
            done += 1;
        }
    }

    /// Says that the job is done, with this output.
    pub fn succeeds(&self, Assigned { job, token, .. }: Assigned, output: Output) {
        self.forgets(job);
        self.says(FromAgent::Succeeded { job, token, outputs: vec![output], timings: Timings::default() });
    }

    /// Lists the lease of a job in no further heartbeat.
    pub fn forgets(&self, job: JobId) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&job);
    }

    async fn next_assigned(&mut self) -> Option<Assigned> {
        loop {
            if let ToAgent::Assign { job, token, attempt, .. } = self.incoming.recv().await? {
                return Some(Assigned { job, token, attempt });
            }
        }
    }
}

impl Drop for BareAgent {
    fn drop(&mut self) {
        self.link.abort();
    }
}

/// A WebSocket to an agent's route, with the protocol's limits and without Nagle's delay.
pub(crate) async fn open<T: Wire>(address: &str, path: &str) -> Socket {
    let config = WebSocketConfig::default().max_message_size(Some(T::MAX_BYTES));
    let url = format!("ws://{address}{path}");
    let connected = within(PATIENCE, &url, connect_async_with_config(&url, Some(config), true)).await;
    connected.unwrap_or_else(|error| panic!("{url}: {error}")).0
}

pub(crate) fn binary<T: Wire>(message: &T) -> Message {
    Message::Binary(encode(message).expect("a message that can be encoded").into())
}

/// The next message; `None` when the socket is closed.
pub(crate) async fn heard<T: Wire>(socket: &mut Socket) -> Option<T> {
    loop {
        match socket.next().await?.ok()? {
            Message::Binary(bytes) => return Some(decode(&bytes).expect("a message of the protocol")),
            Message::Close(_) => return None,
            _ => {}
        }
    }
}

async fn run(
    mut socket: Socket,
    mut to_send: mpsc::UnboundedReceiver<FromAgent>,
    deliver: mpsc::UnboundedSender<ToAgent>,
    held: Held,
    heartbeat: Duration,
) {
    let mut beats = tokio::time::interval(heartbeat);
    loop {
        let message = tokio::select! {
            Some(message) = to_send.recv() => message,
            _ = beats.tick() => FromAgent::Heartbeat { leases: leases(&held), slots: Vec::<SlotReport>::new() },
            heard = heard::<ToAgent>(&mut socket) => match heard {
                Some(message) => {
                    if let ToAgent::Assign { job, token, .. } = &message {
                        held.lock().unwrap_or_else(PoisonError::into_inner).insert(*job, *token);
                    }
                    if !matches!(message, ToAgent::Beat { .. }) && deliver.send(message).is_err() {
                        return;
                    }
                    continue;
                }
                None => return,
            },
        };
        if socket.send(binary(&message)).await.is_err() {
            return;
        }
    }
}

fn leases(held: &Held) -> Vec<HeldLease> {
    let held = held.lock().unwrap_or_else(PoisonError::into_inner);
    held.iter().map(|(job, token)| HeldLease { job: *job, token: *token }).collect()
}

fn hello(name: &str, slots: u32) -> FromAgent {
    let offer = |workflow: Workflow| Offer {
        workflow,
        engine: "scripted".to_owned(),
        classes: Class::all().into_iter().filter(|class| class.workflow() == workflow).collect(),
    };
    FromAgent::Hello {
        protocol: VERSION,
        agent: AgentCard {
            id: AgentId::from_random(rand::random()),
            boot: BootId::from_random(rand::random()),
            name: name.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            gpus: Vec::new(),
            memory_bytes: 1 << 30,
            labels: BTreeMap::new(),
            price_per_hour: None,
        },
        offers: Workflow::ALL.map(offer).to_vec(),
        slots,
        session: None,
        leases: Vec::new(),
    }
}

/// A PNG of 8 × 8 pixels.
#[must_use]
pub fn tiny_png() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(8, 8).write_to(&mut file, image::ImageFormat::Png).expect("a PNG");
    file.into_inner()
}
