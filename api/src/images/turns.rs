//! Things that are made once: whoever comes while one is being made waits for it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

/// How many different things are made at once.
const PLACES: usize = 2;

type Waiting = HashMap<String, Weak<Turn<()>>>;

/// Hands out turns; cheap to clone.
#[derive(Clone)]
pub struct Turns {
    waiting: Arc<Mutex<Waiting>>,
    places: Arc<Semaphore>,
}

/// The right to make one thing.
pub struct Making {
    _turn: OwnedMutexGuard<()>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { waiting: Arc::default(), places: Arc::new(Semaphore::new(PLACES)) }
    }
}

impl Turns {
    /// Waits until nobody makes the thing of that name; it may be there then.
    pub async fn take(&self, name: &str) -> Making {
        let turn = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.retain(|_, turn| turn.strong_count() > 0);
            let turn = waiting.get(name).and_then(Weak::upgrade).unwrap_or_default();
            waiting.insert(name.to_owned(), Arc::downgrade(&turn));
            turn
        };
        let turn = turn.lock_owned().await;
        // Never closed.
        Making { _turn: turn, _place: Arc::clone(&self.places).acquire_owned().await.ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_thing_is_made_by_one_at_a_time_and_another_beside_it() {
        let turns = Turns::default();
        let first = turns.take("a").await;
        let second = turns.take("b").await;
        let mut again = Box::pin(turns.take("a"));
        assert!(futures_util::poll!(&mut again).is_pending());
        drop((first, second));
        drop(again.await);
        drop(turns.take("c").await);
        assert_eq!(turns.waiting.lock().unwrap().len(), 1, "only the last one is remembered");
    }
}
