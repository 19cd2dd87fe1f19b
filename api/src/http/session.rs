//! `POST /api/session`: a browser shows a key once and gets a cookie, for its sockets, pictures and videos cannot send
//! a header. `GET` says who asks, `DELETE` ends the login.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Bytes, Data, Payload},
};
use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::info;
use utoipa::ToSchema;

use super::{
    access::hash_of,
    bodies::not_encoded,
    caller::Caller,
    cookie,
    docs::{Operation, Tag},
    limits::{paced, unreadable},
    problem::{Code, Problem},
};
use crate::{app::App, store::Login};

pub(super) const PATH: &str = "/api/session";
/// A key and its wrapping are far shorter.
const MAX_BODY: usize = 4 * 1024;

/// What a login shows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LoginRequest)]
struct Shown {
    /// An API key.
    key: String,
}

/// Who asks, as a page wants to know it.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(super) struct SessionView<'a> {
    /// Whether the server has keys at all; without them everyone of its machine may ask.
    keys: bool,
    /// The key's name; `null` for whoever shows none.
    name: Option<&'a str>,
    /// What the caller may do beside reading.
    scopes: Vec<&'static str>,
}

pub(super) async fn get(app: Data<App>, caller: Option<Caller>) -> HttpResponse {
    HttpResponse::Ok().json(told(&app, caller.as_ref()))
}

pub(super) fn told<'a>(app: &App, caller: Option<&'a Caller>) -> SessionView<'a> {
    let scopes = caller.map(|caller| caller.scopes().words().collect()).unwrap_or_default();
    SessionView { keys: !app.access.clients.is_open(), name: caller.and_then(Caller::name), scopes }
}

/// A login as the document shows it.
fn sample() -> SessionView<'static> {
    SessionView { keys: true, name: Some("alice"), scopes: vec!["submit"] }
}

pub(super) fn get_doc() -> Operation {
    let about =
        "Whether the server has keys, whose the request is, and what its caller may do. Never refused.";
    Operation::new("getSession", Tag::Service, "Who asks").about(about).json::<SessionView<'_>>(
        200,
        "Who asks.",
        sample(),
    )
}

pub(super) fn post_doc() -> Operation {
    let about = "A browser shows a key once and gets a cookie, which its sockets, pictures and videos send by \
                 themselves. Programs send the key with each request instead.";
    let schema = json!({"$ref": "#/components/schemas/LoginRequest"});
    let body = json!({"application/json": {"schema": schema, "example": {"key": "spool_…"}}});
    Operation::new("logIn", Tag::Service, "Log a browser in")
        .about(about)
        .body("The key.", &body)
        .schema_of::<Shown>()
        .json::<SessionView<'_>>(200, "The browser is logged in.", sample())
        .answer_header(200, "Set-Cookie", "The login, for this server alone.", "spool_session=…; HttpOnly; …")
        .problems(&[
            Code::MalformedBody,
            Code::NotFound,
            Code::BodyTooSlow,
            Code::BodyTooLarge,
            Code::UnsupportedMediaType,
            Code::RateLimited,
        ])
}

pub(super) fn delete_doc() -> Operation {
    Operation::new("logOut", Tag::Service, "Log a browser out")
        .empty(204, "The login has ended, if there was one.")
        .answer_header(204, "Set-Cookie", "Takes the cookie away.", "spool_session=; Max-Age=0; …")
}

pub(super) async fn post(
    app: Data<App>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    if app.access.clients.is_open() {
        let detail = "there are no keys here: everyone of this machine may ask, without logging in";
        return Err(Problem::new(Code::NotFound, detail));
    }
    // Another site's page must not log a browser in as somebody else.
    if request.headers().contains_key(header::ORIGIN) && !app.origins.is_own_page(request.headers()) {
        return Err(Problem::new(Code::OriginRefused, "only the server's own pages may log in"));
    }
    let address = app.origins.address(request.head());
    if let Some(address) = address {
        app.admission.logins.may_try(address).map_err(|later| {
            let detail = "too many logins from this address failed; wait a little";
            Problem::new(Code::RateLimited, detail).retry_after(later.seconds())
        })?;
    }
    let shown = read(&request, payload).await?;
    let Some(key) = app.access.clients.find(shown.key.trim()) else {
        if let Some(address) = address {
            app.admission.logins.failed(address);
        }
        return Err(Problem::wrong_key());
    };
    let value = hex::encode(rand::random::<[u8; 32]>());
    let login = Login { name: key.name().to_owned(), fingerprint: key.fingerprint() };
    let life = app.config.auth.login();
    app.store.log_in(&hash_of(&value), &login, life).await?;
    info!(key.name = key.name(), "A browser logged in with the key {}", key.name());
    let cookie = cookie::set(&value, life, app.origins.is_encrypted(request.head()));
    Ok(HttpResponse::Ok()
        .insert_header((header::SET_COOKIE, cookie))
        .json(told(&app, Some(&Caller::with(key)))))
}

pub(super) async fn delete(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    if let Some(value) = cookie::of(request.headers()) {
        app.store.log_out(&hash_of(value)).await?;
    }
    let cookie = cookie::clear(app.origins.is_encrypted(request.head()));
    Ok(HttpResponse::NoContent().insert_header((header::SET_COOKIE, cookie)).finish())
}

/// Only JSON: a form of another site's page cannot send that unasked.
async fn read(request: &HttpRequest, payload: Payload) -> Result<Shown, Problem> {
    not_encoded(request)?;
    let declared = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let declared = declared.and_then(|text| text.parse::<mime::Mime>().ok());
    if declared.is_none_or(|mime| mime.essence_str() != "application/json") {
        let detail = "the body must be application/json, and say so in Content-Type";
        return Err(Problem::new(Code::UnsupportedMediaType, detail));
    }
    let chunks = std::pin::pin!(paced(payload, None));
    let body = chunks.try_fold(Vec::new(), async |mut body: Vec<u8>, bytes: Bytes| {
        let fits = body.len() + bytes.len() <= MAX_BODY;
        body.extend_from_slice(&bytes);
        if fits { Ok(body) } else { Err(actix_web::error::PayloadError::Overflow) }
    });
    let body = body.await.map_err(|error| match error {
        actix_web::error::PayloadError::Overflow => {
            Problem::new(Code::BodyTooLarge, format!("the body may have at most {MAX_BODY} bytes"))
        }
        other => unreadable(&other),
    })?;
    // What was wrong is not repeated: it may be a key.
    serde_json::from_slice(&body)
        .map_err(|_| Problem::new(Code::MalformedBody, r#"the body must be {"key": "…"} with an API key"#))
}
