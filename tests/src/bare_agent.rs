//! An agent without Python: true to the protocol, and obedient to the test instead of to a decision of its own.

use std::{
    collections::BTreeMap,
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{SinkExt, StreamExt, stream::FuturesUnordered};
use spool_shared::{
    ids::{AgentId, JobId, Token},
    protocol::{
        AGENT_HEADER, CONTROL_PATH, FromAgent, Gpu, HeldLease, Output, SlotReport, Timings, ToAgent, Wire,
        decode, encode,
    },
};
use tokio::sync::mpsc;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{
        Error, Message, client::IntoClientRequest as _, http::header::AUTHORIZATION,
        protocol::WebSocketConfig,
    },
};

pub use crate::hello::Program;
use crate::{PATIENCE, bulk::BulkLink, hello::hello, within};

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// A connected agent. Dropping it closes its socket without a word. It speaks through its [`Voice`].
pub struct BareAgent {
    pub name: String,
    pub program: Program,
    /// The jobs whose leases it listed and was told to drop.
    pub dropped: Box<[JobId]>,
    address: String,
    token: Option<String>,
    voice: Voice,
    incoming: mpsc::UnboundedReceiver<ToAgent>,
    link: tokio::task::JoinHandle<()>,
}

/// Says things on the control socket; clones speak on the same one.
#[derive(Clone)]
pub struct Voice {
    outgoing: mpsc::UnboundedSender<FromAgent>,
    held: Held,
    slots: Slots,
}

