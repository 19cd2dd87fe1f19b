//! The random runner: random faults over a random load, and a checker at the end.

mod browser;
mod customer;
mod fault;
mod nemesis;
mod run;
mod schedule;
mod variant;

pub use fault::Fault;
pub use run::{Outcome, run};
pub use schedule::{Order, Planned, Schedule, Then};
