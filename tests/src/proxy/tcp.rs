//! A TCP line between an agent and the replicas that can be cut, led elsewhere, and made slow; what a network does to
//! all its connections is in [`Weather`].

use std::{
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{Mutex as Turn, mpsc, watch},
    task::AbortHandle,
    time::Instant,
};

use super::{Direction, weather::Weather};
use crate::{PATIENCE, within};

/// Bytes that go over the line at once: small, so that connections share a slow one fairly.
const SLICE: usize = 4 * 1024;
/// Slices under way one way of one connection: what a line with latency holds.
const UNDER_WAY: usize = 256;

/// The line. Dropping it cuts everything.
pub struct Proxy {
    address: String,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

struct Shared {
    plan: Mutex<Plan>,
    /// What clients have sent so far.
    sent: watch::Sender<Sent>,
    /// When the slow line is free again.
    free: Turn<Instant>,
    bytes_per_second: Option<u32>,
    weather: Weather,
}

struct Plan {
    leads_to: String,
    cut: Option<Cut>,
    /// How many cuts were planned.
    cuts: u64,
}

/// What one connection has carried since the cut of this number was planned.
#[derive(Default)]
struct Carried {
    cut: u64,
    bytes: u64,
}

/// Cuts the first connection on which a client has sent so much since it was planned.
struct Cut {
    after: u64,
    then: String,
}

#[derive(Default)]
struct Sent {
    bytes: u64,
    /// The most that one connection has sent.
    longest: u64,
    /// Each slice in order: its connection and its length.
    slices: Vec<(usize, u64)>,
}

impl Proxy {
    /// A line to `address` that is as fast as the machine.
    pub async fn to(address: &str) -> Self {
        Self::start(address, None).await
    }

    /// A line that carries so many bytes a second from clients, all connections together.
    pub async fn slow(address: &str, bytes_per_second: u32) -> Self {
        Self::start(address, Some(bytes_per_second)).await
    }

    async fn start(leads_to: &str, bytes_per_second: Option<u32>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let shared = Arc::new(Shared {
            plan: Mutex::new(Plan { leads_to: leads_to.to_owned(), cut: None, cuts: 0 }),
            sent: watch::Sender::default(),
            free: Turn::new(Instant::now()),
            bytes_per_second,
            weather: Weather::default(),
        });
        let accepting = tokio::spawn(accept(listener, shared.clone())).abort_handle();
        Self { address, shared, accepting }
    }

    /// Where clients dial.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// New connections lead there from now on.
    pub fn lead_to(&self, address: &str) {
        address.clone_into(&mut self.shared.plan().leads_to);
    }

    /// Cuts the first connection on which a client has sent so many bytes from now on; new ones lead to `then` from
    /// that moment.
    pub fn cut_after(&self, bytes: u64, then: &str) {
        let mut plan = self.shared.plan();
        plan.cut = Some(Cut { after: bytes, then: then.to_owned() });
        plan.cuts += 1;
    }

    /// Whether a cut is still to come.
    #[must_use]
    pub fn waits_for_a_cut(&self) -> bool {
        self.shared.plan().cut.is_some()
    }

    /// What the network does to this line.
    #[must_use]
    pub fn weather(&self) -> &Weather {
        &self.shared.weather
    }

    /// How many bytes clients have sent.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.shared.sent.borrow().bytes
    }

    /// Awaits that one connection has sent so many bytes.
    pub async fn has_sent(&self, bytes: u64) {
        let mut sent = self.shared.sent.subscribe();
        let enough = sent.wait_for(|sent| sent.longest >= bytes);
        within(PATIENCE, "bytes on the line", enough).await.expect("the line is there");
    }

    /// The slices that went over the line, in order: the connection's number and the length.
    #[must_use]
    pub fn slices(&self) -> Vec<(usize, u64)> {
        self.shared.sent.borrow().slices.clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the cut if it is due.
    fn cuts(&self, carried: &mut Carried, bytes: u64) -> bool {
        let mut plan = self.plan();
        if carried.cut != plan.cuts {
            *carried = Carried { cut: plan.cuts, bytes: 0 };
        }
        carried.bytes += bytes;
        match plan.cut.take_if(|cut| carried.bytes >= cut.after) {
            Some(cut) => {
                plan.leads_to = cut.then;
                true
            }
            None => false,
        }
    }

    /// A client has sent so many bytes; `all` counts those of its connection.
    async fn takes(&self, number: usize, bytes: u64, all: &mut u64) {
        *all += bytes;
        self.carry(bytes).await;
        self.sent.send_modify(|sent| {
            sent.bytes += bytes;
            sent.longest = sent.longest.max(*all);
            sent.slices.push((number, bytes));
        });
    }

    /// Waits for the line, and for the slice's way over it.
    async fn carry(&self, bytes: u64) {
        let Some(rate) = self.bytes_per_second else { return };
        // The lock is fair: connections take turns.
        let mut free = self.free.lock().await;
        let way = Duration::from_secs(1)
            .mul_f64(f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / f64::from(rate));
        *free = (*free).max(Instant::now()) + way;
        tokio::time::sleep_until(*free).await;
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = tokio::task::JoinSet::new();
    for number in 0.. {
        let Ok((client, _)) = listener.accept().await else { return };
        let address = shared.plan().leads_to.clone();
        let shared = shared.clone();
        connections.spawn(async move {
            // Where nobody listens any more, the client sees its connection end.
            let Ok(server) = TcpStream::connect(address).await else { return };
            for stream in [&client, &server] {
                stream.set_nodelay(true).expect("a socket option");
            }
            let mut forecast = shared.weather.forecast();
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            tokio::select! {
                () = one_way(Direction::Up, number, &mut from_client, &mut to_server, &shared) => {}
                () = one_way(Direction::Down, number, &mut from_server, &mut to_client, &shared) => {}
                () = forecast.reset() => {
                    for stream in [from_client.as_ref(), from_server.as_ref()] {
                        let _ = stream.set_zero_linger();
                    }
                    // Not with an end before it.
                    to_client.forget();
                    to_server.forget();
                }
            }
        });
    }
}

/// Carries slices one way until the connection ends or is cut.
async fn one_way(
    direction: Direction,
    number: usize,
    from: &mut OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    shared: &Shared,
) {
    let (under_way, mut arriving) = mpsc::channel::<(Instant, Vec<u8>)>(UNDER_WAY);
    let is_up = direction == Direction::Up;
    let sending = async move {
        let (mut slice, mut all) = (vec![0; SLICE], 0);
        while let Ok(length @ 1..) = from.read(&mut slice).await {
            if is_up {
                shared.takes(number, length as u64, &mut all).await;
            }
            let slice = slice.get(..length).unwrap_or_default().to_vec();
            if under_way.send((shared.weather.arrival(), slice)).await.is_err() {
                return;
            }
        }
    };
    let mut forecast = shared.weather.forecast();
    let receiving = async {
        let mut carried = Carried::default();
        while let Some((due, slice)) = arriving.recv().await {
            tokio::time::sleep_until(due).await;
            forecast.clear(direction).await;
            let arrived = to.write_all(&slice).await;
            if arrived.is_err() || is_up && shared.cuts(&mut carried, slice.len() as u64) {
                return;
            }
        }
    };
    let mut end = shared.weather.forecast();
    tokio::select! {
        () = receiving => return,
        // What was taken still arrives.
        () = async { sending.await; pending().await } => {}
        () = end.half_closed(direction) => {}
    }
    let _ = to.shutdown().await;
    pending::<()>().await;
}
