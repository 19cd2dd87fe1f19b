//! What a run will do, drawn from its seed and from nothing else: the same seed draws the same schedule.
//!
//! What follows from a schedule is not fixed: processes and sockets interleave as they like.

use std::collections::BTreeSet;

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng, seq::IndexedRandom};

use super::{Fault, Order, Visit};

/// How many customers send jobs at the same time.
const CUSTOMERS: usize = 8;
/// How many jobs each of them sends, at least and at most.
const JOBS_EACH: std::ops::RangeInclusive<usize> = 4..=7;
/// How many browsers look on.
const BROWSERS: usize = 2;
/// How many visits a run has, at least and at most.
const VISITS: std::ops::RangeInclusive<usize> = 4..=7;
/// One run in so many has a queue in which only so many jobs may wait.
const CROWDED: (u32, u32) = (10, 2);
/// How many faults a run has, at least and at most.
const FAULTS: std::ops::RangeInclusive<usize> = 3..=8;
/// The time in which faults begin, from the first submit.
const WINDOW_MS: u64 = 3_000;
/// Between two faults of one process: a program that was just started knows nothing yet that it could lose.
const APART_MS: u64 = 500;

/// The row of a page that is loaded again.
pub(super) const REFRESHED: &str = "F63";
/// The row of a queue that is full.
pub(super) const FULL: &str = "F71";

/// The row of two agents that are free for one job: any load brings that about.
pub(super) const CONTESTED: &str = "F51";

/// The processes of a run.
pub(super) const AGENTS: usize = 3;
pub(super) const REPLICAS: usize = 2;

#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    pub seed: u64,
    /// The jobs of each customer, one after the other.
    pub customers: Vec<Vec<Order>>,
    /// A seed for each browser: when it is refreshed.
    pub browsers: Vec<u64>,
    /// In the order in which they begin.
    pub visits: Vec<PlannedVisit>,
    /// How many jobs may wait, if that is few.
    pub queue_limit: Option<u32>,
    /// In the order in which they begin.
    pub faults: Vec<Planned>,
}

/// A visit and when it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedVisit {
    pub at_ms: u64,
    pub visit: Visit,
}

/// A fault and when it begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    pub at_ms: u64,
    pub fault: Fault,
}

impl Planned {
    /// Whether both take hold of the same process at the same time.
    fn collides_with(&self, other: &Self) -> bool {
        let until = |planned: &Self| planned.at_ms + planned.fault.lasts_ms() + APART_MS;
        let together = self.at_ms < until(other) && other.at_ms < until(self);
        together && self.fault.holds_the_same_as(&other.fault)
    }
}

impl Schedule {
    /// Draws a schedule with 3 to 8 faults.
    #[must_use]
    pub fn draw(seed: u64) -> Self {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let customers = (0..CUSTOMERS).map(|_| orders(&mut dice)).collect();
        let count = dice.random_range(FAULTS);
        let mut faults: Vec<Planned> = Vec::new();
        while faults.len() < count {
            let planned = Planned { at_ms: dice.random_range(0..WINDOW_MS), fault: Fault::draw(&mut dice) };
            if faults.iter().all(|other| !planned.collides_with(other)) {
                faults.push(planned);
            }
        }
        faults.sort_by_key(|planned| planned.at_ms);
        let mut visits: Vec<PlannedVisit> = (0..dice.random_range(VISITS))
            .map(|_| PlannedVisit { at_ms: dice.random_range(0..WINDOW_MS), visit: Visit::draw(&mut dice) })
            .collect();
        visits.sort_by_key(|planned| planned.at_ms);
        let (one_in, limit) = CROWDED;
        let queue_limit = dice.random_ratio(1, one_in).then_some(limit);
        let browsers = (0..BROWSERS).map(|_| dice.random()).collect();
        Self { seed, customers, browsers, visits, queue_limit, faults }
    }

    /// The rows of the matrix that customers, browsers and visitors of any schedule can make.
    pub(super) fn rows_of_load() -> BTreeSet<&'static str> {
        Order::ROWS.into_iter().chain(Visit::ROWS).chain([REFRESHED, FULL, CONTESTED]).collect()
    }
}

fn orders(dice: &mut ChaCha8Rng) -> Vec<Order> {
    (0..dice.random_range(JOBS_EACH)).map(|_| Order::draw(dice)).collect()
}

/// One of several, at random.
pub(super) fn one_of<T: Copy>(dice: &mut ChaCha8Rng, all: &[T]) -> T {
    *all.choose(dice).expect("there is one at least")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of the matrix that customers, browsers and visitors can make in this schedule.
    fn load(schedule: &Schedule) -> BTreeSet<&'static str> {
        let orders = schedule.customers.iter().flatten().flat_map(Order::rows);
        let visits = schedule.visits.iter().map(|planned| planned.visit.row());
        let refreshed = schedule.browsers.iter().map(|_| REFRESHED);
        let full = schedule.queue_limit.map(|_| FULL);
        orders.chain(visits).chain(refreshed).chain(full).chain([CONTESTED]).collect()
    }

    #[test]
    fn a_seed_draws_the_same_schedule_again_and_another_seed_another_one() {
        assert_eq!(Schedule::draw(7), Schedule::draw(7));
        assert_ne!(Schedule::draw(7), Schedule::draw(8));
    }

    #[test]
    fn every_kind_of_fault_is_drawn_and_none_too_often() {
        let (mut kinds, mut rows) = (BTreeSet::new(), BTreeSet::new());
        for seed in 0..800 {
            let schedule = Schedule::draw(seed);
            assert!((3..=8).contains(&schedule.faults.len()));
            let jobs: usize = schedule.customers.iter().map(Vec::len).sum();
            assert!((32..=56).contains(&jobs));
            rows.extend(load(&schedule));
            for Planned { fault, .. } in schedule.faults {
                kinds.insert(fault.row());
                kinds.extend(fault.instead());
            }
        }
        // That of clocks belongs to the world of a run.
        kinds.insert(super::super::variant::CLOCKS);
        let all: BTreeSet<&str> = Fault::ROWS.into_iter().collect();
        assert_eq!(kinds, all);
        assert_eq!(rows, Schedule::rows_of_load());
    }
}
