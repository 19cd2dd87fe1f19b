//! Agents as everyone sees them.

use crate::workflow::words;

words! {
    /// Whether an agent is given jobs, and why not.
    AgentState {
        Online = "online",
        /// Told to take nothing new; what runs is finished.
        Draining = "draining",
        /// Many jobs failed on it: it gets nothing new for a while.
        Quarantined = "quarantined",
        /// Silent for too long, or gone; its jobs went on elsewhere.
        Lost = "lost",
    }
}
