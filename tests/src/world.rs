//! Redis, replicas, agents and a client, started together and ended together.

use std::{path::Path, process::Command, time::Duration};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{
    agent::{Agent, SCRIPTED},
    client::Client,
    deadline::{PATIENCE, look_until},
    history::executions,
    keys::{self, Keys},
    lines::{self, Lines},
    network::Network,
    plan::{Guarded, Plan},
    process::{Process, command_line, living_in},
    redis::{self, Redis},
    replica::Replica,
    settings::Settings,
};

/// Each world has several processes; more than two at once only make each other late on a small machine.
static ROOM: Semaphore = Semaphore::const_new(2);

/// How long the processes that others left behind may take to end after them.
const ORPHANS: Duration = Duration::from_secs(5);

impl Plan {
    /// Starts everything; returns when all replicas listen and all agents are known.
    pub async fn start(self) -> World {
        let room = ROOM.acquire().await.expect("the semaphore is never closed");
        tokio::task::block_in_place(|| self.build(room))
    }

    fn build(mut self, room: SemaphorePermit<'static>) -> World {
        let folder = tempfile::Builder::new().prefix("spool-e2e-").tempdir().expect("a folder");
        let executions = executions::file(folder.path());
        self.settings.set(executions::SETTING, &executions.display().to_string());
        let start = if self.tls { Redis::over_tls } else { Redis::start };
        let redis = (!self.embedded).then(|| start(folder.path()));
        if self.tls {
            self.settings.set("SSL_CERT_FILE", &redis::certificate(folder.path()).display().to_string());
        }
        let mut lines = Lines::start(self.lines, folder.path(), redis.as_ref(), self.replicas);
        let keys = (self.guarded != Guarded::Nobody).then(|| Keys::start(folder.path()));
        match &keys {
            Some(keys) if self.guarded == Guarded::Everybody => keys.set(&mut self.settings),
            Some(keys) => keys.set_tokens(&mut self.settings),
            None => {}
        }
        let replicas: Vec<Replica> = (0..self.replicas)
            .map(|index| {
                let own = self.own.iter().filter(|own| own.0 == index).map(|own| (own.1, own.2));
                let own: Vec<_> = own.collect();
                let url = redis.as_ref().map(|redis| lines.url(index, redis));
                let (name, url) = (format!("api-{}", index + 1), url.as_deref());
                Replica::start(&name, folder.path(), url, &self.settings, &own)
            })
            .collect();
        let addresses: Vec<String> = replicas.iter().map(|replica| replica.address().to_owned()).collect();
        lines.for_clients(&addresses);
        let client = Client::new(addresses);
        let client = match &keys {
            Some(keys) if self.guarded == Guarded::Everybody => client.with_key(&keys.secret(keys::CLIENT)),
            _ => client,
        };
        let mut world = World {
            folder,
            redis,
            keys,
            replicas,
            agents: Vec::new(),
            network: None,
            lines,
            client,
            plan: self,
            finished: false,
            may_be_stopped: false,
            _room: room,
        };
        for _ in 0..world.plan.agents {
            world.add_agent();
        }
        world.agents_are_known();
        world
    }
}

/// Running processes, all in one folder. Dropping it ends them, and checks that they ended well, that no other
/// process stayed behind, and that no log has a secret in it: a lease token, the password of Redis, a key.
pub struct World {
    folder: TempDir,
    redis: Option<Redis>,
    keys: Option<Keys>,
    replicas: Vec<Replica>,
    agents: Vec<Agent>,
    /// That of the first agent alone.
    network: Option<Network>,
    pub(crate) lines: Lines,
    client: Client,
    plan: Plan,
    finished: bool,
    /// Only its finish is judged; dropped before, it ends without a word.
    may_be_stopped: bool,
    _room: SemaphorePermit<'static>,
}

