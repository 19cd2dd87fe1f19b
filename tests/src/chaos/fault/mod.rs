//! The faults of the random runner. Each belongs to a row of the matrix, `tests/FAULTS.md`; some to one of several, as
//! it turns out.

mod draw;
mod hold;
mod network;

use spool_faults::Point;

pub(super) use network::{Line, Loss, Storm, Ways};

use super::schedule::REPLICAS;
use crate::proxy::{
    Direction, frames,
    redis_line::{self, Refusal},
};

/// Between two blows of a fault that strikes again and again.
pub(super) const BLOW_MS: u64 = 50;
/// How long a fault that is to disturb something waits for it beyond its time. Then it becomes one that surely does.
pub(super) const WAIT_MS: u64 = 1_500;
/// An agent that was silent for so long is dead; `SPOOL_AGENT_DEAD_MS` of a run.
pub(super) const DEAD_MS: u64 = 1_500;

/// One fault with all that is to be known to make it. Times are milliseconds: how long the fault lasts.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// SIGKILL to an agent, which is started again; its workers must die with it.
    KillAgent { agent: usize, away_ms: u64 },
    /// SIGSTOP to an agent, for less or for more than makes it dead.
    FreezeAgent { agent: usize, for_ms: u64 },
    /// SIGTERM to an agent in the middle of its work, then a new one with the same id.
    StopAgent { agent: usize },
    /// The same, and SIGKILL so soon that its work may not have ended.
    HurryAgent { agent: usize, notice_ms: u64 },
    /// SIGKILL to whatever agent has one certain job, so many times at most.
    HuntJob { times: u64 },
    /// SIGKILL to every agent at once, for longer than a job may wait for one.
    KillAgents { away_ms: u64 },
    /// The token of all agents is revoked. Afterwards they are started again with another one.
    RevokeToken { for_ms: u64 },
    /// SIGKILL to the worker of a slot.
    KillWorker { agent: usize, slot: u32 },
    /// The same, and Python ends at each start.
    BreakPython { agent: usize, slot: u32, for_ms: u64 },
    /// An agent may let no file grow, or open no more.
    CrampAgent { agent: usize, limit: Limit, for_ms: u64 },
    /// The wall clock of an agent jumps by an hour. It is killed and started again to have a clock of its own.
    JumpClock { agent: usize, for_ms: u64 },
    /// SIGKILL to a replica, which is started again at the same address.
    KillReplica { replica: usize, away_ms: u64 },
    /// SIGKILL to every replica at once.
    KillReplicas { away_ms: u64 },
    /// SIGTERM to a replica, then a new one at the same address.
    StopReplica { replica: usize },
    /// SIGSTOP to a replica.
    FreezeReplica { replica: usize, for_ms: u64 },
    /// A replica may let no file grow.
    CrampReplica { replica: usize, for_ms: u64 },
    /// SIGSTOP to Redis.
    FreezeRedis { for_ms: u64 },
    /// SIGKILL to Redis, which comes back empty: a new session.
    KillRedis { away_ms: u64 },
    /// The same once a job was handed out and no replica has heard of it.
    KillRedisAtHandOut { away_ms: u64 },
    /// `SCRIPT FLUSH` again and again.
    FlushScripts { times: u32 },
    /// Every connection to Redis is cut, again and again.
    CutRedis { times: u32 },
    /// Redis may not take a byte more.
    FillRedis { for_ms: u64 },
    /// An agent that kills itself the `nth` time that it passes this point. It is killed and started again for that.
    CrashAgent { agent: usize, point: Point, nth: u32 },
    /// A replica that does so.
    CrashReplica { replica: usize, point: Point, nth: u32 },
    /// Each `each`-th command of a replica meets this fate.
    DisturbRedis { replica: usize, fate: redis_line::Fate, each: u64, for_ms: u64 },
    /// Each `each`-th message of this kind of an agent's sockets, or to them, meets this fate.
    DisturbFrames { agent: usize, kind: Kind, fate: frames::Fate, each: u64, for_ms: u64 },
    /// What a network does to all connections of a line.
    Storm { line: Line, storm: Storm, for_ms: u64 },
    /// Packets of the agent that has a network of its own are lost; where there is none, its link is a hole.
    LosePackets { loss: Loss, for_ms: u64 },
}

