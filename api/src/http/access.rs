//! Lets in whoever may come: a key or a login for the API, a token for agents. What is not named as open here needs
//! one, whether a handler asks who calls or not.

use actix_web::{
    Error, HttpMessage as _, HttpRequest, ResponseError as _,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
    web::Data,
};
use sha2::{Digest as _, Sha256};
use spool_shared::protocol::{BULK_PATH, CONTROL_PATH};

use super::{
    agent_inputs,
    caller::Caller,
    cookie,
    origin::needs_own_page,
    problem::{Code, Problem},
    session, studio,
};
use crate::{app::App, auth::Identity};

/// What anyone may ask for.
const OPEN: [&str; 4] = ["/healthz", "/readyz", "/api/config", "/api/openapi.json"];
/// Pages that anyone may read.
const OPEN_BELOW: [&str; 1] = ["/api/docs"];

/// Whose door a request comes to. An address that is written in another way, with %-codes say, comes to the
/// callers' one, and so it does not find an open one unlocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    Open,
    /// Whoever comes without a key is nobody yet.
    Login,
    Callers,
    Agents,
}

impl Door {
    pub(super) fn of(path: &str) -> Self {
        let below = |page: &&str| {
            path.strip_prefix(*page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if OPEN.contains(&path) || OPEN_BELOW.iter().any(below) || studio::is_open(path) {
            Self::Open
        } else if path == session::PATH {
            Self::Login
        } else if path == CONTROL_PATH || path == BULK_PATH || path.starts_with(agent_inputs::BELOW) {
            Self::Agents
        } else {
            Self::Callers
        }
    }
}

pub(super) async fn let_in(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match check(&request).await {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(problem) => Ok(request.into_response(problem.error_response())),
    }
}

/// Leaves the caller, or the agent's identity, in the request.
async fn check(request: &ServiceRequest) -> Result<(), Problem> {
    let app = request.app_data::<Data<App>>().ok_or_else(|| Problem::internal("no application"))?;
    // Who is lost in the studio hears so without a key.
    let lost = studio::is_visit(request.head());
    match if lost { Door::Open } else { Door::of(request.path()) } {
        Door::Open => Ok(()),
        Door::Agents => {
            let identity = agent(app, request)?;
            request.extensions_mut().insert(identity);
            Ok(())
        }
        door @ (Door::Callers | Door::Login) => match caller(app, request.request()).await? {
            Some(caller) => {
                request.extensions_mut().insert(caller);
                Ok(())
            }
            None if door == Door::Login => Ok(()),
            None => Err(Problem::no_key()),
        },
    }
}

fn agent(app: &App, request: &ServiceRequest) -> Result<Identity, Problem> {
    let identity = if app.access.agents.is_open() {
        Identity::anyone()
    } else {
        let token = bearer(request.request())?.ok_or_else(Problem::no_token)?;
        Identity::of(app.access.agents.find(token).ok_or_else(Problem::no_token)?)
    };
    if request.path() == CONTROL_PATH && !app.admission.agent_may_dial() {
        let detail = "many agents connect at this moment; try again";
        return Err(Problem::new(Code::Unavailable, detail).retry_after(1));
    }
    Ok(identity)
}

/// `None` if the request shows nothing that could be a key.
pub(super) async fn caller(app: &App, request: &HttpRequest) -> Result<Option<Caller>, Problem> {
    let keys = &app.access.clients;
    if keys.is_open() {
        let address = app.origins.address(request.head()).map(|address| address.to_string());
        return Ok(Some(Caller::anyone(&address.unwrap_or_default())));
    }
    if let Some(key) = bearer(request)? {
        return Ok(Some(Caller::with(keys.find(key).ok_or_else(Problem::wrong_key)?)));
    }
    let Some(cookie) = cookie::of(request.headers()) else { return Ok(None) };
    let Some(login) = app.store.login(&hash_of(cookie)).await? else { return Ok(None) };
    let Some(key) = keys.recognised(&login.name, &login.fingerprint) else { return Ok(None) };
    if needs_own_page(request.head()) && !app.origins.is_own_page(request.headers()) {
        let detail = "with a cookie only the server's own pages may do this; other programs send a key";
        return Err(Problem::new(Code::OriginRefused, detail));
    }
    Ok(Some(Caller::with(key)))
}

/// The secret that a request shows.
fn bearer(request: &HttpRequest) -> Result<Option<&str>, Problem> {
    let Some(value) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    let secret = value.to_str().ok().and_then(|text| {
        let (scheme, secret) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
    });
    secret.filter(|secret| !secret.is_empty()).map(Some).ok_or_else(Problem::wrong_key)
}

/// What stands in the store for a cookie.
pub(super) fn hash_of(cookie: &str) -> String {
    hex::encode(Sha256::digest(cookie))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_needs_a_key() {
        for path in ["/healthz", "/readyz", "/api/config", "/api/docs", "/api/docs/errors", "/", "/gallery/1"]
        {
            assert_eq!(Door::of(path), Door::Open, "{path}");
        }
        for path in ["/api/agents/connect", "/api/agents/upload", "/api/agents/jobs/1/inputs/0"] {
            assert_eq!(Door::of(path), Door::Agents, "{path}");
        }
        for path in [
            "",
            "/metrics",
            "/api/jobs",
            "/api/agents",
            "/api/agents/1/drain",
            "/api/docsx",
            "/api/config/",
            "/api/%63onfig",
            "/api/agents/connect/",
            "/api/agents/%63onnect",
            "/healthz/../api/jobs",
        ] {
            assert_eq!(Door::of(path), Door::Callers, "{path}");
        }
    }
}
