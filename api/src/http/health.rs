//! `GET /healthz`: the process runs. `GET /readyz`: it can do its work.

use actix_web::{HttpResponse, web::Data};
use serde_json::json;

use super::problem::{Code, Problem};
use crate::app::App;

pub(super) async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

/// Redis answers with our session under our schema, and files can be written.
pub(super) async fn readyz(app: Data<App>) -> Result<HttpResponse, Problem> {
    if app.stopping.is_cancelled() {
        return Err(Problem::new(Code::Unavailable, "the server is stopping"));
    }
    let position = app.store.position().await?;
    app.storage.probe().await?;
    Ok(HttpResponse::Ok().json(json!({"status": "ready", "position": position.to_string()})))
}