/// What a process may have no more of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Bytes in a file.
    Growth,
    /// Open files.
    Files,
}

/// Messages between an agent and its replica.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Chunks of results; they go up.
    Chunks,
    /// All others that go this way.
    Others(Direction),
}

/// How long a process has to pass its point.
const CRASH_MS: u64 = 2_000;

/// The row of the matrix that is about this point.
pub(super) const fn row_of(point: Point) -> &'static str {
    match point {
        Point::AgentAssigned => "F2",
        Point::AgentAccepted | Point::AgentFetched | Point::AgentStarted => "F3",
        Point::AgentChunkSent => "F5",
        Point::AgentStored => "F6",
        Point::AgentSucceeded | Point::AgentDone => "F7",
        Point::ApiBodyRead => "F9",
        Point::ApiSubmitted => "F10",
        Point::ApiScheduled | Point::ApiMailRead => "F11",
        Point::ApiFileWhole | Point::ApiFileStored | Point::ApiSucceeding | Point::ApiSucceeded => "F12",
        Point::ApiChunkTaken => "F13",
        Point::ApiGreeted => "F14",
        Point::ApiReaped => "F50",
    }
}

impl Fault {
    /// The rows that can be drawn. F37 belongs to the world of a run, not to one of its faults.
    pub const ROWS: [&'static str; 50] = [
        "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12", "F13", "F14", "F16",
        "F17", "F18", "F19", "F20", "F21", "F22", "F23", "F25", "F26", "F30", "F33", "F34", "F35", "F36",
        "F37", "F38", "F39", "F40", "F41", "F42", "F43", "F44", "F45", "F46", "F47", "F50", "F55", "F58",
        "F59", "F67", "F68", "F69", "F72", "F74", "F78",
    ];

