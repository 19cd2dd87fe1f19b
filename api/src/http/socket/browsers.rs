//! The browsers of this replica: a room for each owner that has any.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use super::{
    board::Board,
    outbox::Outbox,
    room::{Room, Seat},
};
use crate::{
    fanout::Hub,
    http::caller::Caller,
    store::{Position, Store},
    tasks::Tasks,
};

/// Where browsers enter; cheap to clone.
#[derive(Clone)]
pub struct Browsers {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    hub: Hub,
    tasks: Tasks,
    board: Arc<Board>,
    /// How often each browser hears that the server lives.
    beat: Duration,
    rooms: Mutex<HashMap<String, Open>>,
}

/// A room, and what ends its work.
struct Open {
    room: Arc<Room>,
    end: CancellationToken,
}

impl Browsers {
    #[must_use]
    pub fn new(store: Store, hub: Hub, tasks: Tasks, beat: Duration) -> Self {
        let (board, rooms) = (Arc::default(), Mutex::default());
        Self { inner: Arc::new(Inner { store, hub, tasks, board, beat, rooms }) }
    }

    /// How many sockets are open.
    #[must_use]
    pub fn count(&self) -> usize {
        self.inner.lock().values().map(|open| open.room.count()).sum()
    }

    /// How many of them do not read.
    #[must_use]
    pub fn behind(&self) -> usize {
        self.inner.lock().values().map(|open| open.room.behind()).sum()
    }

    /// How many owners have sockets open.
    #[must_use]
    pub fn rooms(&self) -> usize {
        self.inner.lock().len()
    }

    pub(super) fn beat(&self) -> Duration {
        self.inner.beat
    }

    pub(super) fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Enters a browser, which knows everything up to `resume`. It leaves when the seat is dropped.
    pub(super) fn enter(&self, caller: &Caller, outbox: Arc<Outbox>, resume: Option<Position>) -> Seat {
        let mut rooms = self.inner.lock();
        let open = rooms.entry(caller.owner().to_owned()).or_insert_with(|| self.open(caller));
        open.room.enter(self.clone(), outbox, resume)
    }

    /// Closes a room that nobody is in any more.
    pub(super) fn tidy(&self, owner: &str) {
        let mut rooms = self.inner.lock();
        if let Some(open) = rooms.get(owner).filter(|open| open.room.count() == 0) {
            open.end.cancel();
            rooms.remove(owner);
        }
    }

    fn open(&self, caller: &Caller) -> Open {
        let Inner { store, hub, tasks, board, beat, .. } = &*self.inner;
        let gathering = hub.gather(caller.owner());
        let room = Arc::new(Room::new(store.clone(), board.clone(), caller.clone(), gathering, *beat));
        let end = tasks.stop().child_token();
        tasks.spawn("browsers", room.clone().serve(end.clone()));
        Open { room, end }
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Open>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
