//! Everything that happens to an agent, on its way to [`crate::decide`].

use spool_shared::protocol::{Output, RefusedCode, ToAgent};
use tokio::sync::mpsc;

use crate::{
    gpu::Reading,
    state::{Failure, StoreRun, WorkId},
    worker::{WorkerEvent, protocol::Input},
};

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The control socket is open; the API waits for `hello`.
    LinkOpened,
    /// The API said something.
    Said(ToAgent),
    /// The control socket is gone.
    LinkLost,
    /// It is time to renew the leases.
    HeartbeatDue,
    /// Of a slot's worker.
    Worker { slot: u32, event: WorkerEvent },
    /// A lease's inputs are on this disk.
    Fetched { work: WorkId, inputs: Vec<Input> },
    /// They could not be had; `fault`: because of this node.
    NotFetched { work: WorkId, why: String, fault: bool },
    /// So much of a result is stored, 0–1.
    Storing { work: WorkId, run: StoreRun, fraction: f64 },
    /// Every file of a result is stored.
    Stored { work: WorkId, run: StoreRun, outputs: Vec<Output>, upload_ms: u64 },
    /// A result cannot be stored.
    NotStored { work: WorkId, run: StoreRun, why: NotStored },
    /// The agent tested whether its temporary folder can be written.
    Tested(Result<(), String>),
    /// What the driver says of the GPUs of slots.
    Gpus(Vec<(u32, Reading)>),
    /// A timer that a command set.
    Wake(Wake),
    /// SIGTERM or SIGINT.
    Signal,
}

/// Why a result cannot be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotStored {
    /// The API does not want it.
    Refused(RefusedCode),
    Failed(Failure),
}

/// What a timer was set for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// Say again how this lease stands: the API could not take it before.
    Restate(WorkId),
    /// The time for running jobs to end is over.
    DrainOver,
    /// The API has had the time to hear what was given back.
    PartingOver,
    /// A paused agent is to test itself.
    Test,
}

/// Events that may wait; whoever has more waits with them.
const QUEUE: usize = 256;

/// Where events are told. Clones share the queue.
#[derive(Debug, Clone)]
pub struct Events {
    queue: mpsc::Sender<Event>,
}

/// Where they come out.
#[derive(Debug)]
pub struct Inbox {
    queue: mpsc::Receiver<Event>,
}

impl Events {
    #[must_use]
    pub fn new() -> (Self, Inbox) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        (Self { queue: sender }, Inbox { queue: receiver })
    }

    pub async fn tell(&self, event: Event) {
        // Nobody listens any more when the agent is on its way out.
        let _ = self.queue.send(event).await;
    }

    /// For a thread that may wait; false once nobody listens any more.
    #[must_use]
    pub fn tell_blocking(&self, event: Event) -> bool {
        self.queue.blocking_send(event).is_ok()
    }

    pub async fn worker(&self, slot: u32, event: WorkerEvent) {
        self.tell(Event::Worker { slot, event }).await;
    }
}

impl Inbox {
    /// The next event; `None` once nobody can tell any more.
    pub async fn next(&mut self) -> Option<Event> {
        self.queue.recv().await
    }
}
