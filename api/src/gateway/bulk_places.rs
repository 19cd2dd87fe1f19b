//! How many bulk sockets an agent has. One is enough; others are ones that it has left and that have not noticed.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use spool_shared::ids::AgentId;
use tokio_util::sync::CancellationToken;

use super::receiving::Sender;

/// How many sockets of one agent are open at once. The oldest gives way: an agent that dials again must be let in.
const MAX_SOCKETS: usize = 4;

/// The bulk sockets of this replica; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct BulkPlaces {
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    /// Oldest first, each under a number of its own.
    agents: HashMap<Whose, VecDeque<(u64, CancellationToken)>>,
    next: u64,
}

/// The token's name beside the id, which anybody can say.
type Whose = (String, AgentId);

/// The place of one socket; free again when it is dropped.
pub(super) struct Place {
    places: BulkPlaces,
    whose: Whose,
    number: u64,
    superseded: CancellationToken,
}

impl BulkPlaces {
    pub(super) fn enter(&self, sender: &Sender) -> Place {
        let whose = (sender.identity.name().to_owned(), sender.agent);
        let superseded = CancellationToken::new();
        let mut open = self.lock();
        let number = open.next;
        open.next += 1;
        let sockets = open.agents.entry(whose.clone()).or_default();
        sockets.push_back((number, superseded.clone()));
        if sockets.len() > MAX_SOCKETS
            && let Some((_, oldest)) = sockets.pop_front()
        {
            oldest.cancel();
        }
        drop(open);
        Place { places: self.clone(), whose, number, superseded }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Returns when newer sockets of the agent need the place.
    pub(super) async fn superseded(&self) {
        self.superseded.cancelled().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.places.lock();
        if let Some(sockets) = open.agents.get_mut(&self.whose) {
            sockets.retain(|(number, _)| *number != self.number);
            if sockets.is_empty() {
                open.agents.remove(&self.whose);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Identity;

    #[test]
    fn the_oldest_socket_of_an_agent_gives_way_to_the_newest_and_to_no_other_agents() {
        let places = BulkPlaces::default();
        let sender = |n| Sender { agent: AgentId::from_random([n; 16]), identity: Identity::anyone() };
        let other = places.enter(&sender(2));
        let mut all: Vec<_> = (0..=MAX_SOCKETS).map(|_| places.enter(&sender(1))).collect();
        let superseded: Vec<_> = all.iter().map(|place| place.superseded.is_cancelled()).collect();
        assert_eq!(superseded, [true, false, false, false, false]);
        all.pop();
        all.push(places.enter(&sender(1)));
        assert!(
            all[1..].iter().all(|place| !place.superseded.is_cancelled()) && !other.superseded.is_cancelled()
        );
        drop((all, other));
        assert!(places.lock().agents.is_empty());
    }
}
