//! Who asks.

use std::{
    future::{Ready, ready},
    sync::Arc,
};

use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload};

use spool_shared::workflow::Priority;

use super::problem::{Code, Problem};
use crate::{
    admission::{NoRoom, Seat},
    app::App,
    auth::{Key, Scope, Scopes},
};

/// The owner of every job as long as there are no keys.
const NOBODY: &str = "-";

/// The caller of a request: whose jobs it sees, and what it may do.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    key: Option<Arc<Key>>,
    /// What rates are counted by.
    counted: Arc<str>,
}

impl Caller {
    /// Whoever calls where there are no keys, from this address.
    pub(super) fn anyone(address: &str) -> Self {
        Self { key: None, counted: address.into() }
    }

    /// Whoever has this key.
    pub(super) fn with(key: Arc<Key>) -> Self {
        Self { counted: key.name().into(), key: Some(key) }
    }

    /// Whose jobs the caller sees.
    pub(crate) fn owner(&self) -> &str {
        self.name().unwrap_or(NOBODY)
    }

    /// By what the caller is counted, among those with keys or among those without.
    pub(super) fn counted(&self) -> &str {
        &self.counted
    }

    /// The name of the caller's key, if there are keys.
    pub(super) fn name(&self) -> Option<&str> {
        self.key.as_deref().map(Key::name)
    }

    pub(super) fn scopes(&self) -> Scopes {
        self.key.as_deref().map_or_else(Scopes::all, Key::scopes)
    }

    /// Refuses what the caller's key does not permit.
    pub(crate) fn may(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes().has(scope) {
            return Ok(());
        }
        let detail = format!(
            "this needs a key with the scope {}; the key {} has {}",
            scope.as_str(),
            self.owner(),
            self.scopes()
        );
        Err(Problem::new(Code::Forbidden, detail))
    }

    /// Refuses callers who may not write, and ones who write too much. Counts this time.
    pub(crate) fn may_write(&self, app: &App) -> Result<(), Problem> {
        self.may(Scope::Submit)?;
        let Some(rate) = &app.admission.writes else { return Ok(()) };
        rate.take(&self.counted).map_err(|later| {
            let detail =
                format!("at most {} jobs and pictures a minute are taken from one caller", rate.limit());
            Problem::new(Code::RateLimited, detail).retry_after(later.seconds())
        })
    }

    /// Refuses a priority that the caller's key does not permit.
    pub(crate) fn may_ask_for(&self, priority: Priority) -> Result<(), Problem> {
        match priority {
            Priority::High => self.may(Scope::High),
            Priority::Normal | Priority::Low => Ok(()),
        }
    }

    /// A place for a connection that stays open.
    pub(crate) fn enter(&self, app: &App) -> Result<Seat, Problem> {
        app.admission.sockets.enter(self.owner()).map_err(|full| match full {
            NoRoom::OfOwner(limit) => {
                let detail = format!("this key has {limit} connections open already; close some first");
                Problem::new(Code::RateLimited, detail)
            }
            NoRoom::InAll(limit) => {
                let detail = format!("{limit} connections are open already; try again");
                Problem::new(Code::Unavailable, detail)
            }
        })
    }

    /// Returns when the caller's key is revoked: what is open ends. Never returns where there are no keys.
    pub(crate) async fn revoked(&self) {
        match &self.key {
            Some(key) => key.revoked().await,
            None => std::future::pending().await,
        }
    }
}

/// Whom [`super::access`] let in. A request that it did not is refused here: no handler can be reached unseen.
impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or_else(Problem::no_key))
    }
}
