//! `POST /api/agents/{id}/resume`: the agent gets jobs again, after a drain or out of quarantine.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use tracing::info;

use super::{
    super::{
        caller::Caller,
        docs::{Operation, Tag},
        no_body::NoBody,
        problem::{Code, Problem},
    },
    id, no_agent, of_agent, shown,
};
use crate::{app::App, auth::Scope};

pub(crate) async fn resume(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
    _: NoBody,
) -> Result<HttpResponse, Problem> {
    caller.may(Scope::Admin)?;
    let id = id(&path)?;
    if !app.store.resume(id).await? {
        return Err(no_agent());
    }
    info!(agent.id = %id, "Agent {id} gets jobs again");
    app.bell.ring();
    shown(&app, &caller, id).await
}

pub(crate) fn doc() -> Operation {
    let about = "It gets jobs again, after a drain or out of quarantine.";
    of_agent(Operation::new("resumeAgent", Tag::Fleet, "Resume an agent").about(about)).problems(&[
        Code::Forbidden,
        Code::MalformedBody,
        Code::BodyTooSlow,
        Code::UnsupportedMediaType,
    ])
}
