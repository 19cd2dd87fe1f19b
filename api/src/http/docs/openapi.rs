//! `GET /api/openapi.json`: the OpenAPI 3.1 document.

use std::sync::LazyLock;

use actix_web::{HttpResponse, http::header, web::Bytes};
use serde_json::json;

use super::{
    document::DOCUMENT,
    operation::{Operation, Tag},
};

static TEXT: LazyLock<Bytes> = LazyLock::new(|| {
    let mut text = serde_json::to_vec_pretty(&*DOCUMENT).unwrap_or_default();
    text.push(b'\n');
    text.into()
});

pub(crate) async fn openapi() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(TEXT.clone())
}

pub(crate) fn doc() -> Operation {
    let example = json!({
        "openapi": "3.1.0",
        "info": {"title": "Spool", "version": env!("CARGO_PKG_VERSION")},
        "paths": {"/healthz": {"get": {"operationId": "healthz"}}},
    });
    Operation::new("openapi", Tag::Service, "This document").answer(
        200,
        "OpenAPI 3.1.",
        &json!({"application/json": {"schema": {"type": "object"}, "example": example}}),
    )
}
