//! Messages and frames that are wrong: whoever sends them is sent away, and nobody else notices.

use futures_util::future::join_all;
use spool_shared::{
    job::Status,
    protocol::{BULK_PATH, CONTROL_PATH, MAX_BULK_BYTES, MAX_CONTROL_BYTES, ToAgent},
};
use spool_tests::{
    World,
    bad_messages::{bad_frames, bad_messages, opened},
    bare_agent::{BareAgent, tiny_png},
    process::{forget_peak, peak_bytes, resident_bytes},
    redis::Remains,
    rude::{BINARY, CONTINUATION, LAST, PING, Rude, TEXT, frame, head},
};

/// What hostile bytes may cost.
const GROWTH: u64 = 10 * 1024 * 1024;
const MILLION: usize = 1_000_000;
const BROWSER_PATH: &str = "/api/ws";

/// What the API's memory was when something hostile began.
struct Memory(u64);

impl Memory {
    fn now(world: &World) -> Self {
        let pid = world.replica(0).process().pid();
        forget_peak(pid);
        Self(resident_bytes(pid))
    }

    /// The API was never much larger since, also while the hostile sockets were still open.
    fn hardly_grew(&self, world: &World, during: &str) {
        let grown = peak_bytes(world.replica(0).process().pid()).saturating_sub(self.0);
        assert!(grown < GROWTH, "{during}: the API had grown by {grown} bytes");
    }
}

/// An agent with a job, which must not notice anything; the world's process must not, either.
struct Bystander {
    agent: BareAgent,
    held: spool_tests::bare_agent::Assigned,
    memory: Memory,
}

impl Bystander {
    async fn of(world: &World) -> Self {
        let mut agent = BareAgent::dial("bystander", world.replica(0).address(), 1).await;
        world.client().submit("held by the bystander").await;
        let held = agent.assigned().await;
        agent.accepts(held);
        agent.starts(held);
        Self { agent, held, memory: Memory::now(world) }
    }

