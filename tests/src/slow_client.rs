//! A client that sends a request so slowly that it never ends.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Between two bytes.
const PAUSE: Duration = Duration::from_millis(100);

/// Where it becomes slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slow {
    /// In the head of a request.
    Head,
    /// In the body of a job.
    Body,
}

impl Slow {
    /// What is sent at once.
    fn start(self, address: &str) -> String {
        match self {
            Self::Head => format!("GET /api/jobs HTTP/1.1\r\nhost: {address}\r\nx-slow: "),
            Self::Body => format!(
                "POST /api/workflows/i2v HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
                 content-length: 1000000\r\n\r\n{{"
            ),
        }
    }
}

/// Sends the start at once and then one byte at a time, and counts these; what the server says before it ends the
/// connection, or nothing if there was none.
pub async fn trickles(address: &str, slow: Slow, sent: &AtomicU64) -> Option<String> {
    let mut socket = TcpStream::connect(address).await.ok()?;
    socket.write_all(slow.start(address).as_bytes()).await.ok()?;
    let (mut reading, mut writing) = socket.split();
    let mut answer = Vec::new();
    let sending = async {
        let mut ticks = tokio::time::interval(PAUSE);
        loop {
            ticks.tick().await;
            if writing.write_all(b"x").await.is_err() {
                std::future::pending::<()>().await;
            }
            sent.fetch_add(1, Ordering::Relaxed);
        }
    };
    let hearing = async {
        let mut bytes = [0; 1024];
        // A reset after the answer is an end, too.
        while let Ok(length @ 1..) = reading.read(&mut bytes).await {
            answer.extend_from_slice(bytes.get(..length).unwrap_or_default());
        }
    };
    tokio::select! {
        () = sending => {}
        () = hearing => {}
    }
    Some(String::from_utf8_lossy(&answer).into_owned())
}
