//! Who may speak to the API: people and programs by their keys, agents by their tokens.
//!
//! Keys stand in a file, tokens in another, a line each with a name and the SHA-256 of the secret; the secrets
//! themselves are nowhere. The files are read again when they change. Where a file is not set, its side is open, and
//! [`crate::config`] sees to it that the API then serves this machine alone.
//!
//! Nothing here knows HTTP: `http` finds out who asks, and tells `gateway` by an [`Identity`] in the request.

mod command;
mod edit;
mod file;
mod key;
mod ring;
mod scope;
mod watcher;

use std::{path::Path, sync::Arc};

pub use command::{KeyCommand, KeyCommandError};
pub use edit::EditError;
pub use file::{FileError, Kind, Named};
pub use key::{Key, Keys};
pub use ring::KeyRing;
pub use scope::{Scope, Scopes, UnknownScope};
pub use watcher::watch;

/// Both sides of the API; cheap to clone.
#[derive(Clone)]
pub struct Access {
    /// The keys of people and programs.
    pub clients: KeyRing,
    /// The tokens of agents.
    pub agents: KeyRing,
}

impl Access {
    /// Reads the files that are set; a side without one is open.
    pub fn read(keys: Option<&Path>, tokens: Option<&Path>) -> Result<Self, FileError> {
        Ok(Self { clients: KeyRing::read(Kind::Client, keys)?, agents: KeyRing::read(Kind::Agent, tokens)? })
    }
}

/// Whose token opened an agent's connection.
#[derive(Debug, Clone)]
pub struct Identity {
    token: Option<Arc<Key>>,
}

impl Identity {
    /// An agent where there are no tokens.
    #[must_use]
    pub const fn anyone() -> Self {
        Self { token: None }
    }

    #[must_use]
    pub const fn of(token: Arc<Key>) -> Self {
        Self { token: Some(token) }
    }

    /// The token's name; empty where there are no tokens.
    #[must_use]
    pub fn name(&self) -> &str {
        self.token.as_ref().map_or("", |token| token.name())
    }

    /// Returns when the token is revoked; never where there is none.
    pub async fn revoked(&self) {
        match &self.token {
            Some(token) => token.revoked().await,
            None => std::future::pending().await,
        }
    }
}
