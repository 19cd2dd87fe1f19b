//! What comes to the server besides customers and agents, drawn from the seed: crowds, and whoever means no good.

use rand::{RngExt, rngs::ChaCha8Rng};

use super::schedule::{AGENTS, REPLICAS, one_of};
use crate::slow_client::Slow;

/// Who comes to which replica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub replica: usize,
    pub kind: Kind,
}

/// Who comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Pages that are shown everything and then read nothing for so long.
    Deaf { pages: usize, for_ms: u64 },
    /// Browsers that are shown everything, and all come back at once.
    Crowd { browsers: usize },
    /// Clients that send a request byte by byte, and give up after so long.
    Trickle { clients: usize, slow: Slow, for_ms: u64 },
    /// Requests that nobody can take, made up from this seed.
    BadRequests { count: usize, seed: u64 },
    /// What is no message, on an agent's socket: one of several kinds, counted on.
    NoMessage { which: usize },
    /// A frame that is none, on one of the sockets.
    NoFrame { socket: Socket, which: usize },
    /// A message in parts that never ends.
    Fragments { socket: Socket },
    /// An agent of a version that the server does not take any more.
    OldAgent,
    /// An agent that speaks another protocol.
    OtherProtocol,
    /// Another program that says it is this agent.
    Twin { agent: usize },
    /// An agent that ends the job of another one under its token.
    Thief,
}

/// A kind of WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Socket {
    Control,
    Bulk,
    Browser,
}

impl Socket {
    const ALL: [Self; 3] = [Self::Control, Self::Bulk, Self::Browser];
}

impl Visit {
    /// The rows of the matrix that visits make.
    pub(super) const ROWS: [&'static str; 9] =
        ["F48", "F49", "F52", "F61", "F62", "F64", "F65", "F70", "F75"];

    pub(super) fn draw(dice: &mut ChaCha8Rng) -> Self {
        let replica = dice.random_range(0..REPLICAS);
        let which = dice.random_range(0..1_000);
        let socket = one_of(dice, &Socket::ALL);
        let kind = match dice.random_range(0..100) {
            0..12 => Kind::Deaf { pages: dice.random_range(3..9), for_ms: dice.random_range(500..2_000) },
            12..22 => Kind::Crowd { browsers: 25 },
            22..36 => {
                let slow = one_of(dice, &[Slow::Head, Slow::Body]);
                Kind::Trickle { clients: dice.random_range(5..15), slow, for_ms: 1_500 }
            }
            36..54 => Kind::BadRequests { count: dice.random_range(10..40), seed: dice.random() },
            54..68 => Kind::NoMessage { which },
            68..78 => Kind::NoFrame { socket, which },
            78..84 => Kind::Fragments { socket },
            84..89 => Kind::OldAgent,
            89..93 => Kind::Twin { agent: dice.random_range(0..AGENTS) },
            93..97 => Kind::Thief,
            _ => Kind::OtherProtocol,
        };
        Self { replica, kind }
    }

    /// The row of the matrix.
    #[must_use]
    pub const fn row(&self) -> &'static str {
        match self.kind {
            Kind::Deaf { .. } => "F61",
            Kind::Crowd { .. } => "F62",
            Kind::Trickle { .. } => "F64",
            Kind::BadRequests { .. } => "F65",
            Kind::NoMessage { .. } => "F48",
            Kind::NoFrame { .. } | Kind::Fragments { .. } => "F49",
            Kind::Twin { .. } => "F52",
            Kind::Thief => "F75",
            Kind::OldAgent | Kind::OtherProtocol => "F70",
        }
    }
}
