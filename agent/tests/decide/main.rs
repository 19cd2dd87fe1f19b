//! What the agent decides, without a socket, a process or a clock.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod endings;
mod jobs;
mod leaving;
mod links;
mod pausing;
mod slots;
mod world;
