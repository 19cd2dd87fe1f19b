//! Makes a visit. Whoever finds nobody there comes again until the visit has been one.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use futures_util::future::join_all;
use rand::{SeedableRng, rngs::StdRng};
use spool_shared::protocol::{
    BULK_PATH, CONTROL_PATH, FromAgent, MAX_BULK_BYTES, MAX_CONTROL_BYTES, VERSION, encode,
};

use super::{
    imposter::{Knowledge, thief, twin},
    visit::{Kind, Socket, Visit},
};
use crate::{
    PATIENCE,
    bad_messages::{bad_frames, bad_messages},
    bad_requests::Bad,
    client::http,
    deadline::within,
    hello::{Program, hello},
    history::{Note, Recorder},
    page::Page,
    rude::{BINARY, CONTINUATION, LAST, Parting, frame},
    slow_client::{Slow, trickles},
};

const PAUSE: Duration = Duration::from_millis(40);
/// How long a server that is frozen, or a page that is not shown anything, is waited for.
const ANSWER: Duration = Duration::from_secs(3);
/// The largest message of a browser.
const MAX_BROWSER_BYTES: usize = 4_096;
/// Bytes that make a client slow: one that the server sends away at once sends fewer.
const SLOW: u64 = 5;

/// Makes the visit; how much of it took place goes into the history.
pub(super) async fn comes(visit: Visit, addresses: Vec<String>, knows: Knowledge, recorder: Recorder) {
    let address = addresses.get(visit.replica).cloned().unwrap_or_default();
    let what = format!("{visit:?}");
    let disturbed = within(PATIENCE, &what, async {
        loop {
            let disturbed = once(visit.kind, &address, &knows).await;
            if disturbed > 0 {
                return disturbed;
            }
            tokio::time::sleep(PAUSE).await;
        }
    });
    let disturbed = disturbed.await;
    recorder.named("visitor").note(Note::Fault { row: visit.row().to_owned(), disturbed });
}

/// How many of a visit took place.
async fn once(kind: Kind, address: &str, knows: &Knowledge) -> u64 {
    match kind {
        Kind::Deaf { pages, for_ms } => deaf(address, pages, Duration::from_millis(for_ms)).await,
        Kind::Crowd { browsers } => {
            let first = crowd(address, browsers).await;
            drop(first);
            crowd(address, browsers).await.len() as u64
        }
        Kind::Trickle { clients, slow, for_ms } => {
            let all = (0..clients).map(|_| trickle(address, slow, Duration::from_millis(for_ms)));
            join_all(all).await.into_iter().sum()
        }
        Kind::BadRequests { count, seed } => bad_requests(address, count, seed).await,
        Kind::NoMessage { which } => no_message(address, which, knows).await,
        Kind::NoFrame { socket, which } => no_frame(address, socket, which, knows).await,
        Kind::Fragments { socket } => fragments(address, socket, knows).await,
        Kind::Twin { agent } => twin(address, agent, knows).await,
        Kind::Thief => thief(address, knows).await,
        Kind::OldAgent | Kind::OtherProtocol => stranger(address, kind, knows).await,
    }
}

/// A page that was shown everything, if that came to be in time.
async fn shown(address: &str, narrow: bool) -> Option<Page> {
    tokio::time::timeout(ANSWER, Page::try_shown(address, narrow)).await.ok().flatten()
}

async fn crowd(address: &str, browsers: usize) -> Vec<Page> {
    join_all((0..browsers).map(|_| shown(address, false))).await.into_iter().flatten().collect()
}

async fn deaf(address: &str, pages: usize, time: Duration) -> u64 {
    let pages = join_all((0..pages).map(|_| shown(address, true))).await;
    tokio::time::sleep(time).await;
    pages.into_iter().flatten().count() as u64
}

async fn trickle(address: &str, slow: Slow, time: Duration) -> u64 {
    let sent = AtomicU64::new(0);
    let _ = tokio::time::timeout(time, trickles(address, slow, &sent)).await;
    u64::from(sent.load(Ordering::Relaxed) >= SLOW)
}

/// Each must be the client's fault, or the server says that it cannot answer now.
async fn bad_requests(address: &str, count: usize, seed: u64) -> u64 {
    let mut random = StdRng::seed_from_u64(seed);
    let http = http();
    let mut refused = 0;
    for bad in (0..count).map(|_| Bad::any(&mut random)) {
        let request = bad.request(&http, address).send();
        let Ok(Ok(answer)) = tokio::time::timeout(ANSWER, request).await else { continue };
        let status = answer.status();
        let fits = status.is_client_error() || status.as_u16() == 503;
        assert!(fits, "{} {} is answered with {status}: {}", bad.method, bad.path, bad.what);
        refused += u64::from(status.is_client_error());
    }
    refused
}

/// Sends these bytes on a new socket; how the server parted from whoever did, if it was there.
async fn parted(address: &str, path: &str, bytes: &[u8], knows: &Knowledge) -> Option<Parting> {
    let mut socket = knows.opens(address, path).await?;
    socket.sends(bytes).await;
    Some(socket.parting().await)
}

async fn no_message(address: &str, which: usize, knows: &Knowledge) -> u64 {
    let messages = bad_messages("accepted");
    let Some((_, bytes)) = messages.get(which % messages.len()) else { return 0 };
    let parting = parted(address, CONTROL_PATH, &frame(LAST | BINARY, bytes), knows).await;
    u64::from(parting.is_some_and(|parting| parting.goodbye.as_deref() == Some("protocol")))
}

/// Where a socket is opened, and the largest message that may be sent there.
const fn of(socket: Socket) -> (&'static str, usize) {
    match socket {
        Socket::Control => (CONTROL_PATH, MAX_CONTROL_BYTES),
        Socket::Bulk => (BULK_PATH, MAX_BULK_BYTES),
        Socket::Browser => ("/api/ws", MAX_BROWSER_BYTES),
    }
}

async fn no_frame(address: &str, socket: Socket, which: usize, knows: &Knowledge) -> u64 {
    let (path, limit) = of(socket);
    let frames = bad_frames(limit);
    let Some((_, bytes)) = frames.get(which % frames.len()) else { return 0 };
    u64::from(parted(address, path, bytes, knows).await.is_some())
}

async fn fragments(address: &str, socket: Socket, knows: &Knowledge) -> u64 {
    let (path, _) = of(socket);
    let Some(mut rude) = knows.opens(address, path).await else { return 0 };
    rude.sends(&frame(BINARY, b"")).await;
    let parts = frame(CONTINUATION, b"").repeat(1_000);
    rude.floods_until_it_closes("a message that never ends", &parts, 100).await;
    1
}

async fn stranger(address: &str, kind: Kind, knows: &Knowledge) -> u64 {
    let mut said = hello(Program::new(), "stranger", 0, Vec::new());
    let FromAgent::Hello { protocol, agent, .. } = &mut said else { return 0 };
    let told = if kind == Kind::OldAgent {
        "0.0.1".clone_into(&mut agent.version);
        "agent_too_old"
    } else {
        *protocol = VERSION + 98;
        "protocol"
    };
    let bytes = encode(&said).expect("a hello");
    let parting = parted(address, CONTROL_PATH, &frame(LAST | BINARY, &bytes), knows).await;
    u64::from(parting.is_some_and(|parting| parting.goodbye.as_deref() == Some(told)))
}
