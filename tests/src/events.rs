//! Server-sent events, as a browser's `EventSource` reads them.

use std::pin::Pin;

use futures_util::{Stream, StreamExt};

use crate::Job;

type Chunks = Pin<Box<dyn Stream<Item = Option<Vec<u8>>> + Send>>;

/// One connection.
pub struct Events {
    chunks: Chunks,
    unread: Vec<u8>,
}

/// One event with data; comments are passed over.
#[derive(Debug, Clone)]
pub struct Event {
    /// The position to resume from.
    pub id: Option<String>,
    pub name: String,
    pub data: String,
}

impl Event {
    /// The job that it shows.
    #[must_use]
    pub fn job(&self) -> Job {
        serde_json::from_str(&self.data)
            .unwrap_or_else(|error| panic!("event {:?} shows no job: {error}: {}", self.name, self.data))
    }
}

impl Events {
    pub(crate) fn of(response: reqwest::Response) -> Self {
        let chunks = response.bytes_stream().map(|chunk| chunk.ok().map(|bytes| bytes.to_vec()));
        Self { chunks: Box::pin(chunks), unread: Vec::new() }
    }

    /// The next event; `None` when the connection ended, in whatever way.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some(end) = self.unread.windows(2).position(|two| two == b"\n\n") {
                let block: Vec<u8> = self.unread.drain(..end + 2).collect();
                if let Some(event) = parse(&String::from_utf8_lossy(&block)) {
                    return Some(event);
                }
            }
            self.unread.extend(self.chunks.next().await.flatten()?);
        }
    }
}

fn parse(block: &str) -> Option<Event> {
    let mut event = Event { id: None, name: "message".to_owned(), data: String::new() };
    for line in block.lines() {
        match line.split_once(':').map(|(field, value)| (field, value.strip_prefix(' ').unwrap_or(value))) {
            Some(("id", value)) => event.id = Some(value.to_owned()),
            Some(("event", value)) => value.clone_into(&mut event.name),
            Some(("data", value)) => event.data.push_str(value),
            _ => {}
        }
    }
    (!event.data.is_empty()).then_some(event)
}
