//! What networks do.

use super::DEAD_MS;
use crate::proxy::Direction;

/// A line whose bytes can be held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The link of an agent.
    Agent(usize),
    /// Between clients and a replica.
    Clients(usize),
}

/// Which ways are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ways {
    Up,
    Down,
    Both,
}

/// What becomes of all connections of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storm {
    /// Nothing arrives, and nobody is told.
    Hole(Ways),
    /// They end one way alone.
    HalfClose(Direction),
    /// Nothing arrives for a while, then it does, and so on.
    Flap,
    /// They are reset, as where another source port is in use from now on.
    Reset,
}

/// How many packets are lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    All(Ways),
    /// Three of ten, on a slow network.
    Some,
}

impl Ways {
    pub(in crate::chaos) const fn directions(self) -> &'static [Direction] {
        match self {
            Self::Up => &[Direction::Up],
            Self::Down => &[Direction::Down],
            Self::Both => &[Direction::Up, Direction::Down],
        }
    }
}

impl Storm {
    pub(super) const fn row(self, line: Line, for_ms: u64) -> &'static str {
        match (self, line) {
            // The agent is given up meanwhile: its old connection is of no use when the line heals.
            (Self::Hole(Ways::Both), Line::Agent(_)) if for_ms > DEAD_MS => "F39",
            (Self::Hole(_), _) => "F38",
            (Self::HalfClose(_), _) => "F39",
            (Self::Flap, _) => "F41",
            (Self::Reset, _) => "F43",
        }
    }
}

impl Loss {
    pub(super) const fn row(self) -> &'static str {
        match self {
            Self::All(_) => "F38",
            Self::Some => "F40",
        }
    }
}
