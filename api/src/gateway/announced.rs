//! What agents have announced of their results and not sent to the end yet, over all sockets of this replica.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use spool_shared::protocol::HeldLease;

use crate::storage::ObjectPath;

/// How many files of one lease are received at once: as many as a result has, posters included.
pub(super) const MAX_AT_ONCE: usize = 2 * super::outcome::MAX_OUTPUTS;

/// Files under way, by lease; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Announced {
    leases: Arc<Mutex<Leases>>,
}

type Leases = HashMap<HeldLease, Vec<(ObjectPath, u64)>>;

/// One file under way; dropped, it is no more.
pub(super) struct Announcement {
    all: Announced,
    lease: HeldLease,
    file: ObjectPath,
    bytes: u64,
}

impl Announced {
    /// Notes a file of so many bytes, unless as many are under way as a result can have.
    pub(super) fn note(&self, lease: HeldLease, file: &ObjectPath, bytes: u64) -> Option<Announcement> {
        let mut leases = self.lock();
        let files = leases.entry(lease).or_default();
        if files.len() >= MAX_AT_ONCE {
            return None;
        }
        files.push((file.clone(), bytes));
        drop(leases);
        Some(Announcement { all: self.clone(), lease, file: file.clone(), bytes })
    }

    /// The files of a lease that are under way, each once, with the most bytes that were announced for it.
    pub(super) fn of(&self, lease: &HeldLease) -> HashMap<ObjectPath, u64> {
        let mut files: HashMap<ObjectPath, u64> = HashMap::new();
        for (file, bytes) in self.lock().get(lease).into_iter().flatten() {
            let most = files.entry(file.clone()).or_default();
            *most = (*most).max(*bytes);
        }
        files
    }

    fn lock(&self) -> MutexGuard<'_, Leases> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Announcement {
    fn drop(&mut self) {
        let mut leases = self.all.lock();
        if let Some(files) = leases.get_mut(&self.lease) {
            let own = |(file, bytes): &(ObjectPath, u64)| *file == self.file && *bytes == self.bytes;
            if let Some(index) = files.iter().position(own) {
                files.swap_remove(index);
            }
            if files.is_empty() {
                leases.remove(&self.lease);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use spool_shared::ids::{JobId, Token};

    use super::*;

    #[test]
    fn a_lease_has_no_more_files_under_way_than_a_result_and_nothing_is_kept_of_those_that_came() {
        let announced = Announced::default();
        let lease = |n| HeldLease { job: JobId::from_random([n; 16]), token: Token::from_random([n; 16]) };
        let file = |n: usize| ObjectPath::from(n.to_string());
        let mut notes: Vec<_> =
            (0..MAX_AT_ONCE).map(|n| announced.note(lease(1), &file(n / 2), 7).unwrap()).collect();
        assert!(announced.note(lease(1), &file(99), 7).is_none());
        assert!(announced.note(lease(2), &file(99), 7).is_some(), "others have their own");
        assert_eq!(announced.of(&lease(1)).values().sum::<u64>(), 7 * MAX_AT_ONCE as u64 / 2);
        drop(notes.pop());
        let lie = announced.note(lease(1), &file(0), 1).unwrap();
        assert_eq!(
            announced.of(&lease(1))[&file(0)],
            7,
            "a file is no smaller for being announced again as smaller"
        );
        drop(lie);
        assert_eq!(announced.of(&lease(1)).len(), MAX_AT_ONCE / 2, "the other one of the same file goes on");
        drop(notes);
        assert!(announced.lock().is_empty());
    }
}