/// The leases that heartbeats list.
type Held = Arc<Mutex<BTreeMap<JobId, Token>>>;
/// What heartbeats say of the slots.
type Slots = Arc<Mutex<Vec<SlotReport>>>;

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
        Self::dial_as(Program::new(), name, address, slots, None).await
    }

    /// As [`BareAgent::dial`], with the secret of a token.
    pub async fn dial_with(name: &str, address: &str, slots: u32, token: Option<&str>) -> Self {
        Self::dial_as(Program::new(), name, address, slots, token).await
    }

    /// As [`BareAgent::dial_with`], as a program that may be known.
    pub async fn dial_as(
        program: Program,
        name: &str,
        address: &str,
        slots: u32,
        token: Option<&str>,
    ) -> Self {
        let hello = hello(program, name, slots, Vec::new());
        Self::dial_saying(hello, program, name, address, token).await
    }

    /// An agent with a slot for each of these GPUs.
    pub async fn dial_with_gpus(name: &str, address: &str, gpus: Vec<Gpu>) -> Self {
        let (program, slots) = (Program::new(), u32::try_from(gpus.len()).expect("a few"));
        Self::dial_saying(hello(program, name, slots, gpus), program, name, address, None).await
    }

    /// An agent with one slot and so much memory.
    pub async fn dial_with_memory(name: &str, address: &str, bytes: u64) -> Self {
        let program = Program::new();
        let mut hello = hello(program, name, 1, Vec::new());
        if let FromAgent::Hello { agent, .. } = &mut hello {
            agent.memory_bytes = bytes;
        }
        Self::dial_saying(hello, program, name, address, None).await
    }

    async fn dial_saying(
        hello: FromAgent,
        program: Program,
        name: &str,
        address: &str,
        token: Option<&str>,
    ) -> Self {
        let (socket, greeting) = greeted(hello, program, address, token).await;
        let (heartbeat, dropped) = match greeting {
            Some(ToAgent::Welcome { heartbeat_ms, drop, .. }) => {
                (Duration::from_millis(heartbeat_ms), drop.iter().map(|lease| lease.job).collect())
            }
            other => panic!("{other:?} instead of welcome"),
        };
        let (outgoing, to_send) = mpsc::unbounded_channel();
        let (deliver, incoming) = mpsc::unbounded_channel();
        let (held, slots) = (Held::default(), Slots::default());
        let link = tokio::spawn(run(socket, to_send, deliver, (held.clone(), slots.clone()), heartbeat));
        let voice = Voice { outgoing, held, slots };
        let (name, address, token) = (name.to_owned(), address.to_owned(), token.map(str::to_owned));
        Self { name, program, dropped, address, token, voice, incoming, link }
    }

    /// The same program on a new connection, with the leases that it holds.
    pub async fn again(self, address: &str) -> Self {
        self.beside(address).await
    }

    /// As [`BareAgent::again`], while the old connection is still there.
    pub async fn beside(&self, address: &str) -> Self {
        let gpus = Vec::new();
        let mut hello = hello(self.program, &self.name, 1, gpus);
        if let FromAgent::Hello { leases: listed, .. } = &mut hello {
            *listed = leases(&self.voice.held);
        }
        let held = self.voice.held.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let again = Self::dial_saying(hello, self.program, &self.name, address, self.token.as_deref()).await;
        *again.voice.held.lock().unwrap_or_else(PoisonError::into_inner) = held;
        again
    }

    /// The next message of the API but `beat`.
    pub async fn hears(&mut self) -> ToAgent {
        within(PATIENCE, "a message of the API", self.incoming.recv()).await.expect("the API goes on talking")
    }

    /// Whether the API closes the socket and says nothing more.
    pub async fn is_cut_off(&mut self) -> bool {
        within(PATIENCE, "the end of the socket", self.incoming.recv()).await.is_none()
    }

    /// The next hand-out; what else the API says meanwhile is passed over.
    pub async fn assigned(&mut self) -> Assigned {
        within(PATIENCE, "a hand-out", self.next_assigned()).await.expect("the API goes on talking")
    }

    /// Opens a bulk socket to the same replica.
    pub async fn bulk(&self) -> BulkLink {
        BulkLink::open(&self.address, self.program.id, self.token.as_deref()).await
    }

    /// Takes every job and ends it at once with a small stored picture, several at a time, until the API goes.
    pub async fn works(mut self) {
        // As many bulk sockets as an agent may have.
        const UPLOADS: usize = 4;
        let picture = tiny_png();
        let mut idle = Vec::new();
        for _ in 0..UPLOADS {
            idle.push(self.bulk().await);
        }
        let mut uploads = FuturesUnordered::new();
        loop {
            let assigned = tokio::select! {
                Some(bulk) = uploads.next() => {
                    idle.push(bulk);
                    continue;
                }
                Some(assigned) = self.next_assigned(), if !idle.is_empty() => assigned,
                else => return,
            };
            let (voice, mut bulk) = (self.voice.clone(), idle.pop().expect("an idle socket"));
            let picture = &picture;
            voice.accepts(assigned);
            voice.starts(assigned);
            uploads.push(async move {
                let output = bulk.stores(assigned, picture).await;
                voice.succeeds(assigned, output);
                bulk
            });
        }
    }

    /// The next hand-out, however late; nothing once the API is gone.
    pub async fn next_assigned(&mut self) -> Option<Assigned> {
        loop {
            if let ToAgent::Assign { job, token, attempt, .. } = self.incoming.recv().await? {
                return Some(Assigned { job, token, attempt });
            }
        }
    }
}

impl Deref for BareAgent {
    type Target = Voice;
    fn deref(&self) -> &Voice {
        &self.voice
    }
}

impl Voice {
    /// What heartbeats say of the slots from now on.
    pub fn shows(&self, slots: Vec<SlotReport>) {
        *self.slots.lock().unwrap_or_else(PoisonError::into_inner) = slots;
    }

    pub fn says(&self, message: FromAgent) {
        self.outgoing.send(message).expect("the socket is open");
    }

    /// Says the same again and again, until the socket is closed.
    pub fn floods(&self, message: &FromAgent, times: usize) {
        for _ in 0..times {
            if self.outgoing.send(message.clone()).is_err() {
                return;
            }
        }
    }

