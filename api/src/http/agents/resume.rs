//! `POST /api/agents/{id}/resume`: the agent gets jobs again, after a drain or out of quarantine.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use tracing::info;

use super::{
    super::{caller::Caller, problem::Problem},
    id, no_agent, shown,
};
use crate::{app::App, auth::Scope};

pub(crate) async fn resume(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
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
