//! `GET /metrics`: figures for Prometheus.

use actix_web::{HttpResponse, http::header, web::Data};

use super::problem::Problem;
use crate::app::App;

pub(super) async fn metrics(app: Data<App>) -> Result<HttpResponse, Problem> {
    let outlook = app.store.outlook().await?;
    let kind = (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    Ok(HttpResponse::Ok().insert_header(kind).body(app.figures.text(&outlook)))
}
