//! `GET /api/config`: what can be asked for, with every limit and default, for forms and clients.

use actix_web::{HttpResponse, web::Data};
use serde_json::json;
use spool_shared::workflow::{PICTURE, PRIORITY_FIELD, Workflow, description, field_description};

use super::limits::MAX_BODY;
use crate::app::App;

pub(super) async fn config(app: Data<App>) -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "workflows": Workflow::ALL.map(description),
        "priority": field_description(&PRIORITY_FIELD),
        "limits": {
            "body_bytes": MAX_BODY,
            "picture": PICTURE,
            "queue": app.config.limits.queue,
            "retention_ms": app.config.lease.retention_ms,
            "request_timeout_ms": app.config.http.request_timeout_ms,
        },
    }))
}
