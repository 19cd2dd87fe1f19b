//! The keys of one side, as they stand in its file now.

use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use tracing::{error, info};

use super::{
    Key, Keys,
    file::{self, FileError, Kind, Wrong},
};

/// The keys of one file, or nobody's: cheap to clone.
#[derive(Clone)]
pub struct KeyRing {
    source: Option<Arc<Source>>,
}

struct Source {
    kind: Kind,
    file: PathBuf,
    keys: RwLock<Keys>,
    seen: Mutex<Stamp>,
}

/// What changes with every writing of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stamp {
    Of { device: u64, inode: u64, size: u64, modified: (i64, i64), changed: (i64, i64) },
    Unreadable(io::ErrorKind),
}

impl Stamp {
    fn of(file: &Path) -> Self {
        match fs::metadata(file) {
            Ok(at) => Self::Of {
                device: at.dev(),
                inode: at.ino(),
                size: at.size(),
                modified: (at.mtime(), at.mtime_nsec()),
                changed: (at.ctime(), at.ctime_nsec()),
            },
            Err(error) => Self::Unreadable(error.kind()),
        }
    }
}

impl KeyRing {
    /// Reads the file; without one the side is open.
    pub fn read(kind: Kind, file: Option<&Path>) -> Result<Self, FileError> {
        let Some(file) = file else { return Ok(Self { source: None }) };
        let seen = Mutex::new(Stamp::of(file));
        let source = Source { kind, file: file.to_owned(), keys: RwLock::default(), seen };
        source.take_up()?;
        Ok(Self { source: Some(Arc::new(source)) })
    }

    /// Whether everyone may come: there are no keys.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.source.is_none()
    }

    /// The key with this secret.
    #[must_use]
    pub fn find(&self, secret: &str) -> Option<Arc<Key>> {
        self.look(|keys| keys.find(secret))
    }

    /// The key of this name, if it is still the one with this fingerprint.
    #[must_use]
    pub fn recognised(&self, name: &str, fingerprint: &str) -> Option<Arc<Key>> {
        self.look(|keys| keys.recognised(name, fingerprint))
    }

    /// Reads the file again if it may have changed, or at any rate if `forced`. A file that cannot be used changes
    /// nothing: whoever had a key keeps it.
    pub fn refresh(&self, forced: bool) {
        let Some(source) = &self.source else { return };
        // Taken before the file is read: a change in between is seen the next time.
        let stamp = Stamp::of(&source.file);
        let before = std::mem::replace(
            &mut *source.seen.lock().unwrap_or_else(PoisonError::into_inner),
            stamp.clone(),
        );
        if (forced || before != stamp)
            && let Err(error) = source.take_up()
        {
            error!("What stood in the file before stays valid. {error}");
        }
    }

    fn look(&self, find: impl Fn(&Keys) -> Option<Arc<Key>>) -> Option<Arc<Key>> {
        let source = self.source.as_ref()?;
        find(&source.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Source {
    fn take_up(&self) -> Result<(), FileError> {
        let (setting, file) = (self.kind.setting(), || self.file.clone());
        let text =
            fs::read_to_string(&self.file).map_err(|error| FileError::Io { setting, file: file(), error })?;
        let list = file::parse(self.kind, &text).map_err(|Wrong { line, what }| FileError::Line {
            setting,
            file: file(),
            line,
            what,
        })?;
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let changes = keys.replace(list);
        let (all, noun, path) = (keys.len(), self.kind.noun(), self.file.display());
        info!(
            added = changes.added,
            revoked = changes.revoked,
            "{path} has {all} {noun}s now: {} are new, {} were revoked",
            changes.added,
            changes.revoked
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, secret: &str) -> String {
        format!("{name} {}\n", file::Hash::of(secret))
    }

    #[test]
    fn a_file_is_read_again_when_it_changes_or_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        fs::write(&path, line("alice", "one")).unwrap();
        let ring = KeyRing::read(Kind::Client, Some(&path)).unwrap();
        let alice = ring.find("one").unwrap();
        fs::write(folder.path().join("next"), line("alice", "one") + &line("bob", "two")).unwrap();
        fs::rename(folder.path().join("next"), &path).unwrap();
        ring.refresh(false);
        assert!(ring.find("two").is_some() && !alice.end().is_cancelled());
        fs::write(&path, line("bob", "two")).unwrap();
        ring.refresh(false);
        assert!(ring.find("one").is_none() && alice.end().is_cancelled());
    }

    #[test]
    fn a_broken_or_missing_file_keeps_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        fs::write(&path, line("alice", "one")).unwrap();
        let ring = KeyRing::read(Kind::Client, Some(&path)).unwrap();
        fs::write(&path, line("bob", "two") + "half a li").unwrap();
        ring.refresh(false);
        assert!(ring.find("one").is_some() && ring.find("two").is_none());
        fs::remove_file(&path).unwrap();
        ring.refresh(true);
        assert!(ring.find("one").is_some());
        fs::write(&path, line("bob", "two")).unwrap();
        ring.refresh(false);
        assert!(ring.find("one").is_none() && ring.find("two").is_some());
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named_at_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens");
        let refused = || KeyRing::read(Kind::Agent, Some(&path)).map(|_| ()).unwrap_err().to_string();
        assert!(refused().starts_with("SPOOL_AGENT_TOKENS_FILE names "), "{}", refused());
        fs::write(&path, "gpu-1 spoola_canary").unwrap();
        assert!(refused().contains("tokens line 1: ") && !refused().contains("canary"), "{}", refused());
    }

    #[test]
    fn without_a_file_a_side_is_open_and_knows_nobody() {
        let ring = KeyRing::read(Kind::Client, None).unwrap();
        ring.refresh(true);
        assert!(ring.is_open() && ring.find("").is_none());
    }
}
