//! `GET /metrics`: figures for Prometheus. Where there are keys it shows one with the scope `admin`.

use actix_web::{HttpResponse, http::header, web::Data};

use super::{caller::Caller, problem::Problem};
use crate::{app::App, auth::Scope};

pub(super) async fn metrics(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    caller.may(Scope::Admin)?;
    let outlook = app.store.outlook().await?;
    let kind = (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    Ok(HttpResponse::Ok().insert_header(kind).body(app.figures.text(&outlook)))
}
