//! The outermost layer: gives each request an id, renders problems, and sets the headers that every answer has.

use std::time::Instant;

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        ConnectionType, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use tracing::{Instrument as _, debug, info_span, warn};

use super::problem::Problem;
use crate::{app::App, measure};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const MAX_ID: usize = 64;

/// In a response whose status is an error's: it is a page for people, and no problem is to take its place.
#[derive(Debug, Clone, Copy)]
struct AsItIs;

/// Lets a response through as it is, whatever its status.
pub(super) fn as_it_is(mut response: HttpResponse) -> HttpResponse {
    response.extensions_mut().insert(AsItIs);
    response
}

pub(super) async fn envelope(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = request_id(request.headers());
    // What is logged on the way carries the id, too.
    let span = info_span!("request", request.id = id);
    let begun = Instant::now();
    let response = next.call(request).instrument(span).await?.map_into_boxed_body();
    let status = response.status();
    let (request, response) = response.into_parts();
    let (method, path) = (request.method().as_str(), request.path());
    let route = request.match_pattern();
    measure::answered(method, route.as_deref().unwrap_or("none"), status.as_u16(), begun.elapsed());
    if status.is_server_error() {
        warn!(request.id = id, status = status.as_u16(), "{method} {path} was answered {status}");
    } else {
        debug!(request.id = id, status = status.as_u16(), "{method} {path} was answered {status}");
    }
    let is_page = response.extensions().contains::<AsItIs>();
    let mut response = if (status.is_client_error() || status.is_server_error()) && !is_page {
        rendered(&response, &id)
    } else {
        response
    };
    let upgraded = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    if !upgraded && request.app_data::<Data<App>>().is_some_and(|app| app.leaving.is_cancelled()) {
        // The next request goes to another replica instead of into the end of this one.
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    add_headers(response.headers_mut(), &id);
    Ok(ServiceResponse::new(request, response))
}

/// The problem that a handler returned, or one for an answer that the framework made by itself, or that the gateway
/// did, which knows no problems: its sentence is the detail.
fn rendered(response: &HttpResponse, id: &str) -> HttpResponse {
    let problem = response.extensions().get::<Problem>().cloned();
    let problem = problem.unwrap_or_else(|| {
        let problem = Problem::of_status(response.status());
        match response.error().and_then(|error| error.as_error::<InternalError<String>>()) {
            Some(sentence) => Problem { detail: sentence.to_string(), ..problem },
            None => problem,
        }
    });
    let mut rendered = HttpResponse::build(problem.code.status());
    rendered.content_type("application/problem+json");
    for (name, value) in &problem.headers {
        rendered.insert_header((name.clone(), value.clone()));
    }
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = response.headers().get(&name) {
            rendered.insert_header((name, value.clone()));
        }
    }
    rendered.body(problem.body(id))
}

fn request_id(headers: &HeaderMap) -> String {
    let plain = |id: &&str| {
        (1..=MAX_ID).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let given = headers.get(&REQUEST_ID).and_then(|value| value.to_str().ok()).filter(plain);
    given.map_or_else(|| hex::encode(rand::random::<[u8; 8]>()), str::to_owned)
}

fn add_headers(headers: &mut HeaderMap, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID.clone(), id);
    }
    let always = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in always {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let unless_set = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    ];
    for (name, value) in unless_set {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}
