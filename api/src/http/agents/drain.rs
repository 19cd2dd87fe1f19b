//! `POST /api/agents/{id}/drain`: the agent finishes what runs and gets nothing new, until `resume`.

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

pub(crate) async fn drain(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    caller.may(Scope::Admin)?;
    let id = id(&path)?;
    if !app.store.drain(id).await? {
        return Err(no_agent());
    }
    info!(agent.id = %id, "Agent {id} is drained");
    shown(&app, &caller, id).await
}
