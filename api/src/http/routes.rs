//! Every address with its methods, their handlers, and what the document says of them. The server is built from this
//! table and so is the document: neither can have what the other lacks.
//!
//! That holds for what programs ask for. The studio's pages and files are served by [`super::studio`] and are in
//! neither: the document describes an API, and they are none.

use actix_web::{
    FromRequest, Handler, HttpResponse, Responder, Route, guard,
    http::header::{self, HeaderValue},
    middleware::from_fn,
    web::{self, ServiceConfig},
};
use spool_shared::protocol::{BULK_PATH, CONTROL_PATH};

use super::{
    agent_inputs, agents, config,
    docs::{self, Operation},
    health, images, jobs, limits, metrics,
    problem::{Code, Problem},
    queues, session, socket,
    sockets::{self, AgentSockets},
    workflows,
};
/// An operation of the document with its route.
pub(super) struct Documented {
    pub(super) pattern: &'static str,
    pub(super) method: &'static str,
    pub(super) operation: Operation,
}

/// The whole API, with the sockets that are served elsewhere.
fn table(agents: AgentSockets) -> Vec<Endpoint> {
    vec![
        // Before the addresses of single agents, which they look like.
        at(CONTROL_PATH).unbounded().method("GET", false, agents.control, vec![sockets::control_doc()]),
        at(BULK_PATH).unbounded().method("GET", false, agents.bulk, vec![sockets::bulk_doc()]),
        // Uploads have a time limit of their own.
        at("/api/workflows/{workflow}").unbounded().post_each(workflows::submit, workflows::docs),
        at("/api/workflows/{workflow}/outlook").read_each(workflows::outlook, workflows::outlook_docs),
        at("/api/images").unbounded().post(images::upload, images::upload_doc),
        at("/api/images/{id}").read(images::get, images::get_doc),
        at("/api/jobs").read(jobs::list, jobs::list_doc),
        at("/api/jobs/{id}").read(jobs::get, jobs::get_doc).delete(jobs::delete, jobs::delete_doc),
        at("/api/jobs/{id}/retry").post(jobs::retry, jobs::retry_doc),
        at("/api/jobs/{id}/cancel").post(jobs::cancel, jobs::cancel_doc),
        at("/api/jobs/{id}/events").get(jobs::events, jobs::events_doc),
        at("/api/jobs/{id}/config").read(jobs::config, jobs::config_doc),
        at("/api/jobs/{id}/preview").read(jobs::preview, jobs::preview_doc),
        at("/api/jobs/{id}/inputs/{index}/thumbnail")
            .read(jobs::input_thumbnail_of, jobs::input_thumbnail_doc),
        at("/api/jobs/{id}/outputs/{index}/thumbnail")
            .read(jobs::output_thumbnail_of, jobs::output_thumbnail_doc),
        at("/api/jobs/{id}/inputs/{index}").read(jobs::input, jobs::input_doc),
        at("/api/jobs/{id}/outputs/{index}").read(jobs::output, jobs::output_doc),
        at("/api/jobs/{id}/outputs/{index}/poster").read(jobs::poster, jobs::poster_doc),
        at("/api/agents").read(agents::list, agents::list_doc),
        at("/api/agents/{id}").read(agents::get, agents::get_doc),
        at("/api/agents/{id}/drain").post(agents::drain, agents::drain_doc),
        at("/api/agents/{id}/resume").post(agents::resume, agents::resume_doc),
        at("/api/queues").read(queues::queues, queues::doc),
        at("/api/ws").unbounded().get(socket::connect, sockets::browser_doc),
        at(session::PATH)
            .read(session::get, session::get_doc)
            .post(session::post, session::post_doc)
            .delete(session::delete, session::delete_doc),
        at("/api/config").read(config::config, config::doc),
        at("/api/openapi.json").read(docs::openapi, docs::openapi_doc),
        at("/api/docs").read(docs::reference, docs::reference_doc),
        at(docs::ERRORS).read(docs::explanations, docs::explanations_doc),
        at("/metrics").read(metrics::metrics, metrics::doc),
        at("/healthz").read(health::healthz, health::healthz_doc),
        at("/readyz").read(health::readyz, health::readyz_doc),
        at(agent_inputs::PATH).read(agent_inputs::input, agent_inputs::doc),
    ]
}

