//! The lines themselves, with real sockets: what they do to one connection, whatever pieces its bytes come in.

use std::{io::ErrorKind, time::Duration};

use spool_shared::protocol::{FromAgent, encode};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
};

use super::{
    Direction, Often, Proxy,
    frames::{self, FrameLine},
    redis_line::{Commands, Fate, RedisLine, Refusal},
    websocket::Frame,
};
use crate::{PATIENCE, redis::Redis, within};

/// A Redis behind a line, and a connection on it that has given the password.
async fn redis_behind_a_line() -> (TempDir, Redis, RedisLine, UnixStream) {
    let folder = tempfile::tempdir().expect("a folder");
    let redis = tokio::task::block_in_place(|| Redis::start(folder.path()));
    let line = RedisLine::start(&folder.path().join("line.sock"), redis.door().0.as_ref());
    let stream = dial(&line, &redis).await;
    (folder, redis, line, stream)
}

async fn dial(line: &RedisLine, redis: &Redis) -> UnixStream {
    let mut stream = UnixStream::connect(line.socket()).await.expect("a line");
    assert_eq!(asks(&mut stream, &["AUTH", redis.door().1]).await, "+OK\r\n");
    stream
}

fn command(words: &[&str]) -> Vec<u8> {
    let words = words.iter().map(|word| format!("${}\r\n{word}\r\n", word.len())).collect::<Vec<_>>();
    format!("*{}\r\n{}", words.len(), words.concat()).into_bytes()
}

async fn asks(stream: &mut UnixStream, words: &[&str]) -> String {
    stream.write_all(&command(words)).await.expect("an open connection");
    hears(stream).await
}

