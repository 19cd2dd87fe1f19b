//! The life of one worker process, from its start to its end.

use std::{
    os::unix::process::ExitStatusExt as _,
    process::ExitStatus,
    time::{Duration, Instant},
};

use nix::sys::signal::Signal;
use spool_shared::{ids::JobId, job::Phase, protocol::DecodeError};
use tokio::{
    io::BufReader,
    net::{
        UnixListener,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc,
    task::JoinHandle,
    time::{sleep_until, timeout},
};
use tracing::{debug, info, warn};

use super::{
    codec::{self, FrameError},
    logs::{self, LastLine},
    process::{Ears, Launch, Process},
    protocol::{FromWorker, Hello, ToWorker, VERSION},
    supervisor::{Exit, Order, WorkerEvent},
    watchdog::Watchdog,
};
use crate::{config::Stalls, event::Events, tasks::Tasks};

/// From a cancel to SIGTERM, and from SIGTERM to SIGKILL.
const GRACE: Duration = Duration::from_secs(5);
/// From SIGKILL to giving the process up. A process in an uninterruptible sleep does not die before its driver
/// answers.
const REAPED_WITHIN: Duration = Duration::from_secs(30);
/// From the end of a worker's socket to the end of its process, and the other way round.
const ENDS_TOGETHER: Duration = Duration::from_secs(1);
/// For a frame to be taken by a worker whose socket has room for many.
const TAKES_FRAME: Duration = Duration::from_secs(5);
/// Messages read ahead of their handling.
const READ_AHEAD: usize = 64;

/// Whether the slot ends with this worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaving {
    Yes,
    No,
}

/// What a session borrows from its slot.
pub(super) struct Session<'a> {
    pub(super) launch: &'a Launch,
    pub(super) stalls: Stalls,
    pub(super) events: &'a Events,
    pub(super) tasks: &'a Tasks,
    pub(super) orders: &'a mut mpsc::UnboundedReceiver<Order>,
}

/// Why the conversation with a worker is over.
#[derive(Debug)]
enum End {
    /// The process or its socket ended.
    Gone,
    Stalled(Phase, Duration),
    /// It said something that is no message.
    Confused(String),
    /// The agent ended it.
    Stopped,
}

/// How far a worker is on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stopping {
    No,
    /// Until then it may obey the cancel.
    Asked(Instant),
    /// It has SIGTERM; SIGKILL follows then.
    Terminated(Instant),
    /// It has SIGKILL; it is given up then.
    Killed(Instant),
}

/// A worker that has said hello.
struct Conversation<'a, 'b> {
    session: &'a mut Session<'b>,
    process: &'a mut Process,
    writer: OwnedWriteHalf,
    job: Option<(JobId, Watchdog)>,
    stopping: Stopping,
    leaving: Leaving,
}

impl Session<'_> {
    pub(super) async fn live(&mut self) -> (Exit, Leaving) {
        let slot = self.launch.slot;
        let (mut process, ears) = match Process::start(self.launch) {
            Ok(started) => started,
            Err(error) => return (Exit::NotStarted { why: error.to_string() }, Leaving::No),
        };
        let Ears { listener, stdout, stderr } = ears;
        let last_line = LastLine::default();
        let mut logs = Vec::new();
        if let Some(pipe) = stdout {
            logs.push(
                self.tasks.spawn("worker-stdout", logs::follow(pipe, slot, "stdout", LastLine::default())),
            );
        }
        if let Some(pipe) = stderr {
            logs.push(
                self.tasks.spawn("worker-stderr", logs::follow(pipe, slot, "stderr", last_line.clone())),
            );
        }
        let (end, leaving, ready) = match self.greet(&mut process, &listener).await {
            Ok((hello, reader, writer)) => {
                self.events.worker(slot, WorkerEvent::Ready(hello)).await;
                let (end, leaving) = self.converse(&mut process, reader, writer).await;
                (end, leaving, true)
            }
            Err((end, leaving)) => (end, leaving, false),
        };
        let status = bury(&mut process, &end).await;
        close(logs).await;
        (exit(end, status, ready, &last_line), leaving)
    }

    /// Waits for the worker's hello.
    async fn greet(
        &mut self,
        process: &mut Process,
        listener: &UnixListener,
    ) -> Result<(Hello, BufReader<OwnedReadHalf>, OwnedWriteHalf), (End, Leaving)> {
        let deadline = tokio::time::Instant::now() + self.stalls.start;
        let mut hello = std::pin::pin!(first_message(listener));
        loop {
            tokio::select! {
                greeted = &mut hello => return match greeted {
                    Ok(Some(greeted)) => Ok(greeted),
                    Ok(None) => Err((End::Gone, Leaving::No)),
                    Err(error) => Err((End::Confused(error.to_string()), Leaving::No)),
                },
                _ = process.wait() => return Err((End::Gone, Leaving::No)),
                () = sleep_until(deadline) => {
                    return Err((End::Stalled(Phase::Load, self.stalls.start), Leaving::No));
                }
                order = self.orders.recv() => match order {
                    Some(Order::Kill) => return Err((End::Stopped, Leaving::No)),
                    Some(Order::Leave) | None => return Err((End::Stopped, Leaving::Yes)),
                    Some(Order::Start { .. } | Order::Run { .. } | Order::Cancel) => {}
                },
            }
        }
    }

    async fn converse(
        &mut self,
        process: &mut Process,
        reader: BufReader<OwnedReadHalf>,
        writer: OwnedWriteHalf,
    ) -> (End, Leaving) {
        let (sender, mut messages) = mpsc::channel(READ_AHEAD);
        let reading = self.tasks.spawn("worker-socket", read_all(reader, sender));
        let mut conversation = Conversation {
            session: self,
            process,
            writer,
            job: None,
            stopping: Stopping::No,
            leaving: Leaving::No,
        };
        let end = conversation.hold(&mut messages).await;
        reading.abort();
        (end, conversation.leaving)
    }
}

