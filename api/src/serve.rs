//! From settings to a running API and to its orderly end.

mod listening;
mod running;
mod settings;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::web::Data;
use spool_shared::ids::ReplicaId;
use tracing::info;

pub use self::listening::{Listening, listen};
use self::{
    running::Running,
    settings::{caps, limits, times},
};
use crate::{
    admission::Admission,
    app::App,
    auth::{self, Access, FileError},
    config::{Config, ConfigError, Place},
    embedded::{self, Crashes, Embedded, EmbeddedError, MAX_CRASHES, RedisRefused},
    fanout::{self, Hub},
    gateway::Gateway,
    http,
    images::Pictures,
    maintenance,
    measure::Figures,
    scheduler::{self, Bell},
    signals::Signals,
    storage::{Storage, StorageError},
    store::{CLEAR_PATIENCE, Cleared, Store, StoreError},
    tasks::Tasks,
};

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
