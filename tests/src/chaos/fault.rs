//! The faults of the random runner. Each belongs to a row of the matrix, `tests/FAULTS.md`.

use rand::{RngExt, rngs::ChaCha8Rng};

use super::schedule::{AGENTS, REPLICAS, one_of};

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
}

/// What a fault takes hold of; two faults of one run never take hold of the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    Agent(usize),
    Replica(usize),
    Replicas,
    Redis,
}

impl Fault {
    /// The row of each kind.
    pub const ROWS: [&'static str; 13] =
        ["F4", "F33", "F68", "F26", "F13", "F14", "F67", "F42", "F18", "F16", "F20", "F25", "F19"];

    /// Draws a fault. The end of a session is rare: it takes every job with it.
    pub(super) fn draw(dice: &mut ChaCha8Rng) -> Self {
        let agent = dice.random_range(0..AGENTS);
        let replica = dice.random_range(0..REPLICAS);
        match dice.random_range(0..100) {
            0..16 => Self::KillAgent { agent, away_ms: dice.random_range(0..1_200) },
            16..26 => Self::FreezeAgent { agent, for_ms: one_of(dice, &[300, 900, 2_500]) },
            26..34 => Self::StopAgent { agent },
            34..50 => Self::KillWorker { agent, slot: dice.random_range(0..2) },
            50..60 => Self::KillReplica { replica, away_ms: dice.random_range(0..1_200) },
            60..66 => Self::KillReplicas { away_ms: dice.random_range(0..1_000) },
            66..72 => Self::StopReplica { replica },
            72..78 => Self::FreezeReplica { replica, for_ms: one_of(dice, &[300, 900]) },
            78..84 => Self::FreezeRedis { for_ms: one_of(dice, &[200, 600, 1_800]) },
            84..86 => Self::KillRedis { away_ms: dice.random_range(0..500) },
            86..92 => Self::FlushScripts { times: dice.random_range(5..20) },
            92..97 => Self::CutRedis { times: dice.random_range(3..10) },
            _ => Self::FillRedis { for_ms: dice.random_range(200..1_500) },
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
        }
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
            | Self::FillRedis { for_ms: ms } => *ms,
            Self::FlushScripts { times } | Self::CutRedis { times } => BLOW_MS * u64::from(*times),
            Self::StopAgent { .. } | Self::KillWorker { .. } | Self::StopReplica { .. } => 0,
        }
    }

    /// The replicas that it ends.
    pub(super) fn replicas(&self) -> std::ops::Range<usize> {
        match self {
            Self::KillReplica { replica, .. } | Self::StopReplica { replica } => *replica..replica + 1,
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
            | Self::KillWorker { agent, .. } => Hold::Agent(*agent),
            Self::KillReplica { replica, .. }
            | Self::StopReplica { replica }
            | Self::FreezeReplica { replica, .. } => Hold::Replica(*replica),
            Self::KillReplicas { .. } => Hold::Replicas,
            Self::FreezeRedis { .. }
            | Self::KillRedis { .. }
            | Self::FlushScripts { .. }
            | Self::CutRedis { .. }
            | Self::FillRedis { .. } => Hold::Redis,
        }
    }
}
