//! The page itself. It is one for all addresses; which of them it shows is settled in the browser.

use std::io::{self, Write as _};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::header,
    web::{Bytes, Data},
};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

use super::{
    super::{envelope, jobs::matches_none},
    encoding::{Encoding, taken},
    pages::base,
    policy, source, state, unbuilt,
};
use crate::app::App;

/// Where the page has room for what the server says.
const ROOM: &str = "<!--spool-->";

/// `GET` of any page.
pub(super) async fn page(app: Data<App>, request: HttpRequest) -> HttpResponse {
    let Some(html) = filled(&app, &request).await else { return unbuilt::page(request.path()) };
    let encoding = encoding(&request);
    let mut etag = source::etag(&Sha256::digest(&html));
    if encoding == Encoding::Gzip {
        etag.insert_str(etag.len() - 1, "-gz");
    }
    let unchanged = matches_none(request.headers(), &etag);
    let mut response = if unchanged { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::ETAG, etag))
        // Asked for again at each visit: it names the files of this version, and says who looks at it.
        .insert_header((header::CACHE_CONTROL, "no-cache, private"));
    if unchanged { described(&mut response).finish() } else { sent(response, html, encoding) }
}

/// The page at an address that it does not know, which it then says.
pub(super) async fn no_such_page(app: &App, request: &HttpRequest) -> HttpResponse {
    let Some(html) = filled(app, request).await else { return unbuilt::page(request.path()) };
    envelope::as_it_is(sent(HttpResponse::NotFound(), html, encoding(request)))
}

/// The page with its root and its state; nothing where the studio was not built.
async fn filled(app: &App, request: &HttpRequest) -> Option<String> {
    let page = app.studio.file("index.html")?;
    let state = state::of(app, request).await;
    Some(fill(&String::from_utf8_lossy(&page.bytes), &base(request.path()), &state))
}

fn fill(page: &str, base: &str, state: &str) -> String {
    // The base before anything that has an address.
    let told = format!(
        "<base href=\"{base}\" />\n    <script type=\"application/json\" id=\"spool-state\">{state}</script>"
    );
    page.replacen(ROOM, &told, 1)
}

/// What is made for one visit is compressed quickly or not at all.
fn encoding(request: &HttpRequest) -> Encoding {
    let quick = |encoding: &Encoding| matches!(encoding, Encoding::Gzip | Encoding::Identity);
    taken(request.headers()).into_iter().find(quick).unwrap_or(Encoding::Identity)
}

fn sent(mut response: HttpResponseBuilder, html: String, encoding: Encoding) -> HttpResponse {
    described(&mut response).insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"));
    match encoding.word().map(|word| (word, gzip(&html))) {
        Some((word, Ok(bytes))) => response.insert_header((header::CONTENT_ENCODING, word)).body(bytes),
        Some((_, Err(_))) | None => response.body(html),
    }
}

fn described(response: &mut HttpResponseBuilder) -> &mut HttpResponseBuilder {
    response
        .insert_header((header::VARY, "Cookie, Accept-Encoding"))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy::OF_THE_PAGE))
}

fn gzip(text: &str) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 4), Compression::default());
    encoder.write_all(text.as_bytes())?;
    encoder.finish().map(Bytes::from)
}