/// What comes next; nothing when the connection ended.
async fn hears(stream: &mut UnixStream) -> String {
    let mut bytes = vec![0; 4096];
    let read = within(PATIENCE, "an answer", stream.read(&mut bytes)).await.unwrap_or_default();
    String::from_utf8_lossy(&bytes[..read]).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_is_the_same_whatever_pieces_it_comes_in_and_answers_keep_their_order() {
    let (_folder, redis, line, mut stream) = redis_behind_a_line().await;
    line.disturb(Commands::Scripts, Often::Each(1), Fate::Refused(Refusal::NoScript));
    let pipeline =
        [command(&["ECHO", "one"]), command(&["EVAL", "return 1", "0"]), command(&["ECHO", "two"])];
    let pipeline = pipeline.concat();
    let mut expected = b"$3\r\none\r\n".to_vec();
    expected.extend(Refusal::NoScript.reply());
    expected.extend(b"$3\r\ntwo\r\n");
    for split in 0..=pipeline.len() {
        for part in [&pipeline[..split], &pipeline[split..]] {
            stream.write_all(part).await.expect("an open connection");
            tokio::task::yield_now().await;
        }
        let mut answer = vec![0; expected.len()];
        within(PATIENCE, "three answers", stream.read_exact(&mut answer)).await.expect("three answers");
        assert_eq!(answer, expected, "split at {split}");
    }
    assert_eq!(line.disturbed(), pipeline.len() as u64 + 1);
    redis.process().abandon();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_is_not_sent_was_not_done_and_one_that_is_not_answered_was() {
    let (_folder, redis, line, mut stream) = redis_behind_a_line().await;
    let script = ["EVAL", "return redis.call('INCR', 'n')", "0"];
    for (fate, done) in [(Fate::Unsent, 0), (Fate::Unanswered, 1), (Fate::UnsentAndAllCut, 1)] {
        let mut other = dial(&line, &redis).await;
        line.disturb(Commands::Scripts, Often::Each(1), fate);
        assert_eq!(asks(&mut stream, &["ECHO", "x"]).await, "$1\r\nx\r\n");
        assert_eq!(asks(&mut stream, &script).await, "", "{fate:?}");
        line.heal();
        if fate == Fate::UnsentAndAllCut {
            assert_eq!(hears(&mut other).await, "");
        }
        stream = dial(&line, &redis).await;
        let count = asks(&mut stream, &["INCRBY", "n", "0"]).await;
        assert_eq!(count, format!(":{done}\r\n"), "{fate:?}");
    }
    assert_eq!(line.disturbed(), 3);
    redis.process().abandon();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn late_commands_and_late_answers_come_in_order_and_blocking_reads_are_spared() {
    let (_folder, redis, line, mut stream) = redis_behind_a_line().await;
    let late = Duration::from_millis(50);
    for fate in [Fate::Late(late), Fate::AnsweredLate(late)] {
        line.disturb(Commands::All, Often::Each(2), fate);
        let begun = std::time::Instant::now();
        let words = ["one", "two", "six"];
        stream
            .write_all(&words.map(|word| command(&["ECHO", word])).concat())
            .await
            .expect("an open connection");
        let mut answer = vec![0; 27];
        within(PATIENCE, "three answers", stream.read_exact(&mut answer)).await.expect("three answers");
        assert_eq!(answer, words.map(|word| format!("$3\r\n{word}\r\n")).concat().as_bytes(), "{fate:?}");
        assert!(begun.elapsed() >= late, "{fate:?}");
    }
    line.disturb(Commands::All, Often::Each(1), Fate::Unsent);
    let mut reader = dial(&line, &redis).await;
    let read = ["XREAD", "BLOCK", "1", "STREAMS", "none", "$"];
    assert_eq!(asks(&mut reader, &read).await, "*-1\r\n");
    assert_eq!(line.disturbed(), 2);
    line.cut();
    assert_eq!(hears(&mut reader).await, "");
    redis.process().abandon();
}

/// An agent's end and a replica's end of one connection over `address`, which leads to `listener`.
async fn ends(address: &str, listener: &TcpListener) -> (TcpStream, TcpStream) {
    let (agent, replica) = tokio::join!(TcpStream::connect(address), listener.accept());
    (agent.expect("a line"), replica.expect("a connection").0)
}

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    (listener, address)
}

/// As [`ends`], after a handshake.
async fn upgraded(line: &FrameLine, listener: &TcpListener) -> (TcpStream, TcpStream) {
    let (mut agent, mut replica) = ends(line.address(), listener).await;
    let ask = b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n";
    // The first message may come with the answer.
    let answer = [b"HTTP/1.1 101 Switching Protocols\r\n\r\n".as_slice(), &[0x89, 0]].concat();
    agent.write_all(ask).await.expect("an open connection");
    assert_eq!(exactly(&mut replica, ask.len()).await, ask);
    replica.write_all(&answer).await.expect("an open connection");
    assert_eq!(exactly(&mut agent, answer.len()).await, answer);
    (agent, replica)
}

async fn exactly(stream: &mut TcpStream, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    within(PATIENCE, "bytes of the other end", stream.read_exact(&mut bytes)).await.expect("all of them");
    bytes
}

/// A masked message, as a client sends it.
fn message(said: &FromAgent) -> Vec<u8> {
    let payload = encode(said).expect("an encoded message");
    let length = u8::try_from(payload.len()).expect("a short one");
    assert!(length < 126);
    let mask = [7, 8, 9, 10];
    let masked = payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask);
    [0x82, 0x80 | length].into_iter().chain(mask).chain(masked).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_are_lost_doubled_overtaken_and_spoilt_whatever_pieces_they_come_in() {
    let (listener, address) = listener().await;
    let line = FrameLine::to(&address);
    let (mut agent, mut replica) = upgraded(&line, &listener).await;
    let bye = message(&FromAgent::Bye {});
    let slots = message(&FromAgent::Slots { healthy: 1, warm: vec![], draining: false, pause: None });
    let said = [&bye[..], &slots, &bye].concat();
    for (fate, heard) in [
        (frames::Fate::Lost, [&bye[..], &bye].concat()),
        (frames::Fate::Twice, [&bye[..], &slots, &slots, &bye].concat()),
        (frames::Fate::Behind(1), [&bye[..], &bye, &slots].concat()),
    ] {
        line.disturb(Direction::Up, Some("slots"), Often::Each(1), fate);
        for split in 0..=said.len() {
            for part in [&said[..split], &said[split..]] {
                agent.write_all(part).await.expect("an open connection");
                tokio::task::yield_now().await;
            }
            assert_eq!(exactly(&mut replica, heard.len()).await, heard, "{fate:?} split at {split}");
        }
    }
    line.disturb(Direction::Up, None, Often::Nth(2), frames::Fate::Corrupt);
    agent.write_all(&said).await.expect("an open connection");
    let heard = exactly(&mut replica, said.len()).await;
    let wrong = heard.iter().zip(&said).map(|(one, other)| (one ^ other).count_ones());
    assert_eq!(wrong.sum::<u32>(), 1);
    let parsed = Frame::parse(&heard[bye.len()..]).expect("a whole frame").0;
    assert_ne!(parsed, Frame::parse(&slots).expect("a whole frame").0);
    assert_eq!(line.disturbed(), 3 * (said.len() as u64 + 1) + 1);

    line.disturb(Direction::Up, Some("slots"), Often::Each(1), frames::Fate::Closed);
    agent.write_all(&said).await.expect("an open connection");
    assert_eq!(exactly(&mut replica, bye.len()).await, bye);
    assert_eq!(replica.read(&mut [0; 1]).await.expect("an end"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_no_socket_goes_through_untouched() {
    let (listener, address) = listener().await;
    let line = FrameLine::to(&address);
    line.disturb(Direction::Down, None, Often::Each(1), frames::Fate::Lost);
    let (mut agent, mut replica) = ends(line.address(), &listener).await;
    let ask = b"GET /readyz HTTP/1.1\r\n\r\n";
    agent.write_all(ask).await.expect("an open connection");
    assert_eq!(exactly(&mut replica, ask.len()).await, ask);
    let answer = [b"HTTP/1.1 200 OK\r\n\r\n".as_slice(), &message(&FromAgent::Bye {})].concat();
    replica.write_all(&answer).await.expect("an open connection");
    assert_eq!(exactly(&mut agent, answer.len()).await, answer);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_is_slow_or_swallows_one_way_or_ends_one_way_or_resets() {
    let (listener, address) = listener().await;
    let line = Proxy::to(&address).await;
    let (mut agent, mut replica) = ends(line.address(), &listener).await;

    let latency = Duration::from_millis(50);
    line.weather().adds_latency(latency);
    let begun = std::time::Instant::now();
    agent.write_all(b"late").await.expect("an open connection");
    assert_eq!(exactly(&mut replica, 4).await, b"late");
    assert!(begun.elapsed() >= latency);
    line.weather().heal();

    line.weather().swallows(Direction::Up);
    let before = line.weather().disturbed();
    agent.write_all(b"held").await.expect("an open connection");
    line.weather().has_disturbed(before + 1).await;
    replica.write_all(b"down").await.expect("an open connection");
    assert_eq!(exactly(&mut agent, 4).await, b"down");
    assert_eq!(replica.try_read(&mut [0; 4]).expect_err("nothing").kind(), ErrorKind::WouldBlock);
    line.weather().heal();
    assert_eq!(exactly(&mut replica, 4).await, b"held");

    line.weather().half_closes(Direction::Up);
    let end = within(PATIENCE, "an end", replica.read(&mut [0; 1])).await;
    assert_eq!(end.expect("an end"), 0);
    replica.write_all(b"still").await.expect("an open connection");
    assert_eq!(exactly(&mut agent, 5).await, b"still");

    let (mut new_agent, mut new_replica) = ends(line.address(), &listener).await;
    line.weather().resets_all();
    for end in [&mut agent, &mut new_agent, &mut new_replica] {
        let reset = within(PATIENCE, "a reset", end.read(&mut [0; 1])).await;
        assert_eq!(reset.expect_err("no end").kind(), ErrorKind::ConnectionReset);
    }
}
