//! A Redis of one's own: a unix socket in a private folder, gone with the value.

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use ::redis::AsyncConnectionConfig;
use spool_shared::{ids::ReplicaId, job::Budgets};
use tempfile::TempDir;

use crate::store::{Limits, Quarantine, Store};

pub(super) struct TestRedis {
    child: Child,
    folder: TempDir,
}

impl TestRedis {
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("redis.sock");
        let child = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"])
            .arg("--unixsocket")
            .arg(&socket)
            .arg("--dir")
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("redis-server is installed by `make setup`");
        let this = Self { child, folder };
        this.wait();
        this
    }

    /// Waits until the server that answers is the one that was started.
    fn wait(&self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        let client = ::redis::Client::open(self.url()).unwrap();
        loop {
            let info = client.get_connection().and_then(|mut redis| {
                ::redis::cmd("INFO").arg("server").query::<::redis::InfoDict>(&mut redis)
            });
            if let Ok(info) = info {
                assert_eq!(info.get::<u32>("process_id"), Some(self.child.id()), "another server answers");
                return;
            }
            assert!(Instant::now() < deadline, "redis-server did not come up");
            std::thread::yield_now();
        }
    }

    pub(super) fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("redis.sock")
    }

    pub(super) async fn connection(&self) -> ::redis::aio::MultiplexedConnection {
        // On a busy machine an answer may take longer than the half second that the library gives it.
        let patient = AsyncConnectionConfig::new().set_response_timeout(Some(Duration::from_secs(30)));
        let client = ::redis::Client::open(self.url()).unwrap();
        client.get_multiplexed_async_connection_with_config(&patient).await.unwrap()
    }

    /// A store under a prefix of its own.
    pub(super) async fn store(&self, prefix: &str) -> Store {
        self.store_with(prefix, limits()).await
    }

    /// A replica with limits of its own.
    pub(super) async fn store_with(&self, prefix: &str, limits: Limits) -> Store {
        let replica = ReplicaId::from_random([7; 16]);
        let store = Store::open(&self.url(), prefix, replica, limits).await.unwrap();
        // Nobody says here each second that it lives.
        let life = crate::store::keys::Keys::new(prefix).of("replica", replica);
        ::redis::cmd("PERSIST").arg(life).exec_async(&mut self.connection().await).await.unwrap();
        store
    }
}

impl Drop for TestRedis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Spans that lie far apart, so that two of them are never mistaken for one another.
pub(super) fn limits() -> Limits {
    Limits {
        assign_ms: 20_000,
        lease_ms: 40_000,
        dead_ms: 80_000,
        retention_ms: 200_000,
        queue_ttl_ms: 100_000,
        image_ms: 300_000,
        hold_ms: 60_000,
        queue_limit: 20_000,
        owner_limit: 20_000,
        budgets: Budgets::default(),
        quarantine: Quarantine { failures: 5, window_ms: 300_000, lasts_ms: 400_000 },
    }
}