impl World {
    /// One replica and no agent, with short timings.
    pub fn plan() -> Plan {
        Plan {
            replicas: 1,
            agents: 0,
            slots: 1,
            engines: SCRIPTED.to_owned(),
            embedded: false,
            tls: false,
            guarded: Guarded::Nobody,
            settings: Settings::default(),
            own: Vec::new(),
            lines: lines::Wanted::default(),
        }
    }

    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    #[must_use]
    pub fn redis(&self) -> &Redis {
        self.redis.as_ref().expect("a Redis that the API did not start itself")
    }

    /// The keys and tokens of a world that has any.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        self.keys.as_ref().expect("a world with keys")
    }

    #[must_use]
    pub fn replica(&self, index: usize) -> &Replica {
        self.replicas.get(index).expect("such a replica")
    }

    /// Where clients dial, one address a replica.
    #[must_use]
    pub fn addresses(&self) -> Vec<String> {
        let own = || self.replicas.iter().map(|replica| replica.address().to_owned()).collect();
        self.lines.of_clients().unwrap_or_else(own)
    }

    /// The network that the first agent has for itself, if it has one.
    #[must_use]
    pub const fn network(&self) -> Option<&Network> {
        self.network.as_ref()
    }

    /// Starts Redis again, which has ended, at the same place and empty.
    pub fn restart_redis(&mut self) {
        self.redis.as_mut().expect("a Redis that the API did not start itself").restart();
    }

    pub fn restart_replica(&mut self, index: usize) {
        self.restart_replica_with(index, &[]);
    }

    /// Starts a replica again that ended, with settings that end with this process.
    pub fn restart_replica_with(&mut self, index: usize, own: &[(&str, &str)]) {
        self.replica_mut(index).restart_with(own);
    }

    /// A replica, to be started again without waiting for it.
    pub fn replica_mut(&mut self, index: usize) -> &mut Replica {
        self.replicas.get_mut(index).expect("such a replica")
    }

    /// Starts an agent again that ended, under its id, with settings that end with this process.
    pub fn restart_agent_with(&mut self, index: usize, own: &[(&str, &str)]) {
        self.agents.get_mut(index).expect("such an agent").restart_with(own);
    }

    #[must_use]
    pub fn agent(&self, index: usize) -> &Agent {
        self.agents.get(index).expect("such an agent")
    }

    /// The agent of that name.
    #[must_use]
    pub fn agent_named(&self, name: &str) -> &Agent {
        self.agents.iter().find(|agent| agent.name() == name).expect("an agent of that name")
    }

    /// Starts one more agent.
    pub fn add_agent(&mut self) {
        self.add_agent_with(&[]);
    }

    /// Starts one more agent that has settings of its own.
    pub fn add_agent_with(&mut self, own: &[(&str, &str)]) {
        let address = self.replica(self.agents.len() % self.replicas.len()).address().to_owned();
        self.launch_agent(&address, own, None);
    }

    /// Starts one more agent that dials `address`; returns when it is known.
    pub fn add_agent_at(&mut self, address: &str) {
        tokio::task::block_in_place(|| {
            self.launch_agent(address, &[], None);
            self.agents_are_known();
        });
    }

    /// Starts one more agent in a network of its own; returns when it is known.
    pub fn add_agent_in(&mut self, network: &Network) {
        tokio::task::block_in_place(|| {
            self.launch_agent(&network.address(), &[], Some(network.pid()));
            self.agents_are_known();
        });
    }

    fn launch_agent(&mut self, address: &str, own: &[(&str, &str)], network: Option<Pid>) {
        let number = self.agents.len();
        let Plan { slots, engines, settings, .. } = &self.plan;
        let (name, mut address) = (format!("agent-{}", number + 1), self.lines.for_agent(address));
        let mut settings = settings.clone();
        if number == 0 && self.plan.lines.outside.network {
            let network = Network::to(&address, self.folder.path());
            self.network = tokio::runtime::Handle::current().block_on(network);
            address = self.network.as_ref().map_or(address, Network::address);
        }
        let first = self.network.as_ref().filter(|_| number == 0);
        settings.network = network.or(first.map(Network::pid));
        let agent = Agent::start(&name, self.folder.path(), &address, *slots, engines, &settings, own);
        self.agents.push(agent);
    }

    /// Blocks until as many agents have said hello as were started.
    pub fn agents_are_known(&self) {
        let Some(redis) = &self.redis else { return };
        let known = look_until(PATIENCE, || (redis.agents() == self.agents.len()).then_some(()));
        assert!(known.is_some(), "only {} agents of {} said hello", redis.agents(), self.agents.len());
    }

    /// All processes in the order in which they are to end.
    fn processes(&self) -> [Vec<&Process>; 3] {
        [
            self.agents.iter().map(Agent::process).collect(),
            self.replicas.iter().map(Replica::process).collect(),
            self.redis.iter().map(Redis::process).collect(),
        ]
    }

    /// From now on only its [`World::finish`] is judged: dropped before, it was told to stop.
    #[must_use]
    pub fn may_be_stopped(mut self) -> Self {
        self.may_be_stopped = true;
        self
    }

    /// Ends everything in order, for a test that judges by itself; returns what was wrong and where the logs are kept.
    /// `tokens` are secrets besides those that Redis still holds.
    #[must_use]
    pub fn finish(mut self, tokens: impl IntoIterator<Item = String>) -> (Vec<String>, TempDir) {
        let wrong = self.end(tokens);
        self.finished = true;
        (wrong, std::mem::replace(&mut self.folder, tempfile::tempdir().expect("a folder")))
    }

    /// Ends everything in order; returns what was wrong.
    fn end(&self, tokens: impl IntoIterator<Item = String>) -> Vec<String> {
        let mut secrets = self.redis.as_ref().map(Redis::secrets).unwrap_or_default();
        secrets.extend(self.keys.as_ref().map(Keys::secrets).unwrap_or_default());
        secrets.extend(tokens);
        let mut wrong = Vec::new();
        for kind in self.processes() {
            for process in &kind {
                process.ask_to_end();
            }
            wrong.extend(kind.iter().filter_map(|process| process.finish()));
        }
        if let Some(network) = &self.network {
            network.ends();
        }
        let left = look_until(ORPHANS, || living_in(self.folder()).is_empty().then_some(()));
        if left.is_none() {
            let orphans = living_in(self.folder());
            wrong.extend(orphans.iter().map(|pid| format!("left behind: {pid} {}", command_line(*pid))));
        }
        let logs = self.logs();
        let told = secrets.iter().filter(|secret| logs.contains(*secret)).count();
        if told > 0 {
            wrong.push(format!("{told} secrets of {} stand in a log", secrets.len()));
        }
        if let Some(line) = logs.lines().find(|line| line.contains("panicked at")) {
            wrong.push(format!("somebody panicked: {line}"));
        }
        wrong
    }

    /// Everything that any process of this world has printed.
    #[must_use]
    pub fn logs(&self) -> String {
        let files = std::fs::read_dir(self.folder()).expect("the world's folder").flatten();
        let logs =
            files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|end| end == "log"));
        logs.map(|path| String::from_utf8_lossy(&std::fs::read(path).expect("a log")).into_owned()).collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        let failed = std::thread::panicking();
        let wrong = if failed || self.may_be_stopped {
            self.processes().iter().flatten().for_each(|process| process.abandon());
            failed.then(|| "the test failed".to_owned()).into_iter().collect()
        } else {
            self.end([])
        };
        for orphan in living_in(self.folder()) {
            let _ = kill(orphan, Signal::SIGKILL);
        }
        // Whoever still lives may write into the folder while it is removed.
        let _ = look_until(ORPHANS, || living_in(self.folder()).is_empty().then_some(()));
        if wrong.is_empty() {
            return;
        }
        self.folder.disable_cleanup(true);
        let report = format!("{}; the logs are in {}", wrong.join("; "), self.folder().display());
        assert!(std::thread::panicking(), "{report}");
        println!("{report}");
    }
}

/// A command of the product's Python side, for a test that runs it in the world's folder.
#[must_use]
pub fn python_command(name: &str, world: &World) -> Command {
    let mut command = Command::new(crate::programs::in_venv(name));
    command.current_dir(world.folder());
    command
}
