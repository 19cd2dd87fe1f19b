//! `GET /api/openapi.json`: the OpenAPI 3.1 document.

use std::sync::LazyLock;

use actix_web::{HttpResponse, http::header, web::Bytes};

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
    Operation::new("openapi", Tag::Service, "This document").answer(
        200,
        "OpenAPI 3.1.",
        &serde_json::json!({"application/json": {"schema": {"type": "object"}}}),
    )
}
