//! `GET /metrics`: figures for Prometheus. Where there are keys it shows one with the scope `admin`.

use actix_web::{HttpResponse, http::header, web::Data};
use serde_json::json;

use super::{
    caller::Caller,
    docs::{Operation, Tag},
    problem::{Code, Problem},
};
use crate::{app::App, auth::Scope};

pub(super) async fn metrics(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    caller.may(Scope::Admin)?;
    let outlook = app.store.outlook().await?;
    let kind = (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    Ok(HttpResponse::Ok().insert_header(kind).body(app.figures.text(&outlook)))
}

pub(super) fn doc() -> Operation {
    Operation::new("metrics", Tag::Service, "Figures for Prometheus")
        .about("Queues, waits, attempts, agents, sockets, requests and the store's scripts, in Prometheus' text format.")
        .answer(200, "The figures.", &json!({"text/plain": {"schema": {"type": "string"}}}))
        .problems(&[Code::Forbidden])
}