impl Conversation<'_, '_> {
    async fn hold(&mut self, messages: &mut mpsc::Receiver<Result<FromWorker, FrameError>>) -> End {
        let mut outlived_by = None;
        loop {
            let due = outlived_by.or_else(|| self.due());
            tokio::select! {
                biased;
                order = self.session.orders.recv(), if self.leaving == Leaving::No => {
                    self.on_order(order.unwrap_or(Order::Leave)).await;
                }
                message = messages.recv() => match message {
                    Some(Ok(message)) => self.on_message(message).await,
                    Some(Err(FrameError::Message(DecodeError::Unknown(name)))) => {
                        warn!(slot = self.session.launch.slot, name, "Ignored a message of an unknown kind");
                    }
                    Some(Err(error)) => return End::Confused(error.to_string()),
                    None => return self.gone(),
                },
                _ = self.process.wait(), if outlived_by.is_none() => {
                    // What it said last may still be on its way.
                    outlived_by = Some(Instant::now() + ENDS_TOGETHER);
                }
                () = sleep_until(due.unwrap_or_else(Instant::now).into()), if due.is_some() => {
                    if outlived_by.is_some() {
                        return self.gone();
                    }
                    if let Some(end) = self.on_due() {
                        return end;
                    }
                }
            }
        }
    }

    async fn on_order(&mut self, order: Order) {
        match order {
            Order::Start { .. } => {}
            Order::Run { run, pixels } => {
                self.job = Some((run.job, Watchdog::new(self.session.stalls, pixels, Instant::now())));
                self.say(&ToWorker::Run(*run)).await;
            }
            Order::Cancel => {
                if let (Some((job, _)), Stopping::No) = (&self.job, self.stopping) {
                    let cancel = ToWorker::Cancel { job: *job };
                    self.stopping = Stopping::Asked(Instant::now() + GRACE);
                    self.say(&cancel).await;
                }
            }
            Order::Kill => self.kill(),
            Order::Leave => {
                self.leaving = Leaving::Yes;
                if self.job.is_some() {
                    self.kill();
                } else {
                    self.stopping = Stopping::Terminated(Instant::now() + ENDS_TOGETHER);
                    self.say(&ToWorker::Stop {}).await;
                }
            }
        }
    }

    async fn on_message(&mut self, message: FromWorker) {
        if matches!(self.stopping, Stopping::Terminated(_) | Stopping::Killed(_)) {
            return;
        }
        let (job, ends) = match &message {
            FromWorker::Hello(_) => return,
            FromWorker::Started { job }
            | FromWorker::Progress { job, .. }
            | FromWorker::Preview { job, .. } => (*job, false),
            FromWorker::Succeeded { job, .. }
            | FromWorker::Failed { job, .. }
            | FromWorker::Canceled { job } => (*job, true),
        };
        let Some((current, watchdog)) = &mut self.job else { return };
        if *current != job {
            warn!(slot = self.session.launch.slot, job.id = %job, "Ignored what the worker said of another job");
            return;
        }
        if let FromWorker::Progress { phase, step, fraction, .. } = message {
            watchdog.observe(phase, step, fraction, Instant::now());
        }
        if ends {
            self.job = None;
            self.stopping = Stopping::No;
        }
        self.session.events.worker(self.session.launch.slot, WorkerEvent::Said(message)).await;
    }

    /// When something is to be done if nothing happens before.
    fn due(&self) -> Option<Instant> {
        match (self.stopping, &self.job) {
            (Stopping::Asked(due) | Stopping::Terminated(due) | Stopping::Killed(due), _) => Some(due),
            (Stopping::No, Some((_, watchdog))) => Some(watchdog.deadline()),
            (Stopping::No, None) => None,
        }
    }

