//! A browser's socket, heard message by message.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use nix::sys::socket::{setsockopt, sockopt::TcpMaxSeg};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::{
    client_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _, http::header::AUTHORIZATION},
};

use crate::{PATIENCE, bare_agent::Socket, within};

pub struct Page {
    socket: Socket,
}

impl Page {
    /// Connects to a replica and says hello.
    pub async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        Self::over(stream, address, None).await
    }

    /// As [`Page::shown`], where the server may be away; a `narrow` page is as [`Page::shown_through_a_strait`].
    pub async fn try_shown(address: &str, narrow: bool) -> Option<Self> {
        let stream = if narrow {
            strait().connect(address.parse().ok()?).await.ok()?
        } else {
            TcpStream::connect(address).await.ok()?
        };
        let mut page = Self::try_over(stream, address, None).await.ok()?;
        while page.hears().await?.get("t") != Some(&json!("snapshot")) {}
        Some(page)
    }

    /// As [`Page::shown`], for whoever has this key.
    pub async fn shown_to(key: &str, address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        Self::over(stream, address, Some(key)).await.with_snapshot().await
    }

    /// As [`Page::shown_to`], with a machine that takes hardly more than is read. What the server's kernel takes grows
    /// with the segments: here they are as small as on an Ethernet; the loopback's own would take four megabytes.
    pub async fn shown_through_a_strait(key: &str, address: &str) -> Self {
        let stream = strait().connect(address.parse().expect("an address")).await.expect("a connection");
        Self::over(stream, address, Some(key)).await.with_snapshot().await
    }

    async fn over(stream: TcpStream, address: &str, key: Option<&str>) -> Self {
        Self::try_over(stream, address, key).await.expect("a WebSocket")
    }

    async fn try_over(stream: TcpStream, address: &str, key: Option<&str>) -> Result<Self, Error> {
        stream.set_nodelay(true).expect("no delay");
        let mut request = format!("ws://{address}/api/ws").into_client_request().expect("an address");
        if let Some(key) = key {
            let bearer = format!("Bearer {key}").parse().expect("a key is a header");
            request.headers_mut().insert(AUTHORIZATION, bearer);
        }
        let stream = tokio_tungstenite::MaybeTlsStream::Plain(stream);
        let opening = Box::pin(client_async(request, stream));
        let (mut socket, _) = within(PATIENCE, "a browser's socket", opening).await?;
        let hello = json!({"t": "hello", "v": 1, "resume": null});
        socket.send(Message::text(hello.to_string())).await?;
        Ok(Self { socket })
    }

    /// Connects, says hello, and hears until the first snapshot came.
    pub async fn shown(address: &str) -> Self {
        Self::open(address).await.with_snapshot().await
    }

    async fn with_snapshot(mut self) -> Self {
        self.until(|message| message["t"] == "snapshot").await;
        self
    }

    pub async fn says(&mut self, message: &Value) {
        self.socket.send(Message::text(message.to_string())).await.expect("the socket is open");
    }

    /// The next text message; previews are passed over. `None` when the socket is closed.
    pub async fn hears(&mut self) -> Option<Value> {
        loop {
            match self.socket.next().await?.ok()? {
                Message::Text(text) => return Some(serde_json::from_str(&text).expect("JSON")),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }

    /// Hears until a message is the one that is wanted.
    pub async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        within(PATIENCE, "a message to a browser", async {
            loop {
                let message = self.hears().await.expect("the socket is open");
                if wanted(&message) {
                    return message;
                }
            }
        })
        .await
    }

    /// Hears for a while; every entry of every `jobs` message goes to `take`.
    pub async fn hears_for(&mut self, time: Duration, mut take: impl FnMut(&Value)) {
        let hearing = async {
            while let Some(message) = self.hears().await {
                for entry in entries(&message) {
                    take(entry);
                }
            }
        };
        // Its end is the end of the time.
        drop(tokio::time::timeout(time, hearing).await);
    }
}

/// A socket that takes hardly more than is read.
fn strait() -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small buffer");
    setsockopt(&socket, TcpMaxSeg, &1_460).expect("small segments");
    socket
}

/// The jobs that a message tells of, whole or in part.
pub fn entries(message: &Value) -> impl Iterator<Item = &Value> {
    message.get("p").and_then(Value::as_array).into_iter().flatten()
}

/// The job and the picture of a preview, if a binary message is one.
#[must_use]
pub fn preview_of(message: &[u8]) -> Option<(String, &[u8])> {
    // Layout, kind, two bytes of the id's length and four of the number.
    let (head, rest) = message.split_at_checked(8)?;
    let length = usize::from(u16::from_be_bytes([*head.get(2)?, *head.get(3)?]));
    let (id, picture) = rest.split_at_checked(length)?;
    (head.get(..2) == Some(&[1, 1])).then(|| (String::from_utf8_lossy(id).into_owned(), picture))
}
