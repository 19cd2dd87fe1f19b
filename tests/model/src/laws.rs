//! What must hold in every state.

use spool_shared::job::State;

use crate::world::{Law, World};

impl World {
    /// A law that does not hold.
    #[must_use]
    pub fn violation(&self) -> Option<Law> {
        self.broken.or_else(|| (0..2).find_map(|job| self.violation_of(job)))
    }

    fn violation_of(&self, at: usize) -> Option<Law> {
        let record = &self.jobs[at];
        // A living replica of a wrong variant that has taken a job out will put it somewhere.
        let in_hand = self.replicas.iter().filter(|replica| replica.hand == Some(at)).count();
        let in_mind =
            self.replicas.iter().filter(|replica| replica.writing.is_some_and(|(job, _)| job == at)).count();
        let waits = matches!(record.job.state, State::Queued(_));
        let leased = record.job.state.lease().is_some();
        if usize::from(record.queued) + in_hand != usize::from(waits)
            || usize::from(record.leased) + in_mind != usize::from(leased)
        {
            return Some(Law::Place);
        }
        let (counters, budgets) = (record.job.counters, self.budgets());
        if counters.attempts > 1 + counters.failures + counters.losses + counters.drains
            || counters.failures > budgets.retries + 1
            || counters.losses > budgets.losses + 1
            || counters.bounces > budgets.bounces
        {
            return Some(Law::Budget);
        }
        let lease = self.lease(at);
        let holders = (0..2)
            .filter(|agent| lease.is_some_and(|(_, number)| self.agents[*agent].places[at] == Some(number)));
        if holders.collect::<Vec<_>>() != lease.map(|(agent, _)| agent).into_iter().collect::<Vec<_>>() {
            return Some(Law::Holder);
        }
        None
    }
}
