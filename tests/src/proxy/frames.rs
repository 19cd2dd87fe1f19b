//! A line between an agent and its replica that knows where messages begin and end, and which they are.
//!
//! A message that comes twice, or behind a later one, is nothing that one TCP connection would do: it stands for a peer
//! that says things again. So the line asks for "refused, or of no effect", and a closed connection is a fine answer.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{AbortHandle, JoinSet},
    time::Instant,
};

use super::{Direction, Often, count::Count, often::Turns, websocket::Frame};

/// How long a message that is to come behind others waits for them. Without an end, a sender that waits for its answer
/// would wait for good.
const HELD: Duration = Duration::from_millis(300);

/// The line. Dropping it ends it and every connection on it.
pub struct FrameLine {
    address: String,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

/// What becomes of a message that a rule strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Lost,
    Twice,
    /// It comes behind so many messages that were said after it.
    Behind(usize),
    /// One bit of it is wrong.
    Corrupt,
    /// A newer program says it: with a field that nobody knows yet, and a message of that kind behind it.
    Newer,
    /// It is the first that does not arrive: the connection ends without a word.
    Closed,
}

struct Shared {
    leads_to: Mutex<String>,
    rules: Mutex<Vec<Rule>>,
    disturbed: Count,
    /// How often all connections were cut.
    cuts: watch::Sender<u64>,
}

struct Rule {
    direction: Direction,
    meant: Meant,
    fate: Fate,
    turns: Turns,
}

/// The messages that a rule is about.
enum Meant {
    All,
    Only(String),
    AllBut(String),
}

impl Rule {
    fn means(&self, direction: Direction, name: &str) -> bool {
        self.direction == direction
            && match &self.meant {
                Meant::All => true,
                Meant::Only(meant) => meant == name,
                Meant::AllBut(spared) => spared != name,
            }
    }
}

impl FrameLine {
    /// A line to `address`.
    #[must_use]
    pub fn to(address: &str) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a socket option");
        let listener = TcpListener::from_std(listener).expect("a listener");
        let own = listener.local_addr().expect("an address").to_string();
        let shared = Arc::new(Shared {
            leads_to: Mutex::new(address.to_owned()),
            rules: Mutex::default(),
            disturbed: Count::default(),
            cuts: watch::Sender::default(),
        });
        let accepting = tokio::spawn(accept(listener, shared.clone())).abort_handle();
        Self { address: own, shared, accepting }
    }

    /// Where the agent dials.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// New connections lead there from now on.
    pub fn lead_to(&self, address: &str) {
        let mut leads_to = self.shared.leads_to.lock().unwrap_or_else(PoisonError::into_inner);
        address.clone_into(&mut leads_to);
    }

    /// From now on this rule holds, and no other: for messages of one name, or for all.
    pub fn disturb(&self, direction: Direction, message: Option<&str>, often: Often, fate: Fate) {
        let meant = message.map_or(Meant::All, |name| Meant::Only(name.to_owned()));
        self.shared.set(vec![Rule { direction, meant, fate, turns: Turns::new(often) }]);
    }

    /// This rule holds, too, for messages of one name.
    pub fn disturb_also(&self, direction: Direction, message: &str, often: Often, fate: Fate) {
        let meant = Meant::Only(message.to_owned());
        self.shared.rules().push(Rule { direction, meant, fate, turns: Turns::new(often) });
    }

    /// As [`FrameLine::disturb`], for all messages but those of one name.
    pub fn disturb_all_but(&self, direction: Direction, message: &str, often: Often, fate: Fate) {
        let meant = Meant::AllBut(message.to_owned());
        self.shared.set(vec![Rule { direction, meant, fate, turns: Turns::new(often) }]);
    }

    /// From now on everything goes through.
    pub fn heal(&self) {
        self.shared.set(Vec::new());
    }

    /// Ends every connection without a word.
    pub fn cut(&self) {
        self.shared.disturbed.one_more();
        self.shared.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// How often it was disturbed.
    #[must_use]
    pub fn disturbed(&self) -> u64 {
        self.shared.disturbed.get()
    }

    /// Awaits that it was disturbed so often.
    pub async fn has_disturbed(&self, times: u64) {
        self.shared.disturbed.reaches(times).await;
    }
}

