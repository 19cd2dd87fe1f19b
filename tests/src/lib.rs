//! A small world for end-to-end tests: a private Redis, API replicas, agents with their Python workers and
//! clients, all real processes, started by a [`World`] and ended with it.
//!
//! Tests wait for named events (a job's state, a log line, a process that ended) with a deadline, never for a
//! while.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::missing_panics_doc,
    reason = "this crate is test code: whatever goes wrong here must end the test with its cause"
)]

pub mod absent;
pub mod agent;
pub mod bad_messages;
pub mod bad_requests;
pub mod balancer;
pub mod bare_agent;
pub mod bulk;
pub mod census;
pub mod chaos;
pub mod check;
pub mod client;
pub mod clock;
pub mod crash;
pub mod deadline;
pub mod events;
mod hello;
pub mod history;
pub mod job;
pub mod keys;
pub mod limits;
mod lines;
pub mod network;
pub mod nginx;
pub mod page;
pub mod plan;
pub mod process;
pub mod programs;
pub mod proxy;
pub mod redis;
pub mod replica;
pub mod rude;
pub mod s3;
pub mod settings;
pub mod slow_client;
pub mod small_disk;
pub mod tracer;
pub mod world;

pub use client::Client;
pub use deadline::{PATIENCE, within};
pub use job::Job;
pub use world::World;