    /// Its job ends well, on the socket that it always had, and the API's memory stayed as it was.
    async fn ends_well(self, world: &World) {
        self.memory.hardly_grew(world, "all of it");
        let output = self.agent.bulk().await.stores(self.held, &tiny_png()).await;
        self.agent.succeeds(self.held, output);
        let job = world.client().ended(&self.held.job.to_string()).await;
        assert_eq!((job.status, job.attempts, job.losses), (Status::Succeeded, 1, 0), "{job:?}");
        assert_eq!(world.redis().remains(), Remains::ended(1, 0, 0));
        assert!(!world.logs().contains("panicked"), "{}", world.logs());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_message_ends_the_socket_that_it_came_on_and_nothing_else() {
    let world = World::plan().patient().start().await;
    let address = world.replica(0).address();
    let bystander = Bystander::of(&world).await;
    for (what, bytes) in bad_messages("accepted") {
        let mut fresh = Rude::open(address, CONTROL_PATH).await;
        let mut greeted = Rude::greeted(address, "rude").await;
        for (when, socket) in [("at once", &mut fresh), ("after hello", &mut greeted)] {
            socket.sends(&frame(LAST | BINARY, &bytes)).await;
            let parting = socket.parting().await;
            assert_eq!(parting.goodbye.as_deref(), Some("protocol"), "{what} {when}: {parting:?}");
        }
    }
    for (what, bytes) in bad_messages("chunk") {
        let mut bulk = Rude::open(address, BULK_PATH).await;
        bulk.sends(&frame(LAST | BINARY, &bytes)).await;
        let parting = bulk.parting().await;
        assert_eq!((parting.goodbye, parting.frames), (None, 1), "{what}");
    }
    bystander.ends_well(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_of_another_protocol_is_told_which_one_is_spoken_and_an_unknown_message_is_passed_over() {
    let world = World::plan().patient().start().await;
    let address = world.replica(0).address();
    let bystander = Bystander::of(&world).await;

    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/protocol/v1/from_agent.hello.msgpack");
    let mut hello = std::fs::read(golden).expect("golden bytes");
    let version = hello.windows(9).position(|bytes| bytes == b"protocol\x01").expect("the version") + 8;
    // There is no protocol before the first.
    for other in [0, 99] {
        hello[version] = other;
        let mut stranger = Rude::open(address, CONTROL_PATH).await;
        stranger.sends(&frame(LAST | BINARY, &hello)).await;
        let sentence = format!("this server speaks protocol 1, the agent {other}");
        let told = |said: &ToAgent| matches!(said, ToAgent::Goodbye { message, .. } if *message == sentence);
        stranger.hears("which protocol is spoken", told).await;
        stranger.parting().await;
    }

    let mut greeted = Rude::greeted(address, "newer").await;
    greeted
        .sends(&frame(LAST | BINARY, &opened("tomorrow", "x").into_iter().chain([0xc0]).collect::<Vec<_>>()))
        .await;
    let beat = [&[0x81, 0xa9][..], b"heartbeat", &[0x82, 0xa6], b"leases", &[0x90, 0xa5], b"slots", &[0x90]]
        .concat();
    greeted.sends(&frame(LAST | BINARY, &beat)).await;
    greeted.hears("an answer to its heartbeat", |said| matches!(said, ToAgent::Beat { .. })).await;
    bystander.ends_well(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frame_of_the_wrong_kind_or_size_ends_its_socket() {
    let world = World::plan().patient().start().await;
    let address = world.replica(0).address();
    let bystander = Bystander::of(&world).await;
    for (path, limit) in
        [(CONTROL_PATH, MAX_CONTROL_BYTES), (BULK_PATH, MAX_BULK_BYTES), (BROWSER_PATH, 4096)]
    {
        for (what, bytes) in bad_frames(limit) {
            let mut socket = Rude::open(address, path).await;
            socket.sends(&bytes).await;
            let parting = socket.parting().await;
            assert!(parting.frames <= 2, "{path}, {what}: {parting:?}");
        }
    }
    // Who goes on sending a frame that is too large fills no memory with it.
    for path in [CONTROL_PATH, BULK_PATH, BROWSER_PATH] {
        let mut socket = Rude::open(address, path).await;
        socket.sends(&head(LAST | BINARY, 1 << 32)).await;
        socket.floods(&vec![0; 1 << 20], 64).await;
    }
    for path in [CONTROL_PATH, BULK_PATH] {
        let mut socket = Rude::open(address, path).await;
        socket.sends(&frame(LAST | TEXT, b"{}")).await;
        socket.parting().await;
    }
    bystander.ends_well(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endless_fragments_and_a_million_pings_cost_nothing() {
    // Only what matters: a million lines about pings would be the test's own doing.
    let world = World::plan().patient().with("SPOOL_LOG", "info").start().await;
    let address = world.replica(0).address();
    let mut bystander = Bystander::of(&world).await;
    let batches = MILLION / 1_000;
    let fragments = frame(CONTINUATION, b"").repeat(1_000);
    for path in [CONTROL_PATH, BULK_PATH, BROWSER_PATH] {
        let memory = Memory::now(&world);
        let mut socket = Rude::open(address, path).await;
        socket.sends(&frame(BINARY, b"")).await;
        let what = format!("a message that never ends at {path}");
        socket.floods_until_it_closes(&what, &fragments, batches).await;
        memory.hardly_grew(&world, &what);
    }
    let pings = frame(LAST | PING, b"").repeat(1_000);
    let memory = Memory::now(&world);
    let greeted = Rude::greeted(address, "pinging").await;
    greeted.floods_until_it_closes("a million pings of an agent", &pings, batches).await;
    memory.hardly_grew(&world, "a million pings of an agent");
    for path in [CONTROL_PATH, BULK_PATH, BROWSER_PATH] {
        // Before a hello they are passed over until its time is over.
        let memory = Memory::now(&world);
        Rude::open(address, path).await.floods(&pings, batches).await;
        memory.hardly_grew(&world, &format!("a million pings at {path}"));
        let memory = Memory::now(&world);
        Rude::open(address, path).await.floods_deaf(&pings, batches).await;
        memory.hardly_grew(&world, &format!("a million pings of a deaf client at {path}"));
    }
    // Whoever sends them is still heard of, or gone; the others are served.
    let memory = Memory::now(&world);
    join_all((0..20).map(|_| world.client().get("/healthz"))).await;
    // Each million was judged by itself: what they cost together is no matter of one socket.
    bystander.memory = memory;
    bystander.ends_well(&world).await;
}
