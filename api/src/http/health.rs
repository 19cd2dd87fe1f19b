//! `GET /healthz`: the process runs. `GET /readyz`: it can do its work.

use actix_web::{HttpResponse, web::Data};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    docs::{Operation, Tag},
    jobs::sample::POSITION,
    problem::{Code, Problem},
};
use crate::app::App;

#[derive(Debug, Serialize, ToSchema)]
struct Health {
    status: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
struct Readiness {
    status: &'static str,
    /// Where the store stands: the session and the number of its last event.
    position: String,
}

pub(super) async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok" })
}

pub(super) fn healthz_doc() -> Operation {
    Operation::new("healthz", Tag::Service, "Is the process alive")
        .about("Asks nothing of Redis or the storage.")
        .json::<Health>(200, "It runs.", json!(Health { status: "ok" }))
}

/// Redis answers with our session under our schema, and files can be written.
pub(super) async fn readyz(app: Data<App>) -> Result<HttpResponse, Problem> {
    if app.leaving.is_cancelled() {
        return Err(Problem::new(Code::Unavailable, "the server is stopping"));
    }
    let position = app.store.position().await?;
    app.storage.probe().await?;
    Ok(HttpResponse::Ok().json(Readiness { status: "ready", position: position.to_string() }))
}

pub(super) fn readyz_doc() -> Operation {
    let ready = Readiness { status: "ready", position: POSITION.to_owned() };
    Operation::new("readyz", Tag::Service, "Can it do its work")
        .about("Redis answers with the session that the server knows, and files can be written.")
        .json::<Readiness>(200, "It can.", ready)
}
