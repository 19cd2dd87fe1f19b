//! The other end of the link, as small as it can be: it accepts what an agent opens and lets the test speak.

use std::{fmt::Debug, sync::Arc, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use spool_shared::{
    ids::{JobId, SessionId, Token},
    protocol::{BulkFromAgent, BulkToAgent, FromAgent, HeldLease, InputRef, ToAgent, Wire, decode, encode},
    workflow::Workflow,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Mutex, mpsc},
    time::timeout,
};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async, tungstenite::Message};

/// For anything that should happen; far longer than it takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for something that must happen.
pub(crate) async fn soon<T>(what: &str, event: impl Future<Output = T>) -> T {
    timeout(PATIENCE, event).await.unwrap_or_else(|_| panic!("{what} did not happen"))
}

/// Where the agent dials.
pub(crate) struct Peer {
    pub(crate) address: String,
    controls: Mutex<mpsc::UnboundedReceiver<Socket>>,
    bulks: Mutex<mpsc::UnboundedReceiver<Socket>>,
    /// Heads of the HTTP requests for inputs.
    pub(crate) requests: Mutex<mpsc::UnboundedReceiver<String>>,
}

/// A socket of the agent and the head of the request that opened it.
pub(crate) struct Socket {
    pub(crate) head: String,
    stream: WebSocketStream<TcpStream>,
}

impl Peer {
    /// `input` answers every request for an input.
    pub(crate) async fn bind(input: &'static [u8]) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (control, controls) = mpsc::unbounded_channel();
        let (bulk, bulks) = mpsc::unbounded_channel();
        let (request, requests) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let head = peek_head(&stream).await;
                if head.is_empty() {
                    // Somebody who only looked whether anybody listens.
                } else if head.contains("/inputs/") {
                    let _ = request.send(head);
                    tokio::spawn(answer(stream, input));
                } else {
                    let sender = if head.contains("/api/agents/upload") { &bulk } else { &control };
                    let stream = open(stream).await;
                    let _ = sender.send(Socket { head, stream });
                }
            }
        });
        let [controls, bulks] = [controls, bulks].map(Mutex::new);
        Arc::new(Self { address, controls, bulks, requests: Mutex::new(requests) })
    }

    /// The next control socket that the agent opens.
    pub(crate) async fn control(&self) -> Socket {
        soon("a control connection", async { self.controls.lock().await.recv().await.unwrap() }).await
    }

    /// The next bulk socket that the agent opens.
    pub(crate) async fn bulk(&self) -> Socket {
        soon("a bulk connection", async { self.bulks.lock().await.recv().await.unwrap() }).await
    }

    /// A control socket that has said hello and was welcomed.
    pub(crate) async fn welcomed(&self) -> (Socket, Vec<HeldLease>) {
        let mut control = self.control().await;
        let leases = control.hello().await;
        control.say(&welcome(leases.clone(), vec![])).await;
        (control, leases)
    }
}

impl Socket {
    /// Ends quietly where the socket has.
    pub(crate) async fn ping(&mut self) {
        let _ = self.stream.send(Message::Ping(Vec::new().into())).await;
    }

    pub(crate) async fn say<T: Wire>(&mut self, message: &T) {
        self.stream.send(Message::Binary(encode(message).unwrap().into())).await.unwrap();
    }

