//! The address, and what holds for every connection to it.

use std::{net::SocketAddr, time::Duration};

use actix_web::{
    HttpServer,
    dev::Server,
    web::{Data, get},
};
use nix::sys::socket::{setsockopt, sockopt};
use tracing::info;

use super::ServeError;
use crate::{
    app::App,
    gateway,
    http::{self, AgentSockets},
};

/// Requests in flight may take this long to finish, seconds: a little longer than any of them may last.
const FINISH_REQUESTS_S: u64 = 65;
/// How long a connection may take to send the head of a request.
const HEAD_PATIENCE: Duration = Duration::from_secs(5);
/// How long a client may take nothing of what is sent to it, milliseconds; as long as common proxies wait.
const READ_PATIENCE_MS: u32 = 60_000;

/// Binds the address; the server works while it is polled.
pub fn listen(app: &Data<App>) -> Result<Listening, ServeError> {
    let config = &app.config.http;
    let shared = app.clone();
    let gateway = Data::new(app.gateway.clone());
    let application = move || {
        let agents = AgentSockets { control: get().to(gateway::control), bulk: get().to(gateway::bulk) };
        http::application(shared.clone(), agents).app_data(gateway.clone())
    };
    let mut server = HttpServer::new(application)
        .tcp_nodelay(true)
        .disable_signals()
        .client_request_timeout(HEAD_PATIENCE)
        .on_connect(|connection, _| give_up_on_readers_that_stall(connection))
        .shutdown_timeout(FINISH_REQUESTS_S);
    if let Some(workers) = config.http_workers {
        server = server.workers(workers.get());
    }
    let failed = |error| ServeError::Listen(config.listen, error);
    let server = server.bind(config.listen).map_err(failed)?;
    let address = server.addrs().first().copied().unwrap_or(config.listen);
    let server = server.run();
    if let Some(file) = &config.address_file {
        // Whoever waits for the file must not read half of it.
        let unfinished = file.with_extension("unfinished");
        std::fs::write(&unfinished, address.to_string())
            .and_then(|()| std::fs::rename(&unfinished, file))
            .map_err(ServeError::AddressFile)?;
    }
    info!(address = %address, "Listening on http://{address}");
    Ok(Listening { server, address })
}

/// Lets the kernel end a connection whose peer has taken nothing of what waits for it for a while: what serves it hangs
/// in the sending, and cannot.
fn give_up_on_readers_that_stall(connection: &dyn std::any::Any) {
    if let Some(stream) = connection.downcast_ref::<tokio::net::TcpStream>() {
        // A system that refuses it keeps such connections longer.
        setsockopt(stream, sockopt::TcpUserTimeout, &READ_PATIENCE_MS).ok();
    }
}

/// A server on its address.
pub struct Listening {
    pub server: Server,
    pub address: SocketAddr,
}
