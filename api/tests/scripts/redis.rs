//! A Redis of one's own, and two replicas' stores on it.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use redis::{AsyncConnectionConfig, aio::MultiplexedConnection};
use spool_api::store::{Limits, Quarantine, Store};
use spool_shared::{ids::ReplicaId, job::Budgets};
use tempfile::TempDir;

/// What every key begins with.
pub(crate) const PREFIX: &str = "chaos:{0}:";

pub(crate) struct Server {
    child: Child,
    folder: TempDir,
}

impl Server {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let child = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"])
            .arg("--unixsocket")
            .arg(folder.path().join("redis.sock"))
            .arg("--dir")
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is installed by `make setup`");
        let server = Self { child, folder };
        let deadline = Instant::now() + Duration::from_secs(20);
        let client = redis::Client::open(server.url()).unwrap();
        loop {
            let info = client
                .get_connection()
                .and_then(|mut redis| redis::cmd("INFO").arg("server").query::<redis::InfoDict>(&mut redis));
            if let Ok(info) = info {
                assert_eq!(info.get::<u32>("process_id"), Some(server.child.id()), "another server answers");
                return server;
            }
            assert!(Instant::now() < deadline, "redis-server did not come up");
            std::thread::yield_now();
        }
    }

    fn url(&self) -> String {
        format!("redis+unix://{}", self.folder.path().join("redis.sock").display())
    }

    pub(crate) async fn connection(&self) -> MultiplexedConnection {
        let patient = AsyncConnectionConfig::new().set_response_timeout(Some(Duration::from_secs(30)));
        let client = redis::Client::open(self.url()).unwrap();
        client.get_multiplexed_async_connection_with_config(&patient).await.unwrap()
    }

    /// The store of replica `number`, over a connection of its own.
    pub(crate) async fn store(&self, number: u8) -> Store {
        Store::open(&self.url(), "chaos", replica(number), limits()).await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn replica(number: u8) -> ReplicaId {
    ReplicaId::from_random([number + 1; 16])
}

/// Spans that a run never lasts, and that lie far apart: only a step of the clock passes one.
pub(crate) fn limits() -> Limits {
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
        quarantine: Quarantine { failures: 3, window_ms: 300_000, lasts_ms: 400_000 },
    }
}
