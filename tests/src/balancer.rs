//! A load balancer: asks each replica whether it is ready, and leads new connections to those that are, in turn.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{AbortHandle, JoinSet},
};

use crate::{PATIENCE, client::http, within};

/// How often each replica is asked.
pub const ASKS_EVERY: Duration = Duration::from_millis(100);
/// How long its answer may take.
const ANSWERS_WITHIN: Duration = Duration::from_secs(1);

/// Dropping it cuts everything.
pub struct Balancer {
    address: String,
    backends: Arc<[Backend]>,
    unserved: Arc<AtomicU64>,
    running: Vec<AbortHandle>,
}

struct Backend {
    address: String,
    ready: watch::Sender<bool>,
    connections: AtomicU64,
}

impl Balancer {
    pub async fn over(addresses: &[String]) -> Self {
        let backend = |address: &String| Backend {
            address: address.clone(),
            ready: watch::Sender::default(),
            connections: AtomicU64::default(),
        };
        let backends: Arc<[Backend]> = addresses.iter().map(backend).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let unserved = Arc::<AtomicU64>::default();
        let mut running =
            vec![tokio::spawn(accept(listener, backends.clone(), unserved.clone())).abort_handle()];
        for index in 0..backends.len() {
            running.push(tokio::spawn(ask(backends.clone(), index)).abort_handle());
        }
        let balancer = Self { address, backends, unserved, running };
        for index in 0..addresses.len() {
            balancer.sees(index, true).await;
        }
        balancer
    }

    /// Where clients and agents dial.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Awaits that a replica counts as ready, or as not.
    pub async fn sees(&self, index: usize, ready: bool) {
        let mut now = self.backends.get(index).expect("such a replica").ready.subscribe();
        let seen = now.wait_for(|now| *now == ready);
        within(PATIENCE, "the balancer sees the replica", seen).await.expect("it goes on asking");
    }

    /// How many connections each replica was given.
    #[must_use]
    pub fn connections(&self) -> Vec<u64> {
        self.backends.iter().map(|backend| backend.connections.load(Ordering::Relaxed)).collect()
    }

    /// How many connections came to nothing: no replica was ready, or one that was took none.
    #[must_use]
    pub fn unserved(&self) -> u64 {
        self.unserved.load(Ordering::Relaxed)
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.running.iter().for_each(AbortHandle::abort);
    }
}

async fn ask(backends: Arc<[Backend]>, index: usize) {
    let Some(backend) = backends.get(index) else { return };
    let (http, url) = (http(), format!("http://{}/readyz", backend.address));
    let mut turns = tokio::time::interval(ASKS_EVERY);
    loop {
        turns.tick().await;
        let answer = http.get(&url).timeout(ANSWERS_WITHIN).send().await;
        let ready = answer.is_ok_and(|answer| answer.status().is_success());
        backend.ready.send_if_modified(|known| std::mem::replace(known, ready) != ready);
    }
}

async fn accept(listener: TcpListener, backends: Arc<[Backend]>, unserved: Arc<AtomicU64>) {
    let (turn, mut connections) = (AtomicUsize::default(), JoinSet::new());
    while let Ok((mut client, _)) = listener.accept().await {
        // What has ended needs no place here.
        while connections.try_join_next().is_some() {}
        let ready: Vec<usize> = (0..backends.len())
            .filter(|index| backends.get(*index).is_some_and(|one| *one.ready.borrow()))
            .collect();
        let next = turn.fetch_add(1, Ordering::Relaxed) % ready.len().max(1);
        let Some(index) = ready.get(next).copied() else {
            unserved.fetch_add(1, Ordering::Relaxed);
            continue;
        };
        let (backends, unserved) = (backends.clone(), unserved.clone());
        connections.spawn(async move {
            let Some(backend) = backends.get(index) else { return };
            let Ok(mut server) = TcpStream::connect(&backend.address).await else {
                unserved.fetch_add(1, Ordering::Relaxed);
                return;
            };
            backend.connections.fetch_add(1, Ordering::Relaxed);
            for stream in [&client, &server] {
                stream.set_nodelay(true).expect("a socket option");
            }
            // However it ends, both sides see it.
            drop(tokio::io::copy_bidirectional(&mut client, &mut server).await);
        });
    }
}