    /// Says that the hand-out arrived.
    pub fn accepts(&self, Assigned { job, token, .. }: Assigned) {
        self.says(FromAgent::Accepted { job, token });
    }

    /// Says that a worker began.
    pub fn starts(&self, Assigned { job, token, .. }: Assigned) {
        self.says(FromAgent::Started { job, token, slot: 0 });
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
}

impl Drop for BareAgent {
    fn drop(&mut self) {
        self.link.abort();
    }
}

/// What the API answers to the hello of such a program; the socket closes.
pub async fn greeting(program: Program, address: &str) -> Option<ToAgent> {
    greeted(hello(program, "bare", 1, Vec::new()), program, address, None).await.1
}

async fn greeted(
    hello: FromAgent,
    program: Program,
    address: &str,
    token: Option<&str>,
) -> (Socket, Option<ToAgent>) {
    let mut socket = loop {
        match open::<FromAgent>(address, CONTROL_PATH, program.id, token).await {
            Ok(socket) => break socket,
            // So many agents dial that this one has to come again, as they do not all at once.
            Err(503) => tokio::time::sleep(Duration::from_millis(rand::random_range(0..2_000))).await,
            Err(status) => panic!("{address} answered with {status}"),
        }
    };
    socket.send(binary(&hello)).await.expect("hello is sent");
    let greeting = within(PATIENCE, "an answer to hello", heard(&mut socket)).await;
    (socket, greeting)
}

/// Returns once an API takes this token: a new one is taken up within a second.
pub async fn taken(address: &str, token: &str) {
    let known = async {
        while let Err(status) = open::<FromAgent>(address, CONTROL_PATH, Program::new().id, Some(token)).await
        {
            assert_eq!(status, 401, "{address}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    within(PATIENCE, "the new token is known", known).await;
}

/// The status with which an API answers an agent that shows this token.
pub async fn refused(address: &str, token: Option<&str>) -> u16 {
    match open::<FromAgent>(address, CONTROL_PATH, Program::new().id, token).await {
        Ok(_) => panic!("{address} takes the agent"),
        Err(status) => status,
    }
}

/// A WebSocket to an agent's route, with the protocol's limits and without Nagle's delay; or the status of a refusal.
pub(crate) async fn open<T: Wire>(
    address: &str,
    path: &str,
    agent: AgentId,
    token: Option<&str>,
) -> Result<Socket, u16> {
    let config = WebSocketConfig::default().max_message_size(Some(T::MAX_BYTES));
    let url = format!("ws://{address}{path}");
    let mut request = url.as_str().into_client_request().expect("an address");
    request.headers_mut().insert(AGENT_HEADER, agent.to_string().parse().expect("an id is a header"));
    if let Some(token) = token {
        let bearer = format!("Bearer {token}").parse().expect("a token is a header");
        request.headers_mut().insert(AUTHORIZATION, bearer);
    }
    let connecting = Box::pin(connect_async_with_config(request, Some(config), true));
    match within(PATIENCE, &url, connecting).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(answer)) => Err(answer.status().as_u16()),
        Err(error) => panic!("{url}: {error}"),
    }
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
    (held, slots): (Held, Slots),
    heartbeat: Duration,
) {
    let mut beats = tokio::time::interval(heartbeat);
    loop {
        let message = tokio::select! {
            Some(message) = to_send.recv() => message,
            _ = beats.tick() => FromAgent::Heartbeat { leases: leases(&held), slots: known(&slots) },
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

fn known(slots: &Slots) -> Vec<SlotReport> {
    slots.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// A black PNG of 8 × 8 pixels.
#[must_use]
pub fn tiny_png() -> Vec<u8> {
    tiny_png_of(0)
}

/// A gray PNG of 8 × 8 pixels, to tell results apart.
#[must_use]
pub fn tiny_png_of(gray: u8) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(8, 8, image::Rgb([gray; 3]))
        .write_to(&mut file, image::ImageFormat::Png)
        .expect("a PNG");
    file.into_inner()
}
