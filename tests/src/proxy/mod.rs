//! Lines between the processes of a world that can be disturbed while they are in use: between agents and replicas by
//! bytes ([`Proxy`]) or by messages ([`frames::FrameLine`]), and between a replica and Redis by commands
//! ([`redis_line::RedisLine`]).

mod count;
pub mod frames;
mod often;
mod redis_connection;
pub mod redis_line;
mod resp;
pub mod tcp;
#[cfg(test)]
mod tests;
mod weather;
mod websocket;

pub use often::Often;
pub use tcp::Proxy;
pub use weather::Weather;

/// Which way something goes over a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From who dialed.
    Up,
    /// To who dialed.
    Down,
}
