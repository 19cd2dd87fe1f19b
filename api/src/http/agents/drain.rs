//! `POST /api/agents/{id}/drain`: the agent finishes what runs and gets nothing new, until `resume`.

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

pub(crate) async fn drain(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
    _: NoBody,
) -> Result<HttpResponse, Problem> {
    caller.may(Scope::Admin)?;
    let id = id(&path)?;
    if !app.store.drain(id).await? {
        return Err(no_agent());
    }
    info!(agent.id = %id, "Agent {id} is drained");
    shown(&app, &caller, id).await
}

pub(crate) fn doc() -> Operation {
    let about = "It finishes what runs and gets nothing new until it is resumed, also if it connects again meanwhile.";
    of_agent(Operation::new("drainAgent", Tag::Fleet, "Drain an agent").about(about)).problems(&[
        Code::Forbidden,
        Code::MalformedBody,
        Code::BodyTooSlow,
        Code::UnsupportedMediaType,
    ])
}
