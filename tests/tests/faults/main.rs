//! The fault matrix: one fault a test, against real processes. `tests/FAULTS.md` says which row is which test.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "this is test code: whatever goes wrong here must end the test with its cause"
)]

mod agents;
mod bad_messages;
mod bad_requests;
mod clocks;
mod closings;
mod crash_points;
mod crowds;
mod doorbells;
mod drains;
mod endings;
mod frames;
mod full_disk;
mod memory;
mod network;
mod nginx;
mod redis;
mod redis_process;
mod refreshes;
mod replicas;
mod rolling;
mod scarce;
mod seeded_bugs;
mod slow_clients;
mod versions;
mod workers;
mod zombies;
