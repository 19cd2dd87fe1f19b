//! The faults of the random runner. Each belongs to a row of the matrix, `tests/FAULTS.md`.

use std::time::Duration;

use rand::{RngExt, rngs::ChaCha8Rng};
use spool_faults::Point;

use super::schedule::{AGENTS, REPLICAS, one_of};
use crate::proxy::{
    Direction, frames,
    redis_line::{self, Refusal},
};

/// Between two blows of a fault that strikes again and again.
pub(super) const BLOW_MS: u64 = 50;

/// One fault with all that is to be known to make it. Times are milliseconds: how long the fault lasts.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// SIGKILL to an agent, which is started again; its workers must die with it.
    KillAgent { agent: usize, away_ms: u64 },
    /// SIGSTOP to an agent, for less or for more than makes it dead.
    FreezeAgent { agent: usize, for_ms: u64 },
    /// SIGTERM to an agent in the middle of its work, then a new one with the same id.
    StopAgent { agent: usize },
    /// SIGKILL to the worker of a slot.
    KillWorker { agent: usize, slot: u32 },
    /// SIGKILL to a replica, which is started again at the same address.
    KillReplica { replica: usize, away_ms: u64 },
    /// SIGKILL to every replica at once.
    KillReplicas { away_ms: u64 },
    /// SIGTERM to a replica, then a new one at the same address.
    StopReplica { replica: usize },
    /// SIGSTOP to a replica.
    FreezeReplica { replica: usize, for_ms: u64 },
    /// SIGSTOP to Redis.
    FreezeRedis { for_ms: u64 },
    /// SIGKILL to Redis, which comes back empty: a new session.
    KillRedis { away_ms: u64 },
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
    /// Each `each`-th message of an agent's sockets, or to them, meets this fate.
    DisturbFrames { agent: usize, direction: Direction, fate: frames::Fate, each: u64, for_ms: u64 },
}

/// One of the crash points of a program, `api` or `agent`.
fn point_of(dice: &mut ChaCha8Rng, program: &str) -> Point {
    let points: Vec<Point> =
        Point::ALL.iter().copied().filter(|point| point.word().starts_with(program)).collect();
    one_of(dice, &points)
}

/// What may become of a command to Redis, and of which.
const REDIS_FATES: [(redis_line::Fate, u64); 8] = [
    (redis_line::Fate::Unanswered, 12),
    (redis_line::Fate::Unanswered, 20),
    (redis_line::Fate::Unsent, 15),
    (redis_line::Fate::UnsentAndAllCut, 50),
    (redis_line::Fate::Refused(Refusal::NoScript), 5),
    (redis_line::Fate::Refused(Refusal::Loading), 8),
    (redis_line::Fate::Refused(Refusal::ReadOnly), 8),
    (redis_line::Fate::Late(Duration::from_millis(60)), 1),
];
/// What may become of a message between agent and replica, and of which.
const FRAME_FATES: [(frames::Fate, u64); 6] = [
    (frames::Fate::Twice, 2),
    (frames::Fate::Behind(2), 4),
    (frames::Fate::Behind(5), 7),
    (frames::Fate::Lost, 9),
    (frames::Fate::Corrupt, 25),
    (frames::Fate::Closed, 15),
];

/// How long a process has to pass its point.
const CRASH_MS: u64 = 1_200;

/// The row of the matrix that is about this point.
const fn row_of(point: Point) -> &'static str {
    match point {
        Point::AgentAssigned => "F2",
        Point::AgentAccepted | Point::AgentFetched | Point::AgentStarted => "F3",
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

/// What a fault takes hold of; two faults of one run never take hold of the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    Agent(usize),
    Replica(usize),
    Replicas,
    Redis,
    RedisLine(usize),
    FrameLine(usize),
}

impl Fault {
    /// The rows that can be drawn.
    pub const ROWS: [&'static str; 29] = [
        "F2", "F3", "F4", "F6", "F7", "F9", "F10", "F11", "F12", "F13", "F14", "F16", "F18", "F19", "F20",
        "F21", "F22", "F23", "F25", "F26", "F33", "F42", "F44", "F46", "F47", "F50", "F67", "F68", "F78",
    ];

