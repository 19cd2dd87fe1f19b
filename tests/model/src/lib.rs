//! Spool's state machine as a model for stateright: two jobs, two agents, two replicas, and everything between them that
//! may be lost, late, doubled, frozen or dead. The record of a job changes only by the table of transitions in
//! `spool_shared::job`, so that the model cannot drift from it.

#![expect(clippy::indexing_slicing, reason = "there are two of everything")]

mod action;
mod laws;
mod redis;
mod step;
mod walk;
mod world;

use stateright::{Checker, Model, Property};

pub use action::Action;
pub use walk::Walk;
pub use world::{Faults, LAWS, Law, Slot, World};

/// A way in which the machine could be built wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wrong {
    /// Whatever result arrives is taken.
    NoFence,
    /// A result is taken from the agent that holds the job, whatever its token.
    FenceByAgent,
    /// A result is taken while the job runs.
    FenceByStatus,
    /// A job is taken out of its queue in one step and leased in another.
    TwoStepClaim,
    /// A reaper reads, and writes what follows from it later.
    TwoStepReap,
    /// The agent is told that its result is stored before it is.
    AckFirst,
    /// A lost attempt spends no budget.
    UncountedLoss,
    /// A cancel does not look at the state.
    BlindCancel,
    /// Tokens begin anew with a session, and no message names its session.
    TokenReuse,
}

/// The machine, right or wrong, with the faults that may befall it.
#[derive(Debug, Clone, Copy)]
pub struct Spool {
    pub wrong: Option<Wrong>,
    /// One or two. What several faults do to one job is a world that can be looked at whole.
    pub jobs: usize,
    pub faults: Faults,
}

impl Model for Spool {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(self.jobs, self.faults)]
    }

    fn actions(&self, state: &World, actions: &mut Vec<Action>) {
        state.possible(self.wrong, actions);
    }

    fn next_state(&self, state: &World, action: Action) -> Option<World> {
        let mut next = state.clone();
        next.step(action, self.wrong);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("every law holds", |_, state: &World| state.violation().is_none())]
    }
}

/// What the checker found.
#[derive(Debug)]
pub struct Explored {
    pub states: usize,
    /// The law that broke, and the way there.
    pub counterexample: Option<(Option<Law>, Vec<Action>)>,
}

impl Spool {
    /// Lets stateright look at every state, or until a law breaks.
    #[must_use]
    pub fn explore(self) -> Explored {
        let checker = self.checker().threads(2).spawn_bfs().join();
        let counterexample = checker
            .discovery("every law holds")
            .map(|path| (path.last_state().violation(), path.into_actions()));
        Explored { states: checker.unique_state_count(), counterexample }
    }
}
