//! What an agent may send as results: a socket that speaks the protocol, on a lease of the store.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use spool_shared::{
    ids::AgentId,
    protocol::{
        AGENT_HEADER, BULK_PATH, BulkFromAgent, BulkToAgent, HeldLease, Part, RefusedCode, decode, encode,
    },
};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use crate::{agent::Agent, world::World};

const PATIENCE: Duration = Duration::from_mins(1);
const LARGEST: u64 = 200 * 1024 * 1024;

struct Bulk {
    socket: WebSocketStream<TcpStream>,
    lease: HeldLease,
    uploads: u32,
}

impl Bulk {
    async fn open(world: &World, agent: AgentId, lease: HeldLease) -> Self {
        let mut request = format!("ws://{}{BULK_PATH}", world.address).into_client_request().unwrap();
        request.headers_mut().insert(AGENT_HEADER, agent.to_string().parse().unwrap());
        let stream = TcpStream::connect(&world.address).await.unwrap();
        let (socket, _) = client_async(request, stream).await.unwrap();
        Self { socket, lease, uploads: 0 }
    }

    /// Announces a file and tells what the server says of it.
    async fn begins(&mut self, index: u32, part: Part, bytes: u64) -> Result<u64, RefusedCode> {
        self.uploads += 1;
        let HeldLease { job, token } = self.lease;
        let sha256 = format!("{index:064x}");
        let begin = BulkFromAgent::Begin { upload: self.uploads, job, token, index, part, bytes, sha256 };
        self.socket.send(Message::binary(encode(&begin).unwrap())).await.unwrap();
        match self.hears().await {
            Some(BulkToAgent::Have { offset, .. }) => Ok(offset),
            Some(BulkToAgent::Refused { code, .. }) => Err(code),
            other => panic!("{other:?}"),
        }
    }

    async fn hears(&mut self) -> Option<BulkToAgent> {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.unwrap() {
                Some(Ok(Message::Binary(bytes))) => return Some(decode(&bytes).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return None,
            }
        }
    }
}

async fn leased(world: &World) -> (Agent, HeldLease) {
    let mut agent = Agent::connect(world).await;
    world.submitted().await;
    let lease = agent.starts().await;
    (agent, lease)
}

#[tokio::test]
async fn a_result_that_becomes_too_large_is_refused_when_it_is_announced() {
    let world = World::start().await;
    let (agent, lease) = leased(&world).await;
    let mut first = Bulk::open(&world, agent.id, lease).await;
    let mut second = Bulk::open(&world, agent.id, lease).await;
    let too_large = Err(RefusedCode::TooLarge);
    assert_eq!(first.begins(0, Part::Output, LARGEST + 1).await, too_large);
    assert_eq!(first.begins(16, Part::Output, 1).await, too_large, "a result has 16 outputs");
    assert_eq!(first.begins(0, Part::Output, LARGEST).await, Ok(0));
    assert_eq!(second.begins(1, Part::Output, LARGEST).await, Ok(0));
    assert_eq!(first.begins(2, Part::Output, 1).await, too_large);
    assert_eq!(second.begins(0, Part::Poster, 1).await, too_large);
    assert_eq!(second.begins(0, Part::Output, LARGEST).await, Ok(0), "the same file on another socket");
    // What was not begun counts for nothing, and what other connections have stored does.
    first.socket.close(None).await.unwrap();
    while first.hears().await.is_some() {}
    let name = format!("results/{}/{}", lease.job, spool_api::storage::attempt_name(&lease.token));
    let part = format!("{name}/parts/7-{:064x}/0-9", 7);
    world.app.storage.put(&part.as_str().into(), "part".into()).await.unwrap();
    let part = world.folder().join("data/objects").join(part);
    let file = std::fs::File::options().write(true).open(part).unwrap();
    file.set_len(2 * LARGEST).unwrap();
    let mut third = Bulk::open(&world, agent.id, lease).await;
    assert_eq!(third.begins(3, Part::Output, 1).await, too_large);
}

#[tokio::test]
async fn no_more_files_of_a_lease_come_at_once_than_a_result_has() {
    let world = World::start().await;
    let (agent, lease) = leased(&world).await;
    let mut sockets = Vec::new();
    for _ in 0..4 {
        sockets.push(Bulk::open(&world, agent.id, lease).await);
    }
    let mut begun = Vec::new();
    for socket in &mut sockets {
        for index in 0..16 {
            begun.push(socket.begins(index, Part::Output, 1_000).await);
        }
    }
    assert!(begun[..32].iter().all(|begun| *begun == Ok(0)), "{begun:?}");
    assert!(begun[32..].iter().all(|begun| *begun == Err(RefusedCode::Unavailable)), "{begun:?}");
}

#[tokio::test]
async fn an_agent_that_opens_one_bulk_socket_after_another_loses_the_oldest() {
    let world = World::start().await;
    let (agent, lease) = leased(&world).await;
    let mut sockets = Vec::new();
    for _ in 0..4 {
        sockets.push(Bulk::open(&world, agent.id, lease).await);
    }
    for socket in &mut sockets {
        assert_eq!(socket.begins(0, Part::Output, 1_000).await, Ok(0));
    }
    let mut newest = Bulk::open(&world, agent.id, lease).await;
    assert_eq!(sockets[0].hears().await, None);
    for socket in sockets[1..].iter_mut().chain([&mut newest]) {
        assert_eq!(socket.begins(1, Part::Output, 1_000).await, Ok(0));
    }
}
