//! Opening a socket to the API.

use std::{io, sync::Arc, time::Duration};

use rustls::ClientConfig;
use socket2::{SockRef, TcpKeepalive};
use spool_shared::{
    ids::AgentId,
    protocol::{AGENT_HEADER, MAX_CONTROL_BYTES, OLDEST_AGENT_HEADER, VERSION_HEADER},
};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    Connector, MaybeTlsStream, WebSocketStream, client_async_tls_with_config,
    tungstenite::{
        self,
        client::IntoClientRequest as _,
        handshake::client::Response,
        http::{HeaderValue, header},
        protocol::WebSocketConfig,
    },
};
use url::{Host, Url};

use crate::config::{Address, Secret};

/// From the first packet to the end of the handshake.
pub(super) const OPENED_WITHIN: Duration = Duration::from_secs(10);
/// The same while leases are at stake: a replica that takes connections and says nothing must leave time for another.
pub(super) const OPENED_WHILE_HOLDING: Duration = Duration::from_secs(4);
/// The kernel gives a connection up whose data is not acknowledged for so long: as long as an answer to a heartbeat is
/// awaited where nothing is set. Its own default is about 15 minutes.
const UNACKNOWLEDGED: Duration = Duration::from_secs(12);
/// Keepalive: idle time, interval and probes before a connection without traffic is given up.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(15), Duration::from_secs(5), 3);
/// Enough for most messages; the default of 128 KiB would be the agent's largest piece of memory.
const READ_BUFFER: usize = 4 * 1024;
/// How much may wait in the socket's own buffer: some chunks.
const WRITE_BUFFER: usize = 4 * 1024 * 1024;

/// How many bytes of an upload may wait in the kernel, not sent yet. Without a limit that is megabytes, and a preview
/// would stand behind all of them.
const UNSENT: u32 = 64 * 1024;

pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Why a socket could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    #[error("the API cannot be reached: {0}")]
    Io(#[from] io::Error),
    #[error("the API did not answer within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// An answer other than an open socket.
    #[error("the API answered with status {status}")]
    Refused { status: u16, retry_after: Option<Duration> },
    #[error("the API did not speak WebSocket: {0}")]
    Handshake(String),
}

/// What an API says of itself when a socket opens, before anybody has introduced himself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The version of the protocol that it speaks.
    pub protocol: Option<u32>,
    /// The oldest agent program that it takes.
    pub oldest_agent: Option<String>,
}

/// Opens sockets to one API.
#[derive(Debug, Clone)]
pub struct Dialer {
    pub address: Address,
    /// Who dials; nobody where it is only looked whether the API is there.
    pub agent: Option<AgentId>,
    pub token: Option<Secret>,
    /// Needed for `wss` alone.
    pub tls: Option<Arc<ClientConfig>>,
}

impl Dialer {
    /// As [`Dialer::dial`], for a socket that has far more to say than the line carries.
    pub(super) async fn dial_bulk(&self, max_message: usize) -> Result<Socket, DialError> {
        let socket = self.dial(&self.address.bulk(), max_message, OPENED_WITHIN).await?;
        let stream = match socket.get_ref() {
            MaybeTlsStream::Plain(stream) => Some(stream),
            MaybeTlsStream::Rustls(stream) => Some(stream.get_ref().0),
            _ => None,
        };
        if let Some(stream) = stream {
            SockRef::from(stream).set_tcp_notsent_lowat(UNSENT)?;
        }
        Ok(socket)
    }

    /// Opens `url`; messages over `max_message` bytes will end the connection.
    pub(super) async fn dial(
        &self,
        url: &Url,
        max_message: usize,
        within: Duration,
    ) -> Result<Socket, DialError> {
        let opened = timeout(within, self.open(url, max_message)).await;
        opened.unwrap_or(Err(DialError::TimedOut(within))).map(|(socket, _)| socket)
    }

    /// Opens a control socket and closes it without a word.
    pub async fn terms(&self) -> Result<Terms, DialError> {
        let url = self.address.control();
        let opened = timeout(OPENED_WITHIN, self.open(&url, MAX_CONTROL_BYTES)).await;
        let (mut socket, answer) = opened.unwrap_or(Err(DialError::TimedOut(OPENED_WITHIN)))?;
        let told = |name: &str| answer.headers().get(name)?.to_str().ok().map(ToOwned::to_owned);
        let protocol = told(VERSION_HEADER).and_then(|text| text.parse().ok());
        let terms = Terms { protocol, oldest_agent: told(OLDEST_AGENT_HEADER) };
        // It was open, and that is all that was to be known.
        let _ = timeout(OPENED_WITHIN, socket.close(None)).await;
        Ok(terms)
    }

    async fn open(&self, url: &Url, max_message: usize) -> Result<(Socket, Response), DialError> {
        let mut request = url.as_str().into_client_request().map_err(refusal)?;
        if let Some(agent) = self.agent {
            let agent = HeaderValue::try_from(agent.to_string())
                .map_err(|error| DialError::Handshake(error.to_string()))?;
            request.headers_mut().insert(AGENT_HEADER, agent);
        }
        if let Some(token) = &self.token {
            let mut value = HeaderValue::try_from(format!("Bearer {}", token.reveal()))
                .map_err(|error| DialError::Handshake(error.to_string()))?;
            value.set_sensitive(true);
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_write_buffer_size(WRITE_BUFFER)
            .max_message_size(Some(max_message))
            .max_frame_size(Some(max_message));
        let connector = self.tls.clone().map_or(Connector::Plain, Connector::Rustls);
        let stream = connect(url).await?;
        let opened = client_async_tls_with_config(request, stream, Some(config), Some(connector)).await;
        opened.map_err(refusal)
    }
}

async fn connect(url: &Url) -> Result<TcpStream, io::Error> {
    let port = url.port_or_known_default().unwrap_or(443);
    let stream = match url.host() {
        Some(Host::Domain(name)) => TcpStream::connect((name, port)).await?,
        Some(Host::Ipv4(address)) => TcpStream::connect((address, port)).await?,
        Some(Host::Ipv6(address)) => TcpStream::connect((address, port)).await?,
        None => return Err(io::Error::new(io::ErrorKind::InvalidInput, "the address has no host")),
    };
    stream.set_nodelay(true)?;
    let socket = SockRef::from(&stream);
    let (idle, interval, probes) = KEEPALIVE;
    let keepalive = TcpKeepalive::new().with_time(idle).with_interval(interval).with_retries(probes);
    socket.set_tcp_keepalive(&keepalive)?;
    socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED))?;
    Ok(stream)
}

fn refusal(error: tungstenite::Error) -> DialError {
    match error {
        tungstenite::Error::Io(error) => DialError::Io(error),
        tungstenite::Error::Http(answer) => {
            let retry_after = answer.headers().get(header::RETRY_AFTER);
            let seconds =
                retry_after.and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
            DialError::Refused {
                status: answer.status().as_u16(),
                retry_after: seconds.map(Duration::from_secs),
            }
        }
        other => DialError::Handshake(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn small_messages_go_at_once_and_a_dead_line_is_noticed() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("ws://{}", server.local_addr().unwrap())).unwrap();
        let stream = connect(&url).await.unwrap();
        let socket = SockRef::from(&stream);
        assert!(stream.nodelay().unwrap() && socket.keepalive().unwrap());
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(UNACKNOWLEDGED));
    }
}