/// Serves the table.
pub(super) fn routes(agents: AgentSockets) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        for endpoint in table(agents) {
            endpoint.mount(config);
        }
    }
}

/// What the document says of the table.
pub(super) fn operations() -> Vec<Documented> {
    let documented = |endpoint: Endpoint| {
        let pattern = endpoint.path;
        let all = endpoint.methods.into_iter();
        all.flat_map(move |method| {
            let name = method.name;
            method.operations.into_iter().map(move |operation| Documented {
                pattern,
                method: name,
                operation,
            })
        })
    };
    // What is said of the sockets does not depend on who serves them.
    let agents = AgentSockets { control: web::get(), bulk: web::get() };
    table(agents).into_iter().flat_map(documented).collect()
}

/// One address.
struct Endpoint {
    path: &'static str,
    methods: Vec<Method>,
    bounded: bool,
}

struct Method {
    name: &'static str,
    /// Reading methods serve HEAD as well.
    head: bool,
    route: Route,
    operations: Vec<Operation>,
}

fn at(path: &'static str) -> Endpoint {
    Endpoint { path, methods: Vec::new(), bounded: true }
}

impl Endpoint {
    /// Without the limit of time that requests have.
    fn unbounded(mut self) -> Self {
        self.bounded = false;
        self
    }

    /// GET and HEAD.
    fn read<F, Args>(self, handler: F, doc: fn() -> Operation) -> Self
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + 'static,
    {
        self.method("GET", true, read().to(handler), vec![doc()])
    }

    /// As [`Self::read`], for several operations, whose paths fit the pattern.
    fn read_each<F, Args>(self, handler: F, docs: fn() -> Vec<Operation>) -> Self
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + 'static,
    {
        self.method("GET", true, read().to(handler), docs())
    }

    fn get<F, Args>(self, handler: F, doc: fn() -> Operation) -> Self
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + 'static,
    {
        self.method("GET", false, web::get().to(handler), vec![doc()])
    }

    fn post<F, Args>(self, handler: F, doc: fn() -> Operation) -> Self
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + 'static,
    {
        self.method("POST", false, web::post().to(handler), vec![doc()])
    }

    /// One handler for several operations, whose paths fit the pattern.
    fn post_each<F, Args>(self, handler: F, docs: fn() -> Vec<Operation>) -> Self
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + 'static,
    {
        self.method("POST", false, web::post().to(handler), docs())
    }

    fn delete<F, Args>(self, handler: F, doc: fn() -> Operation) -> Self
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + 'static,
    {
        self.method("DELETE", false, web::delete().to(handler), vec![doc()])
    }

    fn method(mut self, name: &'static str, head: bool, route: Route, operations: Vec<Operation>) -> Self {
        self.methods.push(Method { name, head, route, operations });
        self
    }

    fn mount(self, config: &mut ServiceConfig) {
        let allowed: Vec<_> = self
            .methods
            .iter()
            .map(|method| if method.head { format!("{}, HEAD", method.name) } else { method.name.to_owned() })
            .collect();
        let mut resource = web::resource(self.path).default_service(refusal(allowed.join(", ")));
        for method in self.methods {
            resource = resource.route(method.route);
        }
        if self.bounded {
            config.service(resource.wrap(from_fn(limits::time_limit)));
        } else {
            config.service(resource);
        }
    }
}

/// GET and HEAD.
pub(super) fn read() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// Tells other methods than `allowed` which ones the address has.
pub(super) fn refusal(allowed: String) -> Route {
    web::to(move || {
        let problem = Problem::new(Code::MethodNotAllowed, format!("this address takes {allowed}"));
        let allow = HeaderValue::from_str(&allowed).unwrap_or_else(|_| HeaderValue::from_static(""));
        let refused = Err::<HttpResponse, _>(problem.header(header::ALLOW, allow));
        async { refused }
    })
}
