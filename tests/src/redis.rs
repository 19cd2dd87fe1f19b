//! A private redis-server, and looks at what Spool left in it.

use std::{
    ffi::OsString,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use nix::unistd::Pid;
use redis::{
    Commands, Connection,
    streams::{StreamId, StreamRangeReply},
};
use spool_shared::job::Status;

use crate::{
    deadline::{PATIENCE, look_until},
    process::Process,
};

/// Where Spool's keys begin with the default prefix and the only partition.
pub const PREFIX: &str = "spool:{0}:";

pub struct Redis {
    folder: PathBuf,
    /// The arguments of the server.
    arguments: Vec<OsString>,
    process: Process,
    starts: u32,
    /// The address for a look at it.
    socket: String,
    /// The address for replicas.
    url: String,
    password: String,
}

impl Redis {
    /// Starts a server on a unix socket in `folder`, and makes sure that the one that answers is the one started.
    #[must_use]
    pub fn start(folder: &Path) -> Self {
        Self::with_policy(folder, "noeviction")
    }

    /// As [`Redis::start`], with another `maxmemory-policy`.
    #[must_use]
    pub fn with_policy(folder: &Path, policy: &str) -> Self {
        Self::launch(folder, &["--maxmemory-policy", policy])
    }

    /// As [`Redis::start`], but its URL leads over TLS. Who trusts [`certificate`] can connect.
    #[must_use]
    pub fn over_tls(folder: &Path) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        std::fs::write(certificate(folder), made.cert.pem()).expect("a file");
        std::fs::write(folder.join("redis.key"), made.signing_key.serialize_pem()).expect("a file");
        // Redis takes no port from the kernel by itself. If another takes this one first, Redis does not start.
        let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port");
        let port = free.port().to_string();
        let files =
            ["--tls-cert-file", "redis.crt", "--tls-key-file", "redis.key", "--tls-auth-clients", "no"];
        let place = ["--bind", "127.0.0.1", "--tls-port", &port, "--maxmemory-policy", "noeviction"];
        let redis = Self::launch(folder, &[&files[..], &place].concat());
        Self { url: format!("rediss://:{}@localhost:{port}", redis.password), ..redis }
    }

    fn launch(folder: &Path, more: &[&str]) -> Self {
        let socket = folder.join("redis.sock");
        // Every world has a password to keep.
        let password = hex::encode(rand::random::<[u8; 16]>());
        let fixed = ["--port", "0", "--save", "", "--appendonly", "no", "--requirepass", &password];
        let mut arguments: Vec<OsString> = fixed.iter().chain(more).map(OsString::from).collect();
        arguments.extend(["--unixsocket".into(), socket.clone().into(), "--dir".into(), folder.into()]);
        let process = serve("redis", &arguments, folder);
        let url = format!("unix://{}?pass={password}", socket.display());
        let (folder, socket) = (folder.to_owned(), url.clone());
        let redis = Self { folder, arguments, process, starts: 1, socket, url, password };
        redis.answers();
        redis
    }

    /// Starts it again at the same place, after it ended; it is empty.
    pub fn restart(&mut self) {
        self.starts += 1;
        self.process = serve(&format!("redis-{}", self.starts), &self.arguments, &self.folder);
        self.answers();
    }

    fn answers(&self) {
        let pid = look_until(PATIENCE, || self.pid_that_answers()).expect("redis-server answers");
        assert_eq!(pid, self.process.pid(), "another redis-server answers on the private socket");
    }

    /// For `SPOOL_REDIS_URL`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    #[must_use]
    pub fn process(&self) -> &Process {
        &self.process
    }

    #[must_use]
    pub fn connect(&self) -> Connection {
        self.try_connect().expect("redis-server takes connections")
    }

    /// What must be left when nothing waits and nothing runs.
    #[must_use]
    pub fn remains(&self) -> Remains {
        let mut redis = self.connect();
        let lanes = lengths(&mut redis, "lane:*") + lengths(&mut redis, "again:*");
        let counts = |name: &str| -> u64 {
            let count: Option<u64> = self.connect().hget(key("counters"), name).expect("counters");
            count.unwrap_or_default()
        };
        let places: Vec<String> = redis.keys(key("agent:*:places")).expect("keys");
        Remains {
            lanes,
            delayed: redis.zcard(key("delayed")).expect("delayed"),
            leases: redis.zcard(key("leases")).expect("leases"),
            places: places.iter().map(|places| redis.hlen::<_, u64>(places).expect("places")).sum(),
            by_status: Status::ALL.map(|status| counts(status.as_str())),
        }
    }

    /// Lets it take so many bytes and no more; 0: as many as there are.
    pub fn limit_memory(&self, bytes: u64) {
        let mut set = redis::cmd("CONFIG");
        set.arg(&["SET", "maxmemory", &bytes.to_string()]);
        set.exec(&mut self.connect()).expect("the limit is set");
    }

    /// How many commands it refused because it was full, since it was started.
    #[must_use]
    pub fn refused_for_memory(&self) -> u64 {
        self.refused("OOM")
    }

    /// How many commands it answered with this error since it was started.
    #[must_use]
    pub fn refused(&self, error: &str) -> u64 {
        let info: String = redis::cmd("INFO").arg("errorstats").query(&mut self.connect()).expect("INFO");
        let count = format!("errorstat_{error}:count=");
        let refused = info.lines().find_map(|line| line.strip_prefix(&count));
        refused.and_then(|count| count.trim().parse().ok()).unwrap_or_default()
    }

    /// The names of all keys, without the prefix.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let keys: Vec<String> = self.connect().keys(key("*")).expect("keys");
        keys.iter().filter_map(|key| key.strip_prefix(PREFIX)).map(str::to_owned).collect()
    }

    /// The bytes of all data.
    #[must_use]
    pub fn used_memory(&self) -> u64 {
        let info: String = redis::cmd("INFO").arg("memory").query(&mut self.connect()).expect("INFO");
        let used = info.lines().find_map(|line| line.strip_prefix("used_memory:"));
        used.and_then(|used| used.trim().parse().ok()).expect("Redis says how much")
    }

    /// For a look at it from another thread.
    #[must_use]
    pub fn looker(&self) -> redis::Client {
        redis::Client::open(self.socket.as_str()).expect("a URL of Redis")
    }

    /// Where another program finds it: the unix socket, and the password.
    #[must_use]
    pub fn door(&self) -> (&str, &str) {
        let path = self.socket.trim_start_matches("unix://").split('?').next();
        (path.unwrap_or_default(), &self.password)
    }

    /// How many agents are connected, as the store sees it.
    #[must_use]
    pub fn agents(&self) -> usize {
        self.connect().zcard(key("agents")).expect("agents")
    }

    /// What must stand in no log: its own password, and every lease token that the records of jobs name.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let mut secrets = self.tokens();
        secrets.push(self.password.clone());
        secrets
    }

    fn tokens(&self) -> Vec<String> {
        let mut redis = self.connect();
        let records: Vec<String> = redis.keys(key("job:????????-????-????-????-????????????")).expect("keys");
        let fields = ["token", "last_token", "result"];
        let tokens = records.iter().flat_map(|record| {
            let values: Vec<Option<String>> = redis.hmget(record, &fields).expect("a record");
            values
        });
        tokens.flatten().filter(|token| !token.is_empty()).collect()
    }

    /// Forgets all transitions that have been told so far, as a long absence would.
    pub fn trim_events(&self) {
        let _: u64 = redis::cmd("XTRIM")
            .arg(key("events"))
            .arg("MAXLEN")
            .arg(0)
            .query(&mut self.connect())
            .expect("events are trimmed");
    }

    /// Takes out the newest transitions that have been told, but for the first `kept` ever; returns how many.
    #[must_use]
    pub fn lose_events(&self, kept: usize) -> usize {
        let told: StreamRangeReply = self.connect().xrange_all(key("events")).expect("events");
        let ids: Vec<&str> = told.ids.iter().skip(kept).map(|entry| entry.id.as_str()).collect();
        self.connect().xdel(key("events"), &ids).expect("events are deleted")
    }

    /// Breaks every connection but the one that asks for it.
    pub fn cut_everyone(&self) {
        let mut kill = redis::cmd("CLIENT");
        kill.arg(&["KILL", "TYPE", "normal", "SKIPME", "yes"]);
        kill.exec(&mut self.connect()).expect("connections are cut");
    }

    /// How many transitions of a kind were told, of those that are not trimmed yet.
    #[must_use]
    pub fn told(&self, what: &str) -> usize {
        let told: StreamRangeReply = self.connect().xrange_all(key("events")).expect("events");
        let is = |entry: &&StreamId| entry.get::<String>("what").as_deref() == Some(what);
        told.ids.iter().filter(is).count()
    }

    fn try_connect(&self) -> Option<Connection> {
        self.looker().get_connection_with_timeout(Duration::from_secs(5)).ok()
    }

    fn pid_that_answers(&self) -> Option<Pid> {
        let info: String = redis::cmd("INFO").arg("server").query(&mut self.try_connect()?).ok()?;
        let pid = info.lines().find_map(|line| line.strip_prefix("process_id:"))?;
        pid.trim().parse().ok().map(Pid::from_raw)
    }
}

