//! The node's id: one file, one process at a time.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use spool_shared::ids::AgentId;

/// Why the id cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    #[error(
        "SPOOL_AGENT_ID_FILE names {0}, which another agent on this machine is using; give each agent a file of its own."
    )]
    InUse(PathBuf),
    #[error("SPOOL_AGENT_ID_FILE names {0}, which does not hold an agent id.")]
    NotAnId(PathBuf),
    #[error("SPOOL_AGENT_ID_FILE names {0}, which cannot be used: {1}.")]
    Io(PathBuf, io::Error),
}

/// The id, and the lock on its file: held as long as this value lives, and gone with the process in any case.
#[derive(Debug)]
pub struct Identity {
    pub id: AgentId,
    _lock: File,
}

impl Identity {
    /// Reads the id from `path`, or writes a new one made of `random` there, readable by its owner alone.
    pub fn claim(path: &Path, random: [u8; 16]) -> Result<Self, IdentityError> {
        let failed = |error| IdentityError::Io(path.to_owned(), error);
        match path.try_exists() {
            Ok(true) => {}
            Ok(false) => create(path, AgentId::from_random(random)).map_err(failed)?,
            Err(error) => return Err(failed(error)),
        }
        Self::open(path)
    }

    fn open(path: &Path) -> Result<Self, IdentityError> {
        let failed = |error| IdentityError::Io(path.to_owned(), error);
        let file = File::open(path).map_err(failed)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => IdentityError::InUse(path.to_owned()),
            TryLockError::Error(error) => failed(error),
        })?;
        let mut text = String::new();
        (&file).take(256).read_to_string(&mut text).map_err(failed)?;
        let id = text.trim().parse().map_err(|_| IdentityError::NotAnId(path.to_owned()))?;
        Ok(Self { id, _lock: file })
    }
}

/// The id in `path`, if there is one. Nothing is made, and nothing is kept from an agent that wants it.
pub fn look(path: &Path) -> Result<Option<AgentId>, IdentityError> {
    match path.try_exists() {
        Ok(false) => Ok(None),
        Ok(true) => Identity::open(path).map(|identity| Some(identity.id)),
        Err(error) => Err(IdentityError::Io(path.to_owned(), error)),
    }
}

/// Whole or not at all; if another process was faster, its file stays.
fn create(path: &Path, id: AgentId) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(file, "{id}")?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn an_id_is_made_once_and_kept_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spool/agent-id");
        let first = Identity::claim(&path, [1; 16]).unwrap().id;
        assert_eq!(Identity::claim(&path, [2; 16]).unwrap().id, first);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing else is left behind");
    }

    #[test]
    fn two_agents_cannot_share_one_id_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("agent-id");
        let held = Identity::claim(&path, [1; 16]).unwrap();
        let refusal = Identity::claim(&path, [1; 16]).unwrap_err();
        assert!(matches!(refusal, IdentityError::InUse(_)), "{refusal}");
        drop(held);
        assert!(Identity::claim(&path, [1; 16]).is_ok());
    }

    #[test]
    fn a_file_with_something_else_in_it_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("agent-id");
        fs::write(&path, "my notes").unwrap();
        assert!(matches!(Identity::claim(&path, [1; 16]), Err(IdentityError::NotAnId(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "my notes");
    }
}
