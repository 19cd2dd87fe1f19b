//! Who asks.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use super::problem::Problem;

/// The owner of every job as long as there are no keys.
const NOBODY: &str = "-";

/// The caller of a request: whose jobs it sees, and what it may do.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    owner: String,
}

impl Caller {
    /// Whoever calls where there are no keys.
    fn anyone() -> Self {
        Self { owner: NOBODY.to_owned() }
    }

    /// Whose jobs the caller sees.
    pub(crate) fn owner(&self) -> &str {
        &self.owner
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(_request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(Self::anyone()))
    }
}
