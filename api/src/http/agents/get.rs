//! `GET /api/agents/{id}`

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

use super::{
    super::{
        caller::Caller,
        docs::{Operation, Tag},
        problem::Problem,
    },
    id, of_agent, shown,
};
use crate::app::App;

pub(crate) async fn get(app: Data<App>, caller: Caller, path: Path<String>) -> Result<HttpResponse, Problem> {
    shown(&app, &caller, id(&path)?).await
}

pub(crate) fn doc() -> Operation {
    let about = "A lost one is there for an hour.";
    of_agent(Operation::new("getAgent", Tag::Fleet, "Read an agent").about(about))
}