    /// Draws a fault. The end of a session is rare: it takes every job with it.
    pub(super) fn draw(dice: &mut ChaCha8Rng) -> Self {
        let agent = dice.random_range(0..AGENTS);
        let replica = dice.random_range(0..REPLICAS);
        match dice.random_range(0..100) {
            0..6 => Self::KillAgent { agent, away_ms: dice.random_range(0..1_200) },
            6..11 => Self::FreezeAgent { agent, for_ms: one_of(dice, &[300, 900, 2_500]) },
            11..14 => Self::StopAgent { agent },
            14..20 => Self::KillWorker { agent, slot: dice.random_range(0..2) },
            20..24 => Self::KillReplica { replica, away_ms: dice.random_range(0..1_200) },
            24..26 => Self::KillReplicas { away_ms: dice.random_range(0..1_000) },
            26..29 => Self::StopReplica { replica },
            29..32 => Self::FreezeReplica { replica, for_ms: one_of(dice, &[300, 900]) },
            32..35 => Self::FreezeRedis { for_ms: one_of(dice, &[200, 600, 1_800]) },
            35..37 => Self::KillRedis { away_ms: dice.random_range(0..500) },
            37..39 => Self::FlushScripts { times: dice.random_range(5..20) },
            39..41 => Self::CutRedis { times: dice.random_range(3..10) },
            41..43 => Self::FillRedis { for_ms: dice.random_range(200..1_500) },
            43..50 => {
                let point = point_of(dice, "agent");
                Self::CrashAgent { agent, point, nth: dice.random_range(1..4) }
            }
            50..59 => {
                let point = point_of(dice, "api");
                Self::CrashReplica { replica, point, nth: dice.random_range(1..4) }
            }
            59..79 => {
                let (fate, each) = one_of(dice, &REDIS_FATES);
                Self::DisturbRedis { replica, fate, each, for_ms: dice.random_range(500..2_500) }
            }
            _ => {
                let (fate, each) = one_of(dice, &FRAME_FATES);
                let direction = one_of(dice, &[Direction::Up, Direction::Down]);
                Self::DisturbFrames { agent, direction, fate, each, for_ms: dice.random_range(1_000..3_000) }
            }
        }
    }

    /// The row of the matrix.
    #[must_use]
    pub const fn row(&self) -> &'static str {
        match self {
            Self::KillAgent { .. } => "F4",
            Self::FreezeAgent { .. } => "F33",
            Self::StopAgent { .. } => "F68",
            Self::KillWorker { .. } => "F26",
            Self::KillReplica { .. } => "F13",
            Self::KillReplicas { .. } => "F14",
            Self::StopReplica { .. } => "F67",
            Self::FreezeReplica { .. } => "F42",
            Self::FreezeRedis { .. } => "F18",
            Self::KillRedis { .. } => "F16",
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
            Self::DisturbFrames { fate, .. } => match fate {
                frames::Fate::Twice => "F44",
                frames::Fate::Behind(_) => "F46",
                frames::Fate::Corrupt => "F47",
                frames::Fate::Lost | frames::Fate::Closed => "F78",
            },
        }
    }

    /// Whether it disturbs messages and no process, and so nothing while nobody speaks.
    pub(super) const fn waits_for_a_message(&self) -> bool {
        matches!(self, Self::DisturbRedis { .. } | Self::DisturbFrames { .. } | Self::FillRedis { .. })
    }

    /// How long it lasts.
    #[must_use]
    pub fn lasts_ms(&self) -> u64 {
        match self {
            Self::KillAgent { away_ms: ms, .. }
            | Self::FreezeAgent { for_ms: ms, .. }
            | Self::KillReplica { away_ms: ms, .. }
            | Self::KillReplicas { away_ms: ms }
            | Self::FreezeReplica { for_ms: ms, .. }
            | Self::FreezeRedis { for_ms: ms }
            | Self::KillRedis { away_ms: ms }
            | Self::FillRedis { for_ms: ms }
            | Self::DisturbRedis { for_ms: ms, .. }
            | Self::DisturbFrames { for_ms: ms, .. } => *ms,
            Self::CrashAgent { .. } | Self::CrashReplica { .. } => CRASH_MS,
            Self::FlushScripts { times } | Self::CutRedis { times } => BLOW_MS * u64::from(*times),
            Self::StopAgent { .. } | Self::KillWorker { .. } | Self::StopReplica { .. } => 0,
        }
    }

    /// The replicas that it ends.
    pub(super) fn replicas(&self) -> std::ops::Range<usize> {
        match self {
            Self::KillReplica { replica, .. }
            | Self::StopReplica { replica }
            | Self::CrashReplica { replica, .. } => *replica..replica + 1,
            Self::KillReplicas { .. } => 0..REPLICAS,
            _ => 0..0,
        }
    }

    /// Whether both take hold of the same process.
    pub(super) fn holds_the_same_as(&self, other: &Self) -> bool {
        let (one, other) = (self.hold(), other.hold());
        let replicas = |hold| matches!(hold, Hold::Replica(_) | Hold::Replicas);
        one == other
            || (replicas(one) && replicas(other) && (one == Hold::Replicas || other == Hold::Replicas))
    }

    const fn hold(&self) -> Hold {
        match self {
            Self::KillAgent { agent, .. }
            | Self::FreezeAgent { agent, .. }
            | Self::StopAgent { agent }
            | Self::KillWorker { agent, .. }
            | Self::CrashAgent { agent, .. } => Hold::Agent(*agent),
            Self::KillReplica { replica, .. }
            | Self::StopReplica { replica }
            | Self::FreezeReplica { replica, .. }
            | Self::CrashReplica { replica, .. } => Hold::Replica(*replica),
            Self::KillReplicas { .. } => Hold::Replicas,
            Self::FreezeRedis { .. }
            | Self::KillRedis { .. }
            | Self::FlushScripts { .. }
            | Self::CutRedis { .. }
            | Self::FillRedis { .. } => Hold::Redis,
            Self::DisturbRedis { replica, .. } => Hold::RedisLine(*replica),
            Self::DisturbFrames { agent, .. } => Hold::FrameLine(*agent),
        }
    }
}
