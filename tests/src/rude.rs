//! A WebSocket client that sends whatever bytes it likes.

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpStream, tcp::OwnedReadHalf},
};

use spool_shared::protocol::{AGENT_HEADER, ToAgent, decode, encode};

use crate::{PATIENCE, bare_agent::Program, hello::hello, within};

/// Continues a message.
pub const CONTINUATION: u8 = 0;
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const PING: u8 = 9;
const CLOSE: u8 = 8;
/// The last frame of a message.
pub const LAST: u8 = 0x80;

pub struct Rude {
    stream: BufReader<TcpStream>,
}

/// What came before the server closed.
#[derive(Debug, Default)]
pub struct Parting {
    /// The code of the goodbye to an agent, if it was one.
    pub goodbye: Option<String>,
    /// The code of the close frame, if it has one.
    pub close: Option<u16>,
    /// All frames.
    pub frames: usize,
}

impl Rude {
    /// Opens a WebSocket as an agent that nobody knows.
    pub async fn open(address: &str, path: &str) -> Self {
        Self::try_open(address, path).await.unwrap_or_else(|answer| panic!("{answer}"))
    }

    /// As [`Rude::open`], where the server may be away.
    ///
    /// # Errors
    /// What was answered instead.
    pub async fn try_open(address: &str, path: &str) -> Result<Self, String> {
        Self::try_open_with(address, path, None).await
    }

    /// As [`Rude::try_open`], with an agent's token.
    ///
    /// # Errors
    /// What was answered instead.
    pub async fn try_open_with(address: &str, path: &str, token: Option<&str>) -> Result<Self, String> {
        let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
        let mut stream = BufReader::new(stream);
        let agent = Program::new().id;
        let bearer = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{AGENT_HEADER}: {agent}\r\n{bearer}\r\n"
        );
        stream.get_mut().write_all(request.as_bytes()).await.map_err(|error| error.to_string())?;
        let mut head = Vec::new();
        let answer = async {
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await?);
            }
            Ok::<_, std::io::Error>(())
        };
        let answered = within(PATIENCE, "the answer to a handshake", answer).await;
        let head = String::from_utf8_lossy(&head).into_owned();
        let opened = answered.is_ok() && head.starts_with("HTTP/1.1 101 ");
        if opened { Ok(Self { stream }) } else { Err(head) }
    }

    /// Opens the control socket and introduces itself well.
    pub async fn greeted(address: &str, name: &str) -> Self {
        let mut rude = Self::open(address, spool_shared::protocol::CONTROL_PATH).await;
        let hello = hello(Program::new(), name, 0, Vec::new());
        rude.sends(&frame(LAST | BINARY, &encode(&hello).expect("a hello"))).await;
        let said = within(PATIENCE, "an answer to hello", rude.next()).await.expect("an answer to hello");
        assert!(matches!(decode(&said.1), Ok(ToAgent::Welcome { .. })), "{said:?}");
        rude
    }

    /// Sends these bytes; false when the server takes no more.
    pub async fn sends(&mut self, bytes: &[u8]) -> bool {
        self.stream.get_mut().write_all(bytes).await.is_ok()
    }

    /// The next frame: its first byte and its payload; `None` at the end.
    pub async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        frame_of(&mut self.stream).await
    }

    /// Awaits the next message to an agent for which `wanted` holds.
    pub async fn hears(&mut self, what: &str, wanted: impl Fn(&ToAgent) -> bool) {
        within(PATIENCE, what, async {
            loop {
                let (_, payload) = self.next().await.expect("the socket is open");
                if decode(&payload).is_ok_and(|message| wanted(&message)) {
                    return;
                }
            }
        })
        .await;
    }

    /// Hears until the server closes.
    pub async fn parting(&mut self) -> Parting {
        let mut parting = Parting::default();
        within(PATIENCE, "the server closes", async {
            while let Some((first, payload)) = self.next().await {
                parting.frames += 1;
                if first == LAST | CLOSE {
                    parting.close = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
                    return;
                }
                if let Ok(ToAgent::Goodbye { code, .. }) = decode(&payload) {
                    parting.goodbye = Some(code);
                }
            }
        })
        .await;
        parting
    }

    /// Sends the same bytes so many times, a batch at a time, and hears what the server says meanwhile, until all is sent
    /// or the server closes.
    pub async fn floods(self, batch: &[u8], times: usize) {
        let (reading, mut writing) = self.stream.into_inner().into_split();
        let flooding = async {
            for _ in 0..times {
                if writing.write_all(batch).await.is_err() {
                    return;
                }
            }
        };
        let flooded = async {
            tokio::select! {
                () = heard_to_the_end(reading) => {}
                () = flooding => {}
            }
        };
        within(PATIENCE, "the server takes a flood or closes", flooded).await;
    }

    /// As [`Rude::floods`], where the server has to close: `what` it takes otherwise. The whole flood may fit into what
    /// lies between the two, so its end proves nothing.
    pub async fn floods_until_it_closes(self, what: &str, batch: &[u8], times: usize) {
        let (reading, mut writing) = self.stream.into_inner().into_split();
        let flooding = async {
            for _ in 0..times {
                if writing.write_all(batch).await.is_err() {
                    return;
                }
            }
            std::future::pending::<()>().await;
        };
        let closes = async {
            tokio::select! {
                () = heard_to_the_end(reading) => {}
                () = flooding => {}
            }
        };
        within(PATIENCE, &format!("the server takes {what}"), closes).await;
    }

    /// As [`Rude::floods`], but nothing is read. A server that waits until its answers are taken would never end.
    pub async fn floods_deaf(mut self, batch: &[u8], times: usize) {
        within(PATIENCE, "the server takes a flood or closes", async {
            for _ in 0..times {
                if !self.sends(batch).await {
                    return;
                }
            }
        })
        .await;
    }
}

/// Reads until the server says that it closes, or closes.
async fn heard_to_the_end(reading: OwnedReadHalf) {
    let mut reading = BufReader::new(reading);
    while let Some((first, _)) = frame_of(&mut reading).await
        && first != LAST | CLOSE
    {}
}

async fn frame_of(stream: &mut (impl AsyncRead + Unpin)) -> Option<(u8, Vec<u8>)> {
    let first = stream.read_u8().await.ok()?;
    let length = match stream.read_u8().await.ok()? {
        126 => u64::from(stream.read_u16().await.ok()?),
        127 => stream.read_u64().await.ok()?,
        short => u64::from(short),
    };
    let mut payload = vec![0; usize::try_from(length).expect("a frame that fits in memory")];
    stream.read_exact(&mut payload).await.ok()?;
    Some((first, payload))
}

/// A masked frame of a client; `first` has its kind and whether it is the last of its message.
#[must_use]
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = head(first, payload.len() as u64);
    bytes.extend_from_slice(payload);
    bytes
}

/// The head of a frame that says that `length` bytes follow; the mask is all zeros.
#[must_use]
pub fn head(first: u8, length: u64) -> Vec<u8> {
    const MASKED: u8 = 0x80;
    let mut bytes = vec![first];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ ..=125), _) => bytes.push(MASKED | short),
        (_, Ok(medium)) => {
            bytes.push(MASKED | 0x7e);
            bytes.extend(medium.to_be_bytes());
        }
        _ => {
            bytes.push(MASKED | 0x7f);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes
}