    fn on_due(&mut self) -> Option<End> {
        match self.stopping {
            Stopping::No => {
                let (phase, limit) = self.job.as_ref().map(|(_, watchdog)| watchdog.verdict())?;
                return Some(End::Stalled(phase, limit));
            }
            Stopping::Asked(_) => {
                info!(
                    slot = self.session.launch.slot,
                    "The worker does not obey the cancel; it is terminated"
                );
                self.process.signal(Signal::SIGTERM);
                self.stopping = Stopping::Terminated(Instant::now() + GRACE);
            }
            Stopping::Terminated(_) => self.kill(),
            // The burial waits once more, and gives the process up.
            Stopping::Killed(_) => return Some(End::Stopped),
        }
        None
    }

    fn kill(&mut self) {
        self.process.signal(Signal::SIGKILL);
        self.stopping = Stopping::Killed(Instant::now() + ENDS_TOGETHER);
    }

    const fn gone(&self) -> End {
        match self.stopping {
            Stopping::No | Stopping::Asked(_) => End::Gone,
            Stopping::Terminated(_) | Stopping::Killed(_) => End::Stopped,
        }
    }

    /// A worker that does not take a message is dead or will be found stalled.
    async fn say(&mut self, message: &ToWorker) {
        match timeout(TAKES_FRAME, codec::write(&mut self.writer, message)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => debug!(slot = self.session.launch.slot, %error, "The worker took no message"),
            Err(_) => warn!(slot = self.session.launch.slot, "The worker reads no messages"),
        }
    }
}

type Greeting = (Hello, BufReader<OwnedReadHalf>, OwnedWriteHalf);

async fn first_message(listener: &UnixListener) -> Result<Option<Greeting>, FrameError> {
    let (stream, _) = listener.accept().await?;
    let (reader, writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    match codec::read(&mut reader).await? {
        Some(FromWorker::Hello(hello)) if hello.protocol == VERSION => Ok(Some((hello, reader, writer))),
        Some(FromWorker::Hello(hello)) => {
            let sentence = format!("it speaks protocol {}, not {VERSION}", hello.protocol);
            Err(DecodeError::Malformed(sentence).into())
        }
        Some(_) => Err(DecodeError::Malformed("hello was expected first".into()).into()),
        None => Ok(None),
    }
}

async fn read_all(mut reader: BufReader<OwnedReadHalf>, into: mpsc::Sender<Result<FromWorker, FrameError>>) {
    loop {
        let message = match codec::read(&mut reader).await {
            Ok(Some(message)) => Ok(message),
            Ok(None) => return,
            Err(error) => Err(error),
        };
        let last = !matches!(message, Ok(_) | Err(FrameError::Message(DecodeError::Unknown(_))));
        if into.send(message).await.is_err() || last {
            return;
        }
    }
}

/// Sees to it that the process is gone; `None` if it does not die.
async fn bury(process: &mut Process, end: &End) -> Option<ExitStatus> {
    if matches!(end, End::Gone)
        && let Ok(Ok(status)) = timeout(ENDS_TOGETHER, process.wait()).await
    {
        return Some(status);
    }
    process.signal(Signal::SIGKILL);
    timeout(REAPED_WITHIN, process.wait()).await.ok()?.ok()
}

async fn close(logs: Vec<JoinHandle<()>>) {
    for mut log in logs {
        if timeout(logs::PIPES_CLOSE, &mut log).await.is_err() {
            log.abort();
        }
    }
}

fn exit(end: End, status: Option<ExitStatus>, ready: bool, last_line: &LastLine) -> Exit {
    let Some(status) = status else { return Exit::Stuck };
    let unready = |how| Exit::Unready { how, last_line: last_line.get(), code: status.code() };
    match end {
        End::Stopped => Exit::Stopped,
        End::Stalled(phase, limit) if ready => Exit::Stalled { phase, limit },
        End::Stalled(_, limit) => unready(format!("said nothing for {} ms", limit.as_millis())),
        End::Confused(why) if ready => {
            Exit::Crashed { how: format!("said something that is no message ({why})") }
        }
        End::Confused(why) => unready(format!("said something that is no greeting ({why})")),
        End::Gone if ready => Exit::Crashed { how: how(status) },
        End::Gone => unready(how(status)),
    }
}

fn how(status: ExitStatus) -> String {
    match (status.code(), status.signal().map(Signal::try_from)) {
        (Some(code), _) => format!("ended with exit status {code}"),
        (None, Some(Ok(signal))) => format!("was ended by {signal}"),
        (None, _) => "was ended by a signal".to_owned(),
    }
}
