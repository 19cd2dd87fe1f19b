//! The random runner: random faults over a random load, and a checker at the end.

mod browser;
mod customer;
mod fault;
mod imposter;
mod nemesis;
mod order;
mod python;
mod races;
mod returns;
mod run;
mod schedule;
mod variant;
mod verdict;
mod visit;
mod visitor;

use std::collections::BTreeSet;

pub use fault::Fault;
pub use order::{Limit, Order, Quirk, Then};
pub use run::{Outcome, run};
pub use schedule::{Planned, PlannedVisit, Schedule};
pub use visit::Visit;

/// The rows of the matrix that the runner draws.
#[must_use]
pub fn rows() -> BTreeSet<&'static str> {
    let mut rows = Schedule::rows_of_load();
    rows.extend(Fault::ROWS);
    rows
}
