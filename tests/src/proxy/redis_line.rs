//! A line between a replica and Redis that knows where commands and answers begin and end.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    net::{UnixListener, UnixStream},
    sync::watch,
    task::{AbortHandle, JoinSet},
};

use super::{Often, count::Count, often::Turns, redis_connection::Connection};

/// The line. Dropping it ends it and every connection on it.
pub struct RedisLine {
    socket: PathBuf,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

/// The commands that a rule is about. Those that open a connection, and everything on a connection that subscribed or
/// ever blocked, are spared by every rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commands {
    All,
    /// EVAL and EVALSHA.
    Scripts,
}

/// What becomes of a command that a rule strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The connection ends; Redis never hears of it.
    Unsent,
    /// Every connection of the line ends, also those that are spared otherwise; Redis never hears of it.
    UnsentAndAllCut,
    /// Redis does it, and the connection ends in place of the answer.
    Unanswered,
    /// Redis does it, and the answer comes so much later, with those behind it on its connection.
    AnsweredLate(Duration),
    /// Redis never hears of it, and this is the answer.
    Refused(Refusal),
    /// It reaches Redis so much later. Commands behind it on its connection wait too, but not one after the other.
    Late(Duration),
}

/// An error of Redis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    NoScript,
    Loading,
    OutOfMemory,
    ReadOnly,
    Busy,
}

pub(super) struct Shared {
    leads_to: PathBuf,
    rule: Mutex<Option<Rule>>,
    pub(super) disturbed: Count,
    /// How often all connections were cut.
    cuts: watch::Sender<u64>,
}

struct Rule {
    commands: Commands,
    fate: Fate,
    turns: Turns,
}

impl RedisLine {
    /// A line from a new socket to the one of Redis.
    #[must_use]
    pub fn start(socket: &Path, redis: &Path) -> Self {
        let listener = UnixListener::bind(socket).expect("a socket");
        let shared = Arc::new(Shared {
            leads_to: redis.to_owned(),
            rule: Mutex::default(),
            disturbed: Count::default(),
            cuts: watch::Sender::default(),
        });
        let accepting = tokio::spawn(accept(listener, shared.clone())).abort_handle();
        Self { socket: socket.to_owned(), shared, accepting }
    }

    /// Where a replica dials.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// From now on this rule holds, and no other.
    pub fn disturb(&self, commands: Commands, often: Often, fate: Fate) {
        self.shared.set(Some(Rule { commands, fate, turns: Turns::new(often) }));
    }

    /// From now on everything goes through.
    pub fn heal(&self) {
        self.shared.set(None);
    }

    /// Ends every connection, also those that rules spare.
    pub fn cut(&self) {
        self.shared.disturbed.one_more();
        self.shared.cut();
    }

    /// How often it was disturbed.
    #[must_use]
    pub fn disturbed(&self) -> u64 {
        self.shared.disturbed.get()
    }

    /// Awaits that it was disturbed so often.
    pub async fn has_disturbed(&self, times: u64) {
        self.shared.disturbed.reaches(times).await;
    }
}

impl Drop for RedisLine {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Refusal {
    /// As Redis words it.
    #[must_use]
    pub const fn reply(self) -> &'static [u8] {
        match self {
            Self::NoScript => b"-NOSCRIPT No matching script. Please use EVAL.\r\n",
            Self::Loading => b"-LOADING Redis is loading the dataset in memory\r\n",
            Self::OutOfMemory => b"-OOM command not allowed when used memory > 'maxmemory'.\r\n",
            Self::ReadOnly => b"-READONLY You can't write against a read only replica.\r\n",
            Self::Busy => {
                b"-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n"
            }
        }
    }
}

impl Commands {
    fn include(self, words: &[&[u8]]) -> bool {
        let first = words.first().copied().unwrap_or_default();
        let is = |names: &[&str]| names.iter().any(|name| first.eq_ignore_ascii_case(name.as_bytes()));
        match self {
            Self::All => !is(&["AUTH", "HELLO", "CLIENT", "SELECT"]),
            Self::Scripts => is(&["EVAL", "EVALSHA"]),
        }
    }
}

impl Shared {
    fn set(&self, rule: Option<Rule>) {
        *self.rule.lock().unwrap_or_else(PoisonError::into_inner) = rule;
    }

    pub(super) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// What the rule wants with this command, if anything.
    pub(super) fn fate(&self, words: &[&[u8]]) -> Option<Fate> {
        let mut rule = self.rule.lock().unwrap_or_else(PoisonError::into_inner);
        let rule = rule.as_mut().filter(|rule| rule.commands.include(words))?;
        rule.turns.strikes().then_some(rule.fate)
    }
}

async fn accept(listener: UnixListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((client, _)) = listener.accept().await else { return };
        let shared = shared.clone();
        connections.spawn(async move {
            let mut cut = shared.cuts.subscribe();
            // Where Redis does not listen, the replica sees its connection end.
            let Ok(redis) = UnixStream::connect(&shared.leads_to).await else { return };
            tokio::select! {
                _ = Connection::new(&shared, client, redis).carry() => {}
                _ = cut.changed() => {}
            }
        });
    }
}
