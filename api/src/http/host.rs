//! By which name the server is reached. Without keys, programs and pages of this machine alone may ask: a page from
//! elsewhere reaches a server on the loopback address through the visitor's browser, by a name of its own that it lets
//! point there, or by a form. With keys, the names that are set.

use std::net::IpAddr;

use actix_web::{
    Error, ResponseError as _,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
    web::Data,
};
use url::{Host, Url};

use super::{
    access::Door,
    problem::{Code, Problem},
};
use crate::app::App;

pub(super) async fn known_name(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match check(&request) {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(problem) => Ok(request.into_response(problem.error_response())),
    }
}

fn check(request: &ServiceRequest) -> Result<(), Problem> {
    let app = request.app_data::<Data<App>>().ok_or_else(|| Problem::internal("no application"))?;
    let side = match Door::of(request.path()) {
        Door::Agents => &app.access.agents,
        Door::Open | Door::Login | Door::Callers => &app.access.clients,
    };
    if side.is_open() { only_this_machine(request) } else { one_of(&app.hosts, request) }
}

fn only_this_machine(request: &ServiceRequest) -> Result<(), Problem> {
    let text = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    if !text(header::HOST).is_some_and(|host| is_loopback(&format!("http://{host}"))) {
        let detail =
            "without keys the server is reached by the names of this machine only, such as localhost";
        return Err(Problem::new(Code::HostRefused, detail));
    }
    if text(header::ORIGIN).is_some_and(|origin| !is_loopback(origin)) {
        let detail = "without keys only pages of this machine may call the server";
        return Err(Problem::new(Code::OriginRefused, detail));
    }
    Ok(())
}

/// Those who look after the process ask by its address.
const BY_ANY_NAME: [&str; 2] = ["/healthz", "/readyz"];

fn one_of(names: &[String], request: &ServiceRequest) -> Result<(), Problem> {
    if names.is_empty() || BY_ANY_NAME.contains(&request.path()) {
        return Ok(());
    }
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    let url = host.and_then(|host| Url::parse(&format!("http://{host}")).ok());
    let known = |url: Url| url.host_str().is_some_and(|host| names.iter().any(|name| name == host));
    if url.is_some_and(known) {
        return Ok(());
    }
    Err(Problem::new(Code::HostRefused, "this server is not reached by this name"))
}

fn is_loopback(origin: &str) -> bool {
    let Ok(url) = Url::parse(origin) else { return false };
    match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::from(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::from(ip).is_loopback(),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_count_as_loopback() {
        for origin in [
            "http://localhost",
            "http://localhost:8080",
            "http://LOCALHOST.:1",
            "http://spool.localhost:5173",
            "http://127.0.0.1:8080",
            "http://127.1.2.3",
            "http://[::1]:8080",
        ] {
            assert!(is_loopback(origin), "{origin}");
        }
        for origin in [
            "http://example.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://notlocalhost",
            "http://10.0.0.1",
            "http://0.0.0.0",
            "http://",
            "null",
            "",
        ] {
            assert!(!is_loopback(origin), "{origin}");
        }
    }
}
