//! The bulk socket: opened when there is something to send, and opened again when it breaks. Uploads go on at the
//! offset that the API names.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures_util::{
    SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use spool_faults::{Point, pass};
use spool_shared::{
    backoff::Backoff,
    protocol::{BulkFromAgent, BulkToAgent, DecodeError, decode, encode},
};
use tokio::{
    sync::{Notify, mpsc},
    task::spawn_blocking,
    time::{interval, sleep},
};
use tokio_tungstenite::tungstenite::Message;
use tracing::{debug, info, warn};

use super::{
    dial::{Dialer, Socket},
    transfers::{Frame, Transfers},
};
use crate::tasks::Tasks;

pub use super::transfer::{FileToStore, Update};

/// What the API says here is short.
const MAX_ANSWER: usize = 64 * 1024;
/// Windows between two tries to open the socket.
const FIRST_WINDOW: Duration = Duration::from_millis(250);
const LARGEST_WINDOW: Duration = Duration::from_secs(10);

/// Gives the bulk socket something to do. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct BulkHandle {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<BulkState>,
    bell: Notify,
}

#[derive(Debug, Default)]
struct BulkState {
    /// The control socket is open: the API knows this agent.
    up: bool,
    transfers: Transfers,
}

/// An upload under way. Dropping it gives the upload up.
#[derive(Debug)]
pub struct Upload {
    number: u32,
    bulk: BulkHandle,
    updates: mpsc::UnboundedReceiver<Update>,
}

impl Upload {
    /// How it goes on; nothing follows [`Update::Stored`], [`Update::Refused`] and [`Update::Unreadable`].
    pub async fn next(&mut self) -> Option<Update> {
        self.updates.recv().await
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.bulk.state().transfers.remove(self.number);
    }
}

impl BulkHandle {
    /// Starts an upload. It goes on over any number of connections.
    #[must_use]
    pub fn upload(&self, file: FileToStore) -> Upload {
        let (sender, updates) = mpsc::unbounded_channel();
        let number = self.state().transfers.add(file, sender);
        self.shared.bell.notify_waiters();
        Upload { number, bulk: self.clone(), updates }
    }

    /// Shows a preview, unless a newer one comes before it can be sent.
    pub fn show(&self, preview: BulkFromAgent) {
        self.state().transfers.show(preview);
        self.shared.bell.notify_waiters();
    }

    pub(super) fn set_limits(&self, chunk: u32, window: u32) {
        self.state().transfers.set_limits(chunk, window);
    }

    /// No socket is opened while the API does not know this agent; an open one stays.
    pub(super) fn set_up(&self, up: bool) {
        self.state().up = up;
        self.shared.bell.notify_waiters();
    }

    /// Runs `look` each time something may have changed, until it finds something.
    async fn wait_for<T>(&self, mut look: impl FnMut(&mut BulkState) -> Option<T>) -> T {
        loop {
            let changed = self.shared.bell.notified();
            let mut changed = std::pin::pin!(changed);
            changed.as_mut().enable();
            if let Some(found) = look(&mut self.state()) {
                return found;
            }
            changed.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, BulkState> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs the bulk socket.
#[derive(Debug)]
pub struct Bulk {
    pub dialer: Dialer,
    pub handle: BulkHandle,
    /// The longest wait for an answer before the socket is opened anew.
    pub stall: Duration,
    pub tasks: Tasks,
}

impl Bulk {
    pub async fn run(self) {
        tokio::select! {
            () = self.keep_connected() => {}
            () = self.tasks.ending() => {}
        }
    }

    async fn keep_connected(&self) {
        let mut backoff = Backoff::new(FIRST_WINDOW, LARGEST_WINDOW);
        loop {
            self.handle
                .wait_for(|state| (state.up && state.transfers.wants_connection()).then_some(()))
                .await;
            match self.dialer.dial_bulk(MAX_ANSWER).await {
                Ok(socket) => {
                    let (why, answered) = self.serve(socket).await;
                    info!(why, "The bulk socket is closed");
                    if answered {
                        backoff.reset();
                    }
                }
                Err(error) => warn!(%error, "Could not open the bulk socket"),
            }
            sleep(backoff.next_delay(rand::random())).await;
        }
    }

    /// One connection; why it ended, and whether the API said anything on it.
    async fn serve(&self, socket: Socket) -> (String, bool) {
        self.handle.state().transfers.start_over();
        let (sink, stream) = socket.split();
        let mut answered = false;
        let why = tokio::select! {
            why = self.listen(stream, &mut answered) => why,
            why = self.send(sink) => why,
        };
        (why, answered)
    }

    async fn send(&self, mut sink: SplitSink<Socket, Message>) -> String {
        loop {
            let frame = self.handle.wait_for(|state| state.transfers.next_frame(Instant::now())).await;
            let follows = matches!(frame, Frame::Chunk { more: true, .. });
            let message = match frame {
                Frame::Message(message) => message,
                Frame::Chunk { upload, file, offset, length, .. } => match read(file, offset, length).await {
                    Ok(bytes) => BulkFromAgent::Chunk { upload, offset, bytes },
                    Err(error) => {
                        warn!(%error, "A result file cannot be read");
                        self.handle.state().transfers.on_unreadable(upload);
                        continue;
                    }
                },
            };
            let bytes = match encode(&message) {
                Ok(bytes) => bytes,
                Err(error) => return format!("a message cannot be encoded: {error}"),
            };
            if let Err(error) = sink.send(Message::Binary(bytes.into())).await {
                return error.to_string();
            }
            if follows {
                pass(Point::AgentChunkSent);
            }
        }
    }

    async fn listen(&self, mut stream: SplitStream<Socket>, answered: &mut bool) -> String {
        let mut look = interval((self.stall / 4).clamp(Duration::from_millis(1), Duration::from_secs(1)));
        loop {
            tokio::select! {
                message = stream.next() => match message {
                    Some(Ok(Message::Binary(bytes))) => match decode::<BulkToAgent>(&bytes) {
                        Ok(answer) => {
                            *answered = true;
                            self.handle.state().transfers.on_answer(&answer, Instant::now());
                            self.handle.shared.bell.notify_waiters();
                        }
                        Err(DecodeError::Unknown(name)) => debug!(name, "Ignored an answer of an unknown kind"),
                        Err(error) => return format!("the API said something that is no message: {error}"),
                    },
                    Some(Ok(Message::Close(_))) | None => return "the API closed the socket".to_owned(),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return error.to_string(),
                },
                _ = look.tick() => {
                    let since = self.handle.state().transfers.awaiting_since();
                    if since.is_some_and(|since| since.elapsed() > self.stall) {
                        return format!("no answer for {} ms", self.stall.as_millis());
                    }
                }
            }
        }
    }
}

async fn read(file: Arc<File>, offset: u64, length: u64) -> io::Result<Vec<u8>> {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let reading = spawn_blocking(move || {
        let mut bytes = vec![0; length];
        file.read_exact_at(&mut bytes, offset)?;
        Ok(bytes)
    });
    reading.await.unwrap_or_else(|error| Err(io::Error::other(error)))
}
