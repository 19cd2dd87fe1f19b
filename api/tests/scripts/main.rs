//! The scripts under random schedules and real races, on a real Redis.
//!
//! Several clients take turns at the granularity of a script: agents that act on what they believe, two replicas with a
//! reaper each, owners, an operator. After each step the whole of Redis is compared with the table of transitions and
//! with the laws that hold at every instant. The example `chaos_scripts` runs the same schedules from seeds.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "this is test code: whatever goes wrong must end the test"
)]

mod acts;
mod agents;
mod laws;
mod op;
mod races;
mod random;
mod redis;
mod run;
mod settle;
mod snapshot;
mod table;
