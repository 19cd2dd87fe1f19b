//! `GET /api/agents`: every agent by name, the lost ones of the last hour included.

use actix_web::{HttpResponse, web::Data};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    super::{
        caller::Caller,
        docs::{Operation, Tag},
        problem::Problem,
    },
    AgentView, sample,
};
use crate::app::App;

#[derive(Serialize, ToSchema)]
#[schema(as = Fleet)]
struct FleetView<'a> {
    items: Vec<AgentView<'a>>,
}

pub(crate) async fn list(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    let agents = app.store.fleet().await?;
    let items = agents.iter().map(|agent| AgentView::of(agent, &caller)).collect();
    Ok(HttpResponse::Ok().json(FleetView { items }))
}

pub(crate) fn doc() -> Operation {
    Operation::new("listAgents", Tag::Fleet, "List agents")
        .about("Every agent by name, the lost ones of the last hour included.")
        .json::<FleetView<'_>>(200, "The fleet.", json!({"items": [sample::agent()]}))
}
