//! `GET /api/agents`: every agent by name, the lost ones of the last hour included.

use actix_web::{HttpResponse, web::Data};
use serde::Serialize;

use super::{
    super::{caller::Caller, problem::Problem},
    AgentView,
};
use crate::app::App;

#[derive(Serialize)]
struct FleetView<'a> {
    items: Vec<AgentView<'a>>,
}

pub(crate) async fn list(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    let agents = app.store.fleet().await?;
    let items = agents.iter().map(|agent| AgentView::of(agent, &caller)).collect();
    Ok(HttpResponse::Ok().json(FleetView { items }))
}
