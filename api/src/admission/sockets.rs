//! How many connections stay open, of each key and in all.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Counts open connections; cheap to clone.
#[derive(Clone)]
pub struct Sockets {
    inner: Arc<Inner>,
}

struct Inner {
    in_all: usize,
    of_each: usize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    in_all: usize,
    by_owner: HashMap<String, usize>,
}

/// Why there is no room for one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRoom {
    /// The owner has this many already.
    OfOwner(usize),
    /// The replica has this many already.
    InAll(usize),
}

/// The place of one open connection: free again when it is dropped.
pub struct Seat {
    sockets: Sockets,
    owner: String,
}

impl Sockets {
    #[must_use]
    pub fn new(in_all: usize, of_each: Option<usize>) -> Self {
        let of_each = of_each.unwrap_or(in_all);
        Self { inner: Arc::new(Inner { in_all, of_each, open: Mutex::default() }) }
    }

    /// Takes a place for `owner`.
    pub fn enter(&self, owner: &str) -> Result<Seat, NoRoom> {
        let mut open = self.lock();
        if open.in_all >= self.inner.in_all {
            return Err(NoRoom::InAll(self.inner.in_all));
        }
        let own = open.by_owner.entry(owner.to_owned()).or_default();
        if *own >= self.inner.of_each {
            return Err(NoRoom::OfOwner(self.inner.of_each));
        }
        *own += 1;
        open.in_all += 1;
        drop(open);
        Ok(Seat { sockets: self.clone(), owner: owner.to_owned() })
    }

    /// How many are open.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().in_all
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.inner.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.sockets.lock();
        open.in_all = open.in_all.saturating_sub(1);
        if let Some(own) = open.by_owner.get_mut(&self.owner) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                open.by_owner.remove(&self.owner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_connection_ends() {
        let sockets = Sockets::new(3, Some(2));
        let mut seats = vec![sockets.enter("a").ok().unwrap(), sockets.enter("a").ok().unwrap()];
        assert_eq!(sockets.enter("a").err(), Some(NoRoom::OfOwner(2)));
        seats.push(sockets.enter("b").ok().unwrap());
        assert_eq!(sockets.enter("c").err(), Some(NoRoom::InAll(3)));
        seats.clear();
        assert!(
            sockets.is_empty() && sockets.lock().by_owner.is_empty(),
            "nothing is kept of those who left"
        );
        assert!(sockets.enter("a").is_ok());
    }
}
