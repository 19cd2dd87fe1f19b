//! The agent as a process, with a real Python worker, against the smallest peer that speaks the protocol.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed step is a failed test")]

mod agent;
mod check;
mod encrypted;
mod jobs;
mod leaving;
mod outage;
mod peer;
mod setup;
mod workers;