fn serve(log: &str, arguments: &[OsString], folder: &Path) -> Process {
    let mut command = Command::new("redis-server");
    command.current_dir(folder).args(arguments);
    Process::start(log, command, folder)
}

/// Where the certificate of a Redis over TLS lies.
#[must_use]
pub fn certificate(folder: &Path) -> PathBuf {
    folder.join("redis.crt")
}

/// Counts of what is in Redis.
#[derive(Debug, PartialEq, Eq)]
pub struct Remains {
    /// Entries of all lanes.
    pub lanes: u64,
    pub delayed: u64,
    pub leases: u64,
    /// Places of agents that are taken.
    pub places: u64,
    /// Jobs by status, in the order of [`Status::ALL`].
    pub by_status: [u64; Status::ALL.len()],
}

impl Remains {
    /// What is left when `succeeded`, `failed` and `canceled` jobs ended and no other was accepted.
    #[must_use]
    pub const fn ended(succeeded: u64, failed: u64, canceled: u64) -> Self {
        let by_status = [0, 0, 0, succeeded, failed, canceled];
        Self { lanes: 0, delayed: 0, leases: 0, places: 0, by_status }
    }
}

fn lengths(redis: &mut Connection, pattern: &str) -> u64 {
    let lanes: Vec<String> = redis.keys(key(pattern)).expect("keys");
    lanes.iter().map(|lane| redis::cmd("XLEN").arg(lane).query::<u64>(redis).expect("a lane")).sum()
}

fn key(name: &str) -> String {
    format!("{PREFIX}{name}")
}
