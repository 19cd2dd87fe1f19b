//! The files that the page loads: those with a hash of their content in the name are kept for good, all others are
//! asked for again.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Path},
};

use super::{
    super::{
        jobs::matches_none,
        problem::{Code, Problem},
    },
    encoding::{Encoding, taken},
    pages, policy,
    source::Studio,
};
use crate::app::App;

/// A year, which is what caches take for ever.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
const ASKED_AGAIN: &str = "no-cache";

/// `GET /assets/{file}`. One that is not there is a problem for everyone: the page in its stead would be run as a
/// script, and kept.
pub(super) async fn asset(
    app: Data<App>,
    file: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let found = answer(&app.studio, &request, &format!("assets/{file}"), FOR_GOOD);
    found.ok_or_else(|| Problem::new(Code::NotFound, "the studio has no such file (any more)"))
}

/// A file beside the page.
pub(super) fn root(app: &App, request: &HttpRequest) -> Option<HttpResponse> {
    let name = pages::root_file(request.path())?;
    answer(&app.studio, request, name, ASKED_AGAIN)
}

fn answer(studio: &Studio, request: &HttpRequest, name: &str, cached: &str) -> Option<HttpResponse> {
    // What was compressed is had by way of the file itself.
    if name.ends_with(Encoding::Brotli.suffix()) || name.ends_with(Encoding::Gzip.suffix()) {
        return None;
    }
    let whole = studio.file(name)?;
    let found = taken(request.headers()).into_iter().find_map(|encoding| match encoding {
        Encoding::Identity => Some((encoding, whole.clone())),
        _ => Some((encoding, studio.file(&format!("{name}{}", encoding.suffix()))?)),
    });
    // Who takes nothing that there is gets the file all the same, as the rules allow.
    let (encoding, file) = found.unwrap_or((Encoding::Identity, whole));
    let unchanged = matches_none(request.headers(), &file.etag);
    let mut response = if unchanged { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::ETAG, file.etag))
        .insert_header((header::CACHE_CONTROL, cached))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy::OF_FILES));
    if unchanged {
        return Some(response.finish());
    }
    if let Some(word) = encoding.word() {
        response.insert_header((header::CONTENT_ENCODING, word));
    }
    Some(response.insert_header((header::CONTENT_TYPE, content_type(name))).body(file.bytes))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}
