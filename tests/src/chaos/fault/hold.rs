//! What a fault takes hold of; two faults of one run never take hold of the same at the same time.

use super::{
    super::schedule::{AGENTS, REPLICAS},
    Fault, Line,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    Agent(usize),
    Replica(usize),
    Redis,
    RedisLine(usize),
    FrameLine(usize),
    Line(Line),
}

impl Fault {
    /// Whether both take hold of the same.
    pub(in crate::chaos) fn holds_the_same_as(&self, other: &Self) -> bool {
        let held = other.holds();
        self.holds().iter().any(|hold| held.contains(hold))
    }

    fn holds(&self) -> Vec<Hold> {
        match self {
            Self::KillAgent { agent, .. }
            | Self::FreezeAgent { agent, .. }
            | Self::StopAgent { agent }
            | Self::HurryAgent { agent, .. }
            | Self::KillWorker { agent, .. }
            | Self::BreakPython { agent, .. }
            | Self::CrampAgent { agent, .. }
            | Self::JumpClock { agent, .. }
            | Self::CrashAgent { agent, .. } => vec![Hold::Agent(*agent)],
            Self::HuntJob { .. } | Self::KillAgents { .. } | Self::RevokeToken { .. } => {
                (0..AGENTS).map(Hold::Agent).collect()
            }
            Self::KillReplica { replica, .. }
            | Self::StopReplica { replica }
            | Self::FreezeReplica { replica, .. }
            | Self::CrampReplica { replica, .. }
            | Self::CrashReplica { replica, .. } => vec![Hold::Replica(*replica)],
            Self::KillReplicas { .. } => (0..REPLICAS).map(Hold::Replica).collect(),
            Self::FreezeRedis { .. }
            | Self::KillRedis { .. }
            | Self::FlushScripts { .. }
            | Self::CutRedis { .. }
            | Self::FillRedis { .. } => vec![Hold::Redis],
            Self::KillRedisAtHandOut { .. } => {
                (0..REPLICAS).map(Hold::RedisLine).chain([Hold::Redis]).collect()
            }
            Self::DisturbRedis { replica, .. } => vec![Hold::RedisLine(*replica)],
            Self::DisturbFrames { agent, .. } => vec![Hold::FrameLine(*agent)],
            Self::Storm { line, .. } => vec![Hold::Line(*line)],
            Self::LosePackets { .. } => vec![Hold::Line(Line::Agent(0))],
        }
    }
}