    /// The next message, or `None` at the end.
    pub(crate) async fn next<T: Wire>(&mut self) -> Option<T> {
        loop {
            match soon("a message", self.stream.next()).await {
                Some(Ok(Message::Binary(bytes))) => return Some(decode(&bytes).unwrap()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// Reads until `pick` finds what it looks for; heartbeats and the like pass by.
    pub(crate) async fn until<T: Wire + Debug, R>(
        &mut self,
        what: &str,
        mut pick: impl FnMut(&T) -> Option<R>,
    ) -> R {
        let mut seen = Vec::new();
        let found = timeout(PATIENCE, async {
            loop {
                let message = self.next().await.unwrap_or_else(|| panic!("the socket ended before {what}"));
                if let Some(found) = pick(&message) {
                    return found;
                }
                seen.push(message);
            }
        });
        let Ok(found) = found.await else { panic!("{what} was not said, only {seen:#?}") };
        found
    }

    /// Reads until exactly this is said.
    pub(crate) async fn said<T: Wire + Debug + PartialEq>(&mut self, message: &T) {
        self.until(&format!("{message:?}"), |said: &T| (said == message).then_some(())).await;
    }

    /// Reads the agent's hello: the leases that it holds.
    pub(crate) async fn hello(&mut self) -> Vec<HeldLease> {
        match self.next().await {
            Some(FromAgent::Hello { leases, .. }) => leases,
            other => panic!("hello comes first, not {other:?}"),
        }
    }

    /// Takes a whole file; returns the announcement and the bytes. `cut_after`: the connection is given up once
    /// so many bytes are there.
    pub(crate) async fn take_file(
        &mut self,
        have: &mut Vec<u8>,
        cut_after: Option<usize>,
    ) -> Option<BulkFromAgent> {
        let begin = self.until("begin", |message| {
            matches!(message, BulkFromAgent::Begin { .. }).then(|| message.clone())
        });
        let begin = begin.await;
        let BulkFromAgent::Begin { upload, bytes: size, .. } = begin else { unreachable!() };
        self.say(&BulkToAgent::Have { upload, offset: have.len() as u64 }).await;
        while (have.len() as u64) < size {
            let (offset, bytes) = self
                .until("a chunk", |message| match message {
                    BulkFromAgent::Chunk { offset, bytes, .. } => Some((*offset, bytes.clone())),
                    _ => None,
                })
                .await;
            assert_eq!(offset, have.len() as u64, "chunks follow one another");
            have.extend(bytes);
            if cut_after.is_some_and(|limit| have.len() >= limit) {
                return None;
            }
            self.say(&BulkToAgent::Have { upload, offset: have.len() as u64 }).await;
        }
        self.say(&BulkToAgent::Stored { upload }).await;
        Some(begin)
    }
}

async fn peek_head(stream: &TcpStream) -> String {
    let mut buffer = vec![0; 4096];
    loop {
        let count = stream.peek(&mut buffer).await.unwrap();
        let head = String::from_utf8_lossy(&buffer[..count]).into_owned();
        if count == 0 || head.contains("\r\n\r\n") {
            return head;
        }
        tokio::task::yield_now().await;
    }
}

#[expect(clippy::result_large_err, reason = "the signature is the library's")]
async fn open(stream: TcpStream) -> WebSocketStream<TcpStream> {
    accept_hdr_async(stream, |_: &_, response| Ok(response)).await.unwrap()
}

async fn answer(mut stream: TcpStream, body: &'static [u8]) {
    let mut buffer = [0; 4096];
    while let Ok(1..) = stream.read(&mut buffer).await {
        let status = if body.is_empty() { "404 Not Found" } else { "200 OK" };
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", body.len());
        let _ = stream.write_all(head.as_bytes()).await;
        let _ = stream.write_all(body).await;
    }
}

pub(crate) fn job(number: u8) -> JobId {
    JobId::from_random([number; 16])
}

pub(crate) fn token(number: u8) -> Token {
    Token::from_random([number; 16])
}

pub(crate) fn held(number: u8) -> HeldLease {
    HeldLease { job: job(number), token: token(number) }
}

/// Heartbeats four times a second. An agent that hears nothing for a minute dials again: longer than any test.
pub(crate) fn welcome(keep: Vec<HeldLease>, drop: Vec<HeldLease>) -> ToAgent {
    ToAgent::Welcome {
        session: SessionId::from_random([9; 16]),
        heartbeat_ms: 250,
        dead_after_ms: 60_000,
        chunk_bytes: 64 * 1024,
        window_bytes: 256 * 1024,
        keep,
        drop,
    }
}

/// A welcome to an agent that is given up after so long.
pub(crate) fn welcome_for(dead_after: Duration) -> ToAgent {
    match welcome(vec![], vec![]) {
        ToAgent::Welcome { session, heartbeat_ms, chunk_bytes, window_bytes, keep, drop, .. } => {
            let dead_after_ms = u64::try_from(dead_after.as_millis()).unwrap();
            ToAgent::Welcome { session, heartbeat_ms, dead_after_ms, chunk_bytes, window_bytes, keep, drop }
        }
        _ => unreachable!(),
    }
}

/// A scripted job; `number` makes its id and its token.
pub(crate) fn assign(number: u8, prompt: &str) -> ToAgent {
    let params = serde_json::json!({
        "prompt": prompt, "preset": "lightning", "num_inference_steps": 2, "cfg_scale": 1.0,
        "width": 832, "height": 480, "num_frames": 81, "fps": 16, "seed": number, "end_image": false,
    });
    let serde_json::Value::Object(params) = params else { unreachable!() };
    ToAgent::Assign {
        job: job(number),
        token: token(number),
        attempt: 1,
        workflow: Workflow::I2v,
        class: "i2v.480p.81.lightning".parse().unwrap(),
        params,
        inputs: vec![],
        staged: false,
    }
}

/// The same with one input of these bytes.
pub(crate) fn assign_with_input(number: u8, bytes: &[u8]) -> ToAgent {
    let mut message = assign(number, "steps=1");
    if let ToAgent::Assign { inputs, .. } = &mut message {
        inputs.push(InputRef {
            index: 0,
            content_type: "image/png".into(),
            bytes: bytes.len() as u64,
            sha256: sha256(bytes),
            width: 8,
            height: 8,
            orientation: 1,
        });
    }
    message
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    hex::encode(sha2::Sha256::digest(bytes))
}
