//! The public API over HTTP.

mod access;
mod agent_inputs;
mod agents;
mod bodies;
mod caller;
mod config;
mod cookie;
mod docs;
mod envelope;
mod health;
mod host;
mod images;
mod jobs;
mod limits;
mod metrics;
mod no_body;
mod origin;
mod pictures;
mod problem;
mod query;
mod queues;
mod routes;
mod session;
mod socket;
mod sockets;
mod studio;
mod time;
mod workflows;

use actix_web::{
    Error,
    body::BoxBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web::Data,
};

pub use bodies::Bodies;
pub use origin::Origins;
pub use problem::{Code, Problem};
pub use socket::Browsers;
pub use sockets::AgentSockets;
pub use studio::Studio;
#[cfg(fuzzing)]
pub use workflows::submission;

use crate::app::App;

/// The whole application, the agents' sockets included.
pub fn application(
    app: Data<App>,
    agents: AgentSockets,
) -> actix_web::App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
    >,
> {
    actix_web::App::new()
        .app_data(app)
        .configure(routes::routes(agents))
        .configure(studio::routes)
        .wrap(from_fn(access::let_in))
        .wrap(from_fn(host::known_name))
        .wrap(from_fn(envelope::envelope))
}
