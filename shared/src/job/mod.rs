//! A job: where it stands, what it has cost so far, and the one table of transitions.

pub mod estimate;
mod failure;
mod progress;
mod state;
mod transition;

pub use failure::{FailureCode, FailureKind};
pub use progress::{Phase, Progress};
pub use state::{Avoid, Counters, Ended, Job, Lease, Place, State, Status};
pub use transition::{Budgets, Delays, Event, Refusal, Settled, after};