    /// The row of the matrix that it is meant for. What it turns out to be is in the history.
    #[must_use]
    pub const fn row(&self) -> &'static str {
        match self {
            Self::KillAgent { .. } => "F4",
            Self::FreezeAgent { for_ms: ..DEAD_MS, .. } => "F35",
            Self::FreezeAgent { .. } => "F33",
            Self::StopAgent { .. } => "F68",
            Self::HurryAgent { .. } => "F69",
            Self::HuntJob { .. } => "F8",
            Self::KillAgents { .. } => "F72",
            Self::RevokeToken { .. } => "F74",
            Self::KillWorker { .. } => "F26",
            Self::BreakPython { .. } => "F30",
            Self::CrampAgent { .. } => "F59",
            Self::JumpClock { .. } => "F36",
            Self::KillReplica { .. } => "F13",
            Self::KillReplicas { .. } => "F14",
            Self::StopReplica { .. } => "F67",
            Self::FreezeReplica { .. } => "F42",
            Self::CrampReplica { .. } => "F58",
            Self::FreezeRedis { .. } => "F18",
            Self::KillRedis { .. } => "F16",
            Self::KillRedisAtHandOut { .. } => "F17",
            Self::FlushScripts { .. } => "F20",
            Self::CutRedis { .. } => "F25",
            Self::FillRedis { .. } => "F19",
            Self::CrashAgent { point, .. } | Self::CrashReplica { point, .. } => row_of(*point),
            Self::DisturbRedis { fate, .. } => match fate {
                redis_line::Fate::Unsent | redis_line::Fate::Unanswered => "F21",
                redis_line::Fate::UnsentAndAllCut => "F25",
                redis_line::Fate::Refused(Refusal::NoScript) => "F20",
                redis_line::Fate::Refused(_) => "F23",
                redis_line::Fate::Late(_) | redis_line::Fate::AnsweredLate(_) => "F22",
            },
            Self::DisturbFrames { fate: frames::Fate::Corrupt, .. } => "F47",
            Self::DisturbFrames { kind: Kind::Chunks, .. } => "F45",
            Self::DisturbFrames { fate, .. } => match fate {
                frames::Fate::Twice => "F44",
                frames::Fate::Behind(_) => "F46",
                frames::Fate::Corrupt => "F47",
                frames::Fate::Newer => "F70",
                frames::Fate::Lost | frames::Fate::Closed => "F78",
            },
            Self::Storm { line, storm, for_ms } => storm.row(*line, *for_ms),
            Self::LosePackets { loss, .. } => loss.row(),
        }
    }

    /// The rows that it may turn out to be instead.
    #[cfg(test)]
    pub(super) const fn instead(&self) -> &'static [&'static str] {
        match self {
            Self::KillAgent { .. } => &["F1"],
            Self::FreezeAgent { .. } => &["F34", "F55"],
            _ => &[],
        }
    }

    /// Whether it takes hold of something that may not be used, and so disturbs nothing until it is.
    pub(super) const fn waits(&self) -> bool {
        matches!(
            self,
            Self::DisturbRedis { .. }
                | Self::DisturbFrames { .. }
                | Self::FillRedis { .. }
                | Self::BreakPython { .. }
                | Self::CrampAgent { .. }
                | Self::CrampReplica { .. }
                | Self::JumpClock { .. }
                | Self::Storm { .. }
                | Self::LosePackets { .. }
        )
    }

    /// What is made of it when nothing was there that it could disturb; none where something will surely be.
    pub(super) fn otherwise(&self) -> Option<Self> {
        match self {
            Self::CrampAgent { agent, .. } | Self::JumpClock { agent, .. } => {
                Some(Self::KillAgent { agent: *agent, away_ms: 0 })
            }
            Self::CrampReplica { replica, .. } => Some(Self::KillReplica { replica: *replica, away_ms: 0 }),
            Self::DisturbFrames { agent, kind: Kind::Chunks, .. } => Some(Self::DisturbFrames {
                agent: *agent,
                kind: Kind::Others(Direction::Up),
                fate: frames::Fate::Twice,
                each: 1,
                for_ms: BLOW_MS,
            }),
            _ => None,
        }
    }

    /// How long it lasts.
    #[must_use]
    pub fn lasts_ms(&self) -> u64 {
        match self {
            Self::KillAgent { away_ms: ms, .. }
            | Self::KillAgents { away_ms: ms }
            | Self::RevokeToken { for_ms: ms }
            | Self::BreakPython { for_ms: ms, .. }
            | Self::FreezeAgent { for_ms: ms, .. }
            | Self::HurryAgent { notice_ms: ms, .. }
            | Self::CrampAgent { for_ms: ms, .. }
            | Self::JumpClock { for_ms: ms, .. }
            | Self::KillReplica { away_ms: ms, .. }
            | Self::KillReplicas { away_ms: ms }
            | Self::FreezeReplica { for_ms: ms, .. }
            | Self::CrampReplica { for_ms: ms, .. }
            | Self::FreezeRedis { for_ms: ms }
            | Self::KillRedis { away_ms: ms }
            | Self::KillRedisAtHandOut { away_ms: ms }
            | Self::FillRedis { for_ms: ms }
            | Self::DisturbRedis { for_ms: ms, .. }
            | Self::DisturbFrames { for_ms: ms, .. }
            | Self::Storm { for_ms: ms, .. }
            | Self::LosePackets { for_ms: ms, .. } => *ms,
            Self::CrashAgent { .. } | Self::CrashReplica { .. } => CRASH_MS,
            Self::HuntJob { times } => 700 * times,
            Self::FlushScripts { times } | Self::CutRedis { times } => BLOW_MS * u64::from(*times),
            Self::StopAgent { .. } | Self::KillWorker { .. } | Self::StopReplica { .. } => 0,
        }
    }

    /// The replicas that it ends.
    pub(super) fn replicas(&self) -> std::ops::Range<usize> {
        match self {
            Self::KillReplica { replica, .. }
            | Self::StopReplica { replica }
            | Self::CrampReplica { replica, .. }
            | Self::CrashReplica { replica, .. } => *replica..replica + 1,
            Self::KillReplicas { .. } => 0..REPLICAS,
            _ => 0..0,
        }
    }
}
