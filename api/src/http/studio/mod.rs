//! The web studio: the one page of it, in which the server says what every visit needs to know first, and the files
//! that this page loads.
//!
//! Its addresses are no part of the API. They stand beside the table of [`super::routes`], not in it, because that
//! one describes what it serves for programs, and there is nothing here that a program would ask for.

mod encoding;
mod files;
mod pages;
mod policy;
mod shell;
mod source;
mod state;
mod unbuilt;

pub(super) use pages::{is_open, is_visit};
pub use source::Studio;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web::{self, Data, ServiceConfig},
};

use super::{
    problem::Problem,
    routes::{read, refusal},
};
use crate::app::App;

/// Serves the studio, and answers at every address that nothing else has.
pub(super) fn routes(config: &mut ServiceConfig) {
    let only_read = || refusal("GET, HEAD".to_owned());
    for pattern in pages::PATTERNS {
        config.service(web::resource(pattern).route(read().to(shell::page)).default_service(only_read()));
    }
    let assets = web::resource("/assets/{file:.*}").route(read().to(files::asset));
    config.service(assets.default_service(only_read()));
    config.default_service(web::to(elsewhere));
}

/// A file of the studio's root, whose names are those that the build left; for people the studio, which says that
/// there is no such page; a problem for all others.
async fn elsewhere(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    if matches!(*request.method(), Method::GET | Method::HEAD)
        && let Some(file) = files::root(&app, &request)
    {
        return Ok(file);
    }
    if is_visit(request.head()) {
        return Ok(shell::no_such_page(&app, &request).await);
    }
    Err(Problem::of_status(StatusCode::NOT_FOUND))
}
