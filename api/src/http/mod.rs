//! The public API over HTTP.

mod access;
mod agent_inputs;
mod agents;
mod caller;
mod config;
mod cookie;
mod envelope;
mod health;
mod host;
mod images;
mod jobs;
mod limits;
mod metrics;
mod origin;
mod pictures;
mod problem;
mod queues;
mod session;
mod socket;
mod time;
mod workflows;

use actix_web::{
    Error, HttpResponse, Resource, Route,
    body::BoxBody,
    dev::{HttpServiceFactory, ServiceFactory, ServiceRequest, ServiceResponse},
    guard,
    http::header::{self, HeaderValue},
    middleware::from_fn,
    web::{self, Data, ServiceConfig},
};

pub use limits::Bodies;
pub use origin::Origins;
pub use problem::{Code, Problem};
pub use socket::Browsers;

use crate::{app::App, gateway};

/// The whole application, the agents' sockets included.
pub fn application(
    app: Data<App>,
) -> actix_web::App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let gateway = Data::new(app.gateway.clone());
    actix_web::App::new()
        .app_data(app)
        .app_data(gateway)
        .configure(gateway::routes)
        .configure(routes)
        .wrap(from_fn(access::let_in))
        .wrap(from_fn(host::known_name))
        .wrap(from_fn(envelope::envelope))
}

fn routes(config: &mut ServiceConfig) {
    config
        // Uploads have a time limit of their own.
        .service(at("/api/workflows/{workflow}", "POST").route(web::post().to(workflows::submit)))
        .service(at("/api/images", "POST").route(web::post().to(images::upload)))
        .service(bounded(at("/api/images/{id}", READ).route(read().to(images::get))))
        .service(bounded(at("/api/jobs", READ).route(read().to(jobs::list))))
        .service(bounded(
            at("/api/jobs/{id}", "GET, HEAD, DELETE")
                .route(read().to(jobs::get))
                .route(web::delete().to(jobs::delete)),
        ))
        .service(bounded(at("/api/jobs/{id}/retry", "POST").route(web::post().to(jobs::retry))))
        .service(bounded(at("/api/jobs/{id}/cancel", "POST").route(web::post().to(jobs::cancel))))
        .service(bounded(at("/api/jobs/{id}/events", "GET").route(web::get().to(jobs::events))))
        .service(bounded(at("/api/jobs/{id}/config", READ).route(read().to(jobs::config))))
        .service(bounded(at("/api/jobs/{id}/preview", READ).route(read().to(jobs::preview))))
        .service(bounded(
            at("/api/jobs/{id}/inputs/{index}/thumbnail", READ).route(read().to(jobs::input_thumbnail_of)),
        ))
        .service(bounded(
            at("/api/jobs/{id}/outputs/{index}/thumbnail", READ).route(read().to(jobs::output_thumbnail_of)),
        ))
        .service(bounded(at("/api/jobs/{id}/inputs/{index}", READ).route(read().to(jobs::input))))
        .service(bounded(at("/api/jobs/{id}/outputs/{index}", READ).route(read().to(jobs::output))))
        .service(bounded(at("/api/jobs/{id}/outputs/{index}/poster", READ).route(read().to(jobs::poster))))
        .service(bounded(at(agent_inputs::PATH, READ).route(read().to(agent_inputs::input))))
        .service(bounded(at("/api/agents", READ).route(read().to(agents::list))))
        .service(bounded(at("/api/agents/{id}", READ).route(read().to(agents::get))))
        .service(bounded(at("/api/agents/{id}/drain", "POST").route(web::post().to(agents::drain))))
        .service(bounded(at("/api/agents/{id}/resume", "POST").route(web::post().to(agents::resume))))
        .service(bounded(at("/api/queues", READ).route(read().to(queues::queues))))
        .service(at("/api/ws", "GET").route(web::get().to(socket::connect)))
        .service(bounded(
            at(session::PATH, "GET, HEAD, POST, DELETE")
                .route(read().to(session::get))
                .route(web::post().to(session::post))
                .route(web::delete().to(session::delete)),
        ))
        .service(bounded(at("/api/config", READ).route(read().to(config::config))))
        .service(bounded(at("/metrics", READ).route(read().to(metrics::metrics))))
        .service(bounded(at("/healthz", READ).route(read().to(health::healthz))))
        .service(bounded(at("/readyz", READ).route(read().to(health::readyz))));
}

const READ: &str = "GET, HEAD";

/// A resource that tells other methods than `allowed` which ones it has.
fn at(path: &str, allowed: &'static str) -> Resource {
    let refuse = move || async move {
        let problem = Problem::new(Code::MethodNotAllowed, format!("this address takes {allowed}"));
        Err::<HttpResponse, _>(problem.header(header::ALLOW, HeaderValue::from_static(allowed)))
    };
    web::resource(path).default_service(web::to(refuse))
}

fn read() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn bounded(resource: Resource) -> impl HttpServiceFactory {
    resource.wrap(from_fn(limits::time_limit))
}