impl Drop for FrameLine {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    fn rules(&self) -> MutexGuard<'_, Vec<Rule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, rules: Vec<Rule>) {
        *self.rules() = rules;
    }

    /// What the first rule that strikes wants with this message, if anything; a bit is turned at once.
    fn fate(&self, direction: Direction, frame: &mut Frame) -> Option<Fate> {
        let name = frame.message()?.to_owned();
        let mut rules = self.rules();
        let mut meant = rules.iter_mut().filter(|rule| rule.means(direction, &name));
        let rule = meant.find_map(|rule| rule.turns.strikes().then_some(rule))?;
        if rule.fate == Fate::Corrupt {
            let at = rule.turns.one_of(8 * frame.payload.len());
            if let Some(byte) = frame.payload.get_mut(at / 8) {
                *byte ^= 1 << (at % 8);
            }
        }
        self.disturbed.one_more();
        Some(rule.fate)
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((client, _)) = listener.accept().await else { return };
        let shared = shared.clone();
        connections.spawn(async move {
            let mut cut = shared.cuts.subscribe();
            let address = shared.leads_to.lock().unwrap_or_else(PoisonError::into_inner).clone();
            // Where nobody listens any more, the agent sees its connection end.
            let Ok(server) = TcpStream::connect(address).await else { return };
            for stream in [&client, &server] {
                stream.set_nodelay(true).expect("a socket option");
            }
            tokio::select! {
                _ = carry(client, server, &shared) => {}
                _ = cut.changed() => {}
            }
        });
    }
}

async fn carry(mut client: TcpStream, mut server: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let asked = head(&mut client).await?;
    server.write_all(&asked).await?;
    if !has(&asked, "\r\nupgrade: websocket\r\n") {
        tokio::io::copy_bidirectional(&mut client, &mut server).await?;
        return Ok(());
    }
    let answered = head(&mut server).await?;
    let end = end_of_head(&answered).unwrap_or(answered.len());
    let (head, rest) = answered.split_at(end);
    client.write_all(head).await?;
    if !has(head, "http/1.1 101") {
        client.write_all(rest).await?;
        tokio::io::copy_bidirectional(&mut client, &mut server).await?;
        return Ok(());
    }
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    tokio::select! {
        () = one_way(Direction::Up, from_client, to_server, Vec::new(), shared) => {}
        () = one_way(Direction::Down, from_server, to_client, rest.to_vec(), shared) => {}
    }
    Ok(())
}

/// Reads until the head of a request or an answer is whole, or nothing more comes. A client says nothing more before
/// it has its answer; a server may go on at once.
async fn head(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut read = Vec::new();
    while end_of_head(&read).is_none() && stream.read_buf(&mut read).await? > 0 {}
    Ok(read)
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

fn has(head: &[u8], words: &str) -> bool {
    String::from_utf8_lossy(head).to_ascii_lowercase().contains(words)
}

/// Carries frames one way, until the connection ends or a rule ends it.
async fn one_way(
    direction: Direction,
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut unread: Vec<u8>,
    shared: &Shared,
) {
    let mut held = Held::default();
    loop {
        let mut out = held.late();
        while let Some((mut frame, length)) = Frame::parse(&unread) {
            unread.drain(..length);
            match shared.fate(direction, &mut frame) {
                Some(Fate::Lost) => {}
                Some(Fate::Closed) => {
                    let _ = to.write_all(&out).await;
                    return;
                }
                Some(Fate::Behind(many)) => held.hold(frame, many),
                Some(Fate::Newer) => {
                    frame.add_a_field();
                    out.extend([frame.bytes(), frame.unknown().bytes()].concat());
                    out.extend(held.passed());
                }
                fate => {
                    let times = if fate == Some(Fate::Twice) { 2 } else { 1 };
                    out.extend(frame.bytes().repeat(times));
                    out.extend(held.passed());
                }
            }
        }
        if to.write_all(&out).await.is_err() {
            return;
        }
        let due = held.due();
        tokio::select! {
            read = from.read_buf(&mut unread) => {
                if !matches!(read, Ok(1..)) {
                    return;
                }
            }
            () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {}
        }
    }
}

/// Messages that wait for others to pass them.
#[derive(Default)]
struct Held(VecDeque<(Instant, usize, Frame)>);

impl Held {
    fn hold(&mut self, frame: Frame, behind: usize) {
        self.0.push_back((Instant::now() + HELD, behind, frame));
    }

    /// One more passed: the bytes of those that now follow it.
    fn passed(&mut self) -> Vec<u8> {
        for (_, behind, _) in &mut self.0 {
            *behind = behind.saturating_sub(1);
        }
        self.take(|(_, behind, _)| *behind == 0)
    }

    /// The bytes of those that waited long enough.
    fn late(&mut self) -> Vec<u8> {
        let now = Instant::now();
        self.take(|(due, _, _)| *due <= now)
    }

    fn due(&self) -> Option<Instant> {
        self.0.iter().map(|(due, _, _)| *due).min()
    }

    fn take(&mut self, is_meant: impl Fn(&(Instant, usize, Frame)) -> bool) -> Vec<u8> {
        let (taken, kept): (VecDeque<_>, _) = self.0.drain(..).partition(is_meant);
        self.0 = kept;
        taken.into_iter().flat_map(|(_, _, frame)| frame.bytes()).collect()
    }
}
