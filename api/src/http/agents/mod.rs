//! The fleet: one operation in a file.

mod drain;
mod get;
mod list;
mod resume;
mod view;

pub(super) use drain::drain;
pub(super) use get::get;
pub(super) use list::list;
pub(super) use resume::resume;
pub(super) use view::AgentView;

use actix_web::HttpResponse;
use spool_shared::ids::AgentId;

use super::{
    caller::Caller,
    problem::{Code, Problem},
};
use crate::app::App;

fn no_agent() -> Problem {
    Problem::new(Code::NotFound, "there is no such agent")
}

/// The id in an address. A text that is no id names no agent.
fn id(text: &str) -> Result<AgentId, Problem> {
    text.parse().map_err(|_| no_agent())
}

/// The agent as it is now.
async fn shown(app: &App, caller: &Caller, id: AgentId) -> Result<HttpResponse, Problem> {
    let agent = app.store.agent(id).await?.ok_or_else(no_agent)?;
    Ok(HttpResponse::Ok().json(AgentView::of(&agent, caller)))
}
