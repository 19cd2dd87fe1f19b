//! The fleet: one operation in a file.

mod drain;
mod get;
mod list;
mod resume;
mod sample;
mod view;

pub(super) use drain::{doc as drain_doc, drain};
pub(super) use get::{doc as get_doc, get};
pub(super) use list::{doc as list_doc, list};
pub(super) use resume::{doc as resume_doc, resume};
pub(super) use view::AgentView;

use actix_web::HttpResponse;
use spool_shared::ids::AgentId;

use super::{
    caller::Caller,
    docs::Operation,
    jobs::id_schema,
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

/// An operation on one agent, which answers with it.
fn of_agent(operation: Operation) -> Operation {
    operation
        .path("id", "The agent.", &id_schema(), sample::EXAMPLE_ID)
        .json::<AgentView<'_>>(200, "The agent.", sample::agent())
        .problems(&[Code::NotFound])
}
