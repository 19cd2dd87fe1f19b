//! The life of a slot: one worker after another, each started when it is ordered.

use std::{fmt, time::Duration};

use spool_shared::job::Phase;
use tokio::{sync::mpsc, time::sleep};

use super::{
    process::Launch,
    protocol::{FromWorker, Hello, Run},
    session::{Leaving, Session},
};
use crate::{config::Stalls, event::Events, tasks::Tasks};

/// What a slot tells.
#[derive(Debug, Clone, PartialEq)]
pub enum WorkerEvent {
    /// A worker runs and waits for jobs.
    Ready(Hello),
    /// About the job that it was given last.
    Said(FromWorker),
    /// It is gone, with everything it started.
    Exited(Exit),
}

/// Why a worker is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// The program could not be started.
    NotStarted { why: String },
    /// It ended before it said hello; `last_line` is what it printed last.
    Unready { how: String, last_line: String, code: Option<i32> },
    /// It ended by itself, with whatever status.
    Crashed { how: String },
    /// It gave no sign of getting further for too long, and was killed.
    Stalled { phase: Phase, limit: Duration },
    /// The agent ended it.
    Stopped,
    /// It does not die: a process that waits for its driver cannot be killed.
    Stuck,
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted { why } => write!(f, "The worker could not be started: {why}"),
            Self::Unready { how, last_line, .. } if last_line.is_empty() => {
                write!(f, "The worker {how} before it was ready")
            }
            Self::Unready { how, last_line, .. } => {
                write!(f, "The worker {how} before it was ready: {last_line}")
            }
            Self::Crashed { how } => write!(f, "The worker {how} in the middle of the job"),
            Self::Stalled { phase, limit } => {
                write!(f, "The worker got no further in phase {phase} for {} ms", limit.as_millis())
            }
            Self::Stopped => f.write_str("The worker was stopped"),
            Self::Stuck => f.write_str("The worker could not be killed"),
        }
    }
}

#[derive(Debug)]
pub(super) enum Order {
    Start { after: Duration },
    Run { run: Box<Run>, pixels: u64 },
    Cancel,
    Kill,
    Leave,
}

/// Gives orders to a slot; they are obeyed in turn.
#[derive(Debug, Clone)]
pub struct SlotHandle {
    orders: mpsc::UnboundedSender<Order>,
}

impl SlotHandle {
    /// Starts a worker after a delay, if none runs.
    pub fn start(&self, after: Duration) {
        self.order(Order::Start { after });
    }

    /// Gives the worker a job. `pixels` is the job's size for the watchdog.
    pub fn run(&self, run: Box<Run>, pixels: u64) {
        self.order(Order::Run { run, pixels });
    }

    /// Asks the worker to stop its job; terminates it after 5 s, kills it after 5 s more.
    pub fn cancel(&self) {
        self.order(Order::Cancel);
    }

    /// Kills the worker.
    pub fn kill(&self) {
        self.order(Order::Kill);
    }

    /// Ends the worker, at once if it is busy, and the slot with it.
    pub fn leave(&self) {
        self.order(Order::Leave);
    }

    fn order(&self, order: Order) {
        // A slot that has ended needs no orders.
        let _ = self.orders.send(order);
    }
}

/// Runs one slot.
#[derive(Debug)]
pub struct Supervisor {
    launch: Launch,
    stalls: Stalls,
    events: Events,
    tasks: Tasks,
    orders: mpsc::UnboundedReceiver<Order>,
}

impl Supervisor {
    #[must_use]
    pub fn new(launch: Launch, stalls: Stalls, events: Events, tasks: Tasks) -> (Self, SlotHandle) {
        let (sender, orders) = mpsc::unbounded_channel();
        (Self { launch, stalls, events, tasks, orders }, SlotHandle { orders: sender })
    }

    /// Obeys orders until it is told to leave.
    pub async fn run(mut self) {
        while self.start_ordered().await {
            let mut session = Session {
                launch: &self.launch,
                stalls: self.stalls,
                events: &self.events,
                tasks: &self.tasks,
                orders: &mut self.orders,
            };
            let (exit, leaving) = session.live().await;
            if leaving == Leaving::Yes {
                return;
            }
            self.events.worker(self.launch.slot, WorkerEvent::Exited(exit)).await;
        }
    }

    /// Waits until a worker shall be started; false if none shall be any more.
    async fn start_ordered(&mut self) -> bool {
        let after = loop {
            match self.orders.recv().await {
                Some(Order::Start { after }) => break after,
                Some(Order::Leave) | None => return false,
                // Meant for the worker that is gone; whoever gave it learns that it is.
                Some(Order::Run { .. } | Order::Cancel | Order::Kill) => {}
            }
        };
        let mut due = std::pin::pin!(sleep(after));
        loop {
            tokio::select! {
                () = &mut due => return true,
                order = self.orders.recv() => {
                    if matches!(order, Some(Order::Leave) | None) {
                        return false;
                    }
                }
            }
        }
    }
}
