//! A network that one agent has for itself, in namespaces of its own, whose packets the kernel drops and slows.
//!
//! The agent dials its own loopback, as over a tunnel. A relay in the same network takes the connection and leads it on
//! through a socket in the file system to this process, which dials the replica. So the agent's packets are real, and
//! the replica's socket stays open while they are lost. It needs no right.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use nix::unistd::Pid;
use tokio::{
    io::copy,
    net::{TcpStream, UnixListener, UnixStream},
    task::JoinSet,
};

use crate::{process::Process, programs};

const PORT: &str = "8080";

/// With packets as large as a network's, not as large as loopback's.
const SCRIPT: &str = r#"ip link set lo mtu 1500 up && exec "$@""#;

const RELAY: &str = include_str!("../fixtures/network/relay.py");

const TABLE: &str = "
add table inet road
add counter inet road lost
add chain inet road way { type filter hook input priority 0; }
";

/// Which packets are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the agent.
    Up,
    /// To the agent.
    Down,
}

/// The network. Dropping it cuts everything.
pub struct Network {
    relay: Process,
    _accepting: JoinSet<()>,
}

impl Network {
    /// A network that leads to a replica; nothing, and a word about it, where this machine allows none.
    pub async fn to(address: &str, folder: &Path) -> Option<Self> {
        if !networks_work() {
            return None;
        }
        let mut numbers = 1..;
        let free = numbers.find(|number| !folder.join(format!("network-{number}.sock")).exists());
        let name = format!("network-{}", free.expect("a number that no other network has"));
        let socket = folder.join(format!("{name}.sock"));
        let listener = UnixListener::bind(&socket).expect("a socket in the world's folder");
        let mut relay = separate();
        relay.arg(programs::in_venv("python")).args(["-c", RELAY, PORT]).arg(socket);
        let relay = Process::start(&name, relay, folder);
        relay.log().line(&["the relay listens"]).await;
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, address.to_owned()));
        let network = Self { relay, _accepting: accepting };
        network.rules(TABLE);
        Some(network)
    }

    /// Where the agent dials.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{PORT}")
    }

    /// A process in it.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.relay.pid()
    }

    /// Drops so many packets of a hundred that go one way.
    pub fn drops(&self, way: Way, percent: u8) {
        let port = match way {
            Way::Up => "dport",
            Way::Down => "sport",
        };
        let some = match percent {
            100.. => String::new(),
            _ => format!("numgen random mod 100 < {percent}"),
        };
        self.rules(&format!("add rule inet road way tcp {port} {PORT} {some} counter name lost drop"));
    }

    /// Drops nothing any more.
    pub fn heals(&self) {
        self.rules("flush chain inet road way");
    }

    /// Carries so much and no more, both ways together.
    pub fn slows(&self, rate: &str) {
        let mut tc = self.inside("tc");
        tc.args([
            "qdisc", "add", "dev", "lo", "root", "tbf", "rate", rate, "burst", "8kb", "latency", "400ms",
        ]);
        assert!(tc.status().expect("tc runs").success(), "the network is not slow");
    }

    /// Carries as much as it can again.
    pub fn speeds_up(&self) {
        let freed = self.inside("tc").args(["qdisc", "del", "dev", "lo", "root"]).status();
        assert!(freed.expect("tc runs").success(), "the network stays slow");
    }

    /// How many packets were dropped so far.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        let listed = self.inside("nft").args(["list", "counter", "inet", "road", "lost"]).output();
        let listed = String::from_utf8(listed.expect("nft runs").stdout).expect("text");
        let packets = listed.split_whitespace().skip_while(|word| *word != "packets").nth(1);
        packets.and_then(|packets| packets.parse().ok()).expect("a number of packets")
    }

    /// Cuts everything; the processes that are part of it live on without it.
    pub fn ends(&self) {
        self.relay.abandon();
    }

    fn rules(&self, rules: &str) {
        let mut nft = self.inside("nft").args(["-f", "-"]).stdin(Stdio::piped()).spawn().expect("nft starts");
        let mut input = nft.stdin.take().expect("its input");
        input.write_all(format!("{rules}\n").as_bytes()).expect("nft reads");
        drop(input);
        assert!(nft.wait().expect("nft ends").success(), "no such rules: {rules}");
    }

    fn inside(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("PATH", path());
        in_network(&command, self.pid())
    }
}

/// The same command in the network of that process.
#[must_use]
pub fn in_network(command: &Command, network: Pid) -> Command {
    let mut wrapped = Command::new("nsenter");
    wrapped
        .args(["--preserve-credentials", "--user", "--net", "--target"])
        .arg(network.to_string())
        .arg("--");
    wrapped.arg(command.get_program()).args(command.get_args()).env_clear();
    wrapped.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    wrapped
}

/// The start of a command that gets a network of its own.
fn separate() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--net", "sh", "-c", SCRIPT, "sh"]).env_clear().env("PATH", path());
    command
}

/// With the folders of administrators, where the tools of networks are.
fn path() -> String {
    format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default())
}

fn networks_work() -> bool {
    let tried = separate().args(["sh", "-c", "nft list ruleset && tc qdisc show dev lo"]).output();
    let works = tried.is_ok_and(|tried| tried.status.success());
    if !works {
        println!(
            "skipped: this machine does not let a process have a network of its own, or lacks ip, tc or nft"
        );
    }
    works
}

async fn accept(listener: UnixListener, address: String) {
    let mut connections = JoinSet::new();
    while let Ok((here, _)) = listener.accept().await {
        let address = address.clone();
        connections.spawn(async move {
            let Ok(there) = TcpStream::connect(address).await else { return };
            there.set_nodelay(true).expect("a socket option");
            lead(here, there).await;
        });
    }
}

/// Until either side has nothing more to say.
async fn lead(here: UnixStream, there: TcpStream) {
    let (mut agent_says, mut to_agent) = here.into_split();
    let (mut replica_says, mut to_replica) = there.into_split();
    tokio::select! {
        _ = copy(&mut agent_says, &mut to_replica) => {}
        _ = copy(&mut replica_says, &mut to_agent) => {}
    }
}
