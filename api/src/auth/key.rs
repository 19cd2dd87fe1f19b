//! Keys in memory, found by the hash of what somebody shows.

use std::{collections::HashMap, fmt, sync::Arc};

use tokio_util::sync::CancellationToken;

use super::{
    Scope, Scopes,
    file::{Hash, Named},
};

/// Bytes of a hash that keys are looked up by before they are compared whole.
const PREFIX: usize = 8;
/// Bytes of a hash by which a key is recognised without its secret.
const FINGERPRINT: usize = 16;

/// A valid key, or a token of an agent.
pub struct Key {
    named: Named,
    end: CancellationToken,
}

impl Key {
    #[must_use]
    pub fn name(&self) -> &str {
        &self.named.name
    }

    #[must_use]
    pub const fn scopes(&self) -> Scopes {
        self.named.scopes
    }

    #[must_use]
    pub const fn may(&self, scope: Scope) -> bool {
        self.named.scopes.has(scope)
    }

    /// Tells this key from a later one of the same name.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex::encode(self.named.hash.bytes().get(..FINGERPRINT).unwrap_or_default())
    }

    /// Returns when the key is revoked.
    pub async fn revoked(&self) {
        self.end.cancelled().await;
    }

    /// Canceled when the key is revoked.
    #[must_use]
    pub fn end(&self) -> CancellationToken {
        self.end.clone()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&self.named.name).finish()
    }
}

/// All keys of one file.
#[derive(Debug, Default)]
pub struct Keys {
    by_hash: HashMap<[u8; PREFIX], Vec<Arc<Key>>>,
}

/// What became of the keys when a file was read again.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) added: usize,
    pub(super) revoked: usize,
}

impl Keys {
    /// The key with this secret.
    #[must_use]
    pub fn find(&self, secret: &str) -> Option<Arc<Key>> {
        let hash = Hash::of(secret);
        let alike = self.by_hash.get(&prefix(&hash))?;
        alike.iter().find(|key| key.named.hash == hash).cloned()
    }

    /// The key of this name, if it is still the one with this fingerprint.
    #[must_use]
    pub fn recognised(&self, name: &str, fingerprint: &str) -> Option<Arc<Key>> {
        self.all().find(|key| key.name() == name && key.fingerprint() == fingerprint).cloned()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.all().count()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_hash.is_empty()
    }

    /// Takes over a new list. A key that stands there unchanged stays the same; every other one of before ends.
    pub(super) fn replace(&mut self, list: Vec<Named>) -> Changes {
        let before = std::mem::take(&mut self.by_hash);
        let mut before: HashMap<String, Arc<Key>> =
            before.into_values().flatten().map(|key| (key.name().to_owned(), key)).collect();
        let mut changes = Changes::default();
        for named in list {
            let kept = before.remove(&named.name).filter(|key| {
                let same = key.named == named;
                if !same {
                    key.end.cancel();
                    changes.revoked += 1;
                }
                same
            });
            let key = kept.unwrap_or_else(|| {
                changes.added += 1;
                Arc::new(Key { named, end: CancellationToken::new() })
            });
            self.by_hash.entry(prefix(&key.named.hash)).or_default().push(key);
        }
        changes.revoked += before.len();
        for key in before.into_values() {
            key.end.cancel();
        }
        changes
    }

    fn all(&self) -> impl Iterator<Item = &Arc<Key>> {
        self.by_hash.values().flatten()
    }
}

fn prefix(hash: &Hash) -> [u8; PREFIX] {
    let mut prefix = [0; PREFIX];
    prefix.iter_mut().zip(hash.bytes()).for_each(|(to, from)| *to = *from);
    prefix
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, secret: &str, scopes: &str) -> Named {
        Named { name: name.into(), hash: Hash::of(secret), scopes: scopes.parse().unwrap() }
    }

    fn keys(list: &[(&str, &str, &str)]) -> Keys {
        let mut keys = Keys::default();
        keys.replace(list.iter().map(|(name, secret, scopes)| named(name, secret, scopes)).collect());
        keys
    }

    #[test]
    fn a_key_is_found_by_its_secret_alone() {
        let keys = keys(&[("alice", "one", "submit"), ("bob", "two", "-")]);
        assert_eq!(keys.find("two").unwrap().name(), "bob");
        assert!(keys.find("alice").is_none() && keys.find("").is_none() && keys.find("One").is_none());
        assert_eq!(keys.len(), 2);
    }

    #[test]
    fn a_key_that_goes_or_changes_ends_and_the_others_stay() {
        let mut keys =
            keys(&[("stays", "a", "-"), ("goes", "b", "-"), ("other", "c", "-"), ("less", "d", "high")]);
        let before = ["a", "b", "c", "d"].map(|secret| keys.find(secret).unwrap());
        let changes = keys.replace(vec![
            named("stays", "a", "-"),
            named("other", "new", "-"),
            named("less", "d", "-"),
            named("new", "e", "-"),
        ]);
        assert_eq!(changes, Changes { added: 3, revoked: 3 });
        assert_eq!(before.map(|key| key.end.is_cancelled()), [false, true, true, true]);
        assert!(keys.find("b").is_none() && keys.find("c").is_none());
        assert!(!keys.find("d").unwrap().may(Scope::High));
    }

    #[test]
    fn a_fingerprint_recognises_a_key_until_its_secret_is_another() {
        let mut keys = keys(&[("alice", "one", "-")]);
        let mark = keys.find("one").unwrap().fingerprint();
        assert!(keys.recognised("alice", &mark).is_some() && keys.recognised("bob", &mark).is_none());
        keys.replace(vec![named("alice", "two", "-")]);
        assert!(keys.recognised("alice", &mark).is_none());
    }
}
