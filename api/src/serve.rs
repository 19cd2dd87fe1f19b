//! From settings to a running API and to its orderly end.

use std::{
    net::SocketAddr,
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{
    HttpServer,
    dev::{Server, ServerHandle},
    web::{Data, get},
};
use nix::sys::socket::{setsockopt, sockopt};
use spool_shared::{ids::ReplicaId, job::Budgets};
use tokio::time::sleep_until;
use tracing::{error, info, warn};

use crate::{
    admission::{Admission, Caps},
    app::App,
    auth::{self, Access, FileError},
    config::{Config, ConfigError, Place},
    embedded::{self, Crashes, Embedded, EmbeddedError, MAX_CRASHES, RedisRefused},
    fanout::{self, Hub},
    gateway::{self, Gateway, Times},
    http::{self, AgentSockets},
    images::Pictures,
    maintenance,
    measure::Figures,
    scheduler::{self, Bell},
    signals::Signals,
    storage::{Storage, StorageError},
    store::{CLEAR_PATIENCE, Cleared, Limits, Quarantine, Store, StoreError},
    tasks::Tasks,
};

/// Requests in flight may take this long to finish, seconds: a little longer than any of them may last.
const FINISH_REQUESTS_S: u64 = 65;
const FINISH_TASKS: Duration = Duration::from_secs(5);
/// How long a connection may take to send the head of a request.
const HEAD_PATIENCE: Duration = Duration::from_secs(5);
/// How long a client may take nothing of what is sent to it, milliseconds; as long as common proxies wait.
const READ_PATIENCE_MS: u32 = 60_000;

/// Why the API did not start, or had to stop.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    #[error(transparent)]
    Redis(#[from] RedisRefused),
    #[error("the store cannot be opened: {0}")]
    Store(#[from] StoreError),
    #[error(
        "SPOOL_CLEAR_JOBS_ON_START would take the jobs of another replica that lives on the same Redis; stop that \
         one first, or start without the setting"
    )]
    InUse,
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Keys(#[from] FileError),
    #[error("cannot listen on SPOOL_LISTEN {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    #[error("cannot write SPOOL_ADDRESS_FILE: {0}")]
    AddressFile(std::io::Error),
    #[error("the server failed: {0}")]
    Server(std::io::Error),
    #[error("the private redis-server crashed {MAX_CRASHES} times, never a minute apart")]
    Crashes,
    #[error("a background task panicked")]
    Task,
}

/// Serves until SIGTERM or SIGINT. Must be polled on the main thread: see [`Embedded::start`].
pub async fn serve(config: Config) -> Result<(), ServeError> {
    let signals = Signals::listen().map_err(ServeError::Server)?;
    let embedded = match config.redis.url() {
        Some(_) => None,
        None => Some(Embedded::start().await?),
    };
    let redis =
        embedded.as_ref().map_or_else(|| config.redis.url().unwrap_or_default().to_owned(), Embedded::url);
    embedded::check(&redis, embedded.is_some()).await?;
    let tasks = Tasks::new();
    let app = Data::new(start(config, &redis, &tasks).await?);
    let Listening { server, .. } = listen(&app)?;
    let result =
        Running { app: app.clone(), tasks: tasks.clone(), signals, embedded, crashes: Crashes::default() }
            .run(server)
            .await;
    if let Some(file) = &app.config.http.address_file {
        // It may be gone already.
        std::fs::remove_file(file).ok();
    }
    result
}

/// Opens storage and store, and starts everything that works in the background. `redis` is a checked address.
pub async fn start(config: Config, redis: &str, tasks: &Tasks) -> Result<App, ServeError> {
    let access = Access::read(config.auth.keys_file(), config.auth.tokens_file())?;
    let admission = Arc::new(Admission::new(caps(&config, &access)));
    let storage = match config.storage.place()? {
        Place::Folder(folder) => Storage::folder(&folder)?,
        Place::Bucket(bucket) => Storage::bucket(bucket),
    };
    storage.prove().await?;
    let replica = ReplicaId::from_random(rand::random());
    if config.redis.clear_jobs_on_start {
        clear(redis, &config.redis.prefix, replica).await?;
    }
    let store = Store::open(redis, &config.redis.prefix, replica, limits(&config)).await?;
    let hub = Hub::new(store.position().await?);
    let bell = Bell::default();
    let oldest_agent = config.agents.min_agent_version.clone();
    let figures = Figures::record();
    let gateway = {
        let (store, storage, sockets) = (store.clone(), storage.clone(), admission.agents.clone());
        Gateway::new(store, storage, bell.clone(), times(&config), oldest_agent, sockets)
    };
    let stop = || tasks.stop();
    tasks.spawn("sign of life", maintenance::live(store.clone(), stop()));
    tasks.spawn("reader", fanout::follow(store.clone(), hub.clone(), gateway.clone(), stop()));
    tasks.spawn("notes", fanout::follow_notes(store.clone(), hub.clone(), stop()));
    tasks.spawn("scheduler", scheduler::run(store.clone(), bell.clone(), stop()));
    let period = Duration::from_millis(config.lease.reap_ms);
    tasks.spawn("reaper", maintenance::reap(store.clone(), bell.clone(), period, stop()));
    tasks.spawn("retention", maintenance::tidy(store.clone(), storage.clone(), stop()));
    tasks.spawn("figures", maintenance::fold(figures.clone(), stop()));
    let (period, age) = (config.images.sweep_period(), config.images.sweep_age());
    tasks.spawn("sweeper", maintenance::sweep(store.clone(), storage.clone(), period, age, stop()));
    let beat = Duration::from_millis(config.http.browser_beat_ms);
    let browsers = http::Browsers::new(store.clone(), hub.clone(), tasks.clone(), beat);
    tasks.spawn("keys", auth::watch(access.clone(), stop()));
    Ok(App {
        browsers,
        origins: http::Origins::of(&config.auth),
        hosts: config.auth.hosts(),
        access,
        admission,
        pictures: Pictures::new(config.limits.decode_mib),
        bodies: http::Bodies::new(config.limits.body_mib),
        config,
        store,
        storage,
        hub,
        bell,
        gateway,
        figures,
        studio: http::Studio::built(),
        leaving: tokio_util::sync::CancellationToken::new(),
        stopping: tokio_util::sync::CancellationToken::new(),
    })
}

/// Ends the session before, of which this is to be the only replica.
async fn clear(redis: &str, prefix: &str, replica: ReplicaId) -> Result<(), ServeError> {
    match Store::clear(redis, prefix, replica, CLEAR_PATIENCE).await? {
        Cleared::Keys(keys) => {
            info!(keys, "Cleared the session before: {keys} keys are gone");
            Ok(())
        }
        Cleared::InUse => Err(ServeError::InUse),
    }
}

fn limits(config: &Config) -> Limits {
    Limits {
        assign_ms: config.lease.assign_ms,
        lease_ms: config.lease.lease_ms,
        dead_ms: config.lease.agent_dead_ms,
        retention_ms: config.lease.retention_ms,
        queue_ttl_ms: config.lease.queue_ttl_ms,
        image_ms: config.images.image_ttl_ms,
        // No request that brings pictures takes longer than that after its body has come.
        hold_ms: config.http.request_timeout_ms.saturating_mul(2),
        queue_limit: config.limits.queue,
        owner_limit: config.limits.queue_limit_per_key.unwrap_or(config.limits.queue),
        budgets: Budgets::default(),
        quarantine: Quarantine {
            failures: config.lease.quarantine_failures,
            window_ms: config.lease.quarantine_window_ms,
            lasts_ms: config.lease.quarantine_ms,
        },
    }
}

/// Submits and uploads a minute of one key, unless it is set.
const WRITES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(600).expect("not zero");

fn caps(config: &Config, access: &Access) -> Caps {
    let limits = &config.limits;
    let default = (!access.clients.is_open()).then_some(WRITES_PER_MINUTE);
    let of_each = |open: bool| (!open).then_some(limits.max_sockets_per_key as usize);
    Caps {
        writes_per_minute: limits.rate_per_minute.or(default),
        sockets: limits.max_sockets as usize,
        sockets_per_key: of_each(access.clients.is_open()),
        sockets_per_token: of_each(access.agents.is_open()),
    }
}

fn times(config: &Config) -> Times {
    let ms = Duration::from_millis;
    Times {
        heartbeat: ms(config.lease.heartbeat_ms),
        dead: ms(config.lease.agent_dead_ms),
        grace: ms(config.lease.reconnect_grace_ms),
        retry: ms(config.lease.retry_delay_ms),
    }
}

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

/// The API while it runs.
struct Running {
    app: Data<App>,
    tasks: Tasks,
    signals: Signals,
    embedded: Option<Embedded>,
    crashes: Crashes,
}

impl Running {
    /// Serves until a signal, then ends in order: requests, tasks, Redis.
    async fn run(mut self, server: Server) -> Result<(), ServeError> {
        let handle = server.handle();
        let mut server = std::pin::pin!(server);
        let mut result = Ok(());
        let mut asked = 0;
        let mut further_at = None;
        let broken = self.tasks.stop();
        loop {
            tokio::select! {
                ended = &mut server => {
                    result = result.and(ended.map_err(ServeError::Server));
                    break;
                }
                () = self.signals.next() => {
                    asked += 1;
                    if asked > 1 {
                        warn!("Stopping at once: requests in flight are cut off");
                        break;
                    }
                    further_at = Some(self.leave());
                }
                () = sleep_until(further_at.unwrap_or_else(Instant::now).into()), if further_at.is_some() => {
                    further_at = self.go_further(&handle);
                }
                () = broken.cancelled(), if asked == 0 => {
                    asked += 1;
                    result = Err(ServeError::Task);
                    self.stop(&handle);
                }
                () = crashed(&mut self.embedded) => {
                    if let Err(error) = self.heal().await {
                        error!("{error}");
                        // Without Redis no request can be finished.
                        result = Err(error);
                        self.embedded = None;
                        break;
                    }
                }
            }
        }
        self.end().await;
        result
    }

    /// Says to whoever asks that it will stop; when to go further. A load balancer notices it meanwhile.
    fn leave(&self) -> Instant {
        self.app.leaving.cancel();
        let pause = self.app.config.http.stop_pause_ms;
        if pause > 0 {
            info!("Stopping in {pause} ms: load balancers are told to send nothing more");
        }
        Instant::now() + self.half_a_pause()
    }

    /// Ends the streams, and the next time the server: whoever had one may ask for what came of it on the same
    /// connection, which says first that it is about to end.
    fn go_further(&self, handle: &ServerHandle) -> Option<Instant> {
        if self.app.stopping.is_cancelled() {
            self.stop(handle);
            return None;
        }
        self.app.begin_to_stop();
        Some(Instant::now() + self.half_a_pause())
    }

    fn half_a_pause(&self) -> Duration {
        Duration::from_millis(self.app.config.http.stop_pause_ms) / 2
    }

    fn stop(&self, handle: &ServerHandle) {
        info!("Stopping: requests in flight are finished first, a second signal cuts them off");
        self.app.begin_to_stop();
        // The command is under way already; what it returns is the wait for its end.
        drop(handle.stop(true));
    }

    async fn heal(&mut self) -> Result<(), ServeError> {
        if self.crashes.another(Instant::now()) > MAX_CRASHES {
            return Err(ServeError::Crashes);
        }
        match &mut self.embedded {
            Some(embedded) => Ok(embedded.start_again().await?),
            None => Ok(()),
        }
    }

    async fn end(self) {
        self.tasks.shut_down(FINISH_TASKS).await;
        if let Err(error) = self.app.store.leave().await {
            warn!("This replica could not sign off: {error}");
        }
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
        info!("Stopped");
    }
}

/// Returns when the private redis-server crashed; never if there is none.
async fn crashed(embedded: &mut Option<Embedded>) {
    match embedded {
        Some(embedded) => embedded.crashed().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    #[command(no_binary_name = true)]
    struct Flags {
        #[command(flatten)]
        config: Config,
    }

    #[test]
    fn the_documented_caps_hold_where_there_are_keys_and_fewer_where_there_are_none() {
        let config = Flags::try_parse_from(Vec::<String>::new()).unwrap().config;
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, format!("ann sha256:{} submit\n", "0".repeat(64))).unwrap();
        let of = |keys, tokens| {
            let Caps { writes_per_minute, sockets, sockets_per_key, sockets_per_token } =
                caps(&config, &Access::read(keys, tokens).unwrap());
            (writes_per_minute.map(NonZeroU32::get), sockets, sockets_per_key, sockets_per_token)
        };
        assert_eq!(of(None, None), (None, 20_000, None, None));
        assert_eq!(of(Some(file.path()), None), (Some(600), 20_000, Some(5_000), None));
        assert_eq!(limits(&config).owner_limit, 10_000);
    }
}
