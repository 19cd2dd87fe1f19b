//! The lines of a world that can be disturbed: between each replica and Redis, between each agent and its replica, and
//! between clients and each replica.

use std::path::Path;

use crate::{
    World,
    plan::Plan,
    proxy::{Proxy, frames::FrameLine, redis_line::RedisLine},
    redis::Redis,
};

/// Which lines a world will have.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted {
    redis: bool,
    frames: bool,
    links: bool,
    pub(crate) outside: Outside,
}

/// What lies between a world and those who use it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Outside {
    clients: bool,
    /// The first agent has a network of its own, where this machine allows one.
    pub(crate) network: bool,
}

pub(crate) struct Lines {
    wanted: Wanted,
    redis: Vec<RedisLine>,
    frames: Vec<FrameLine>,
    links: Vec<Proxy>,
    clients: Vec<Proxy>,
}

impl Plan {
    /// Each replica reaches Redis over a line of its own.
    pub fn redis_lines(mut self) -> Self {
        self.lines.redis = true;
        self
    }

    /// Each agent dials its replica over a line of its own.
    pub fn frame_lines(mut self) -> Self {
        self.lines.frames = true;
        self
    }

    /// Each agent reaches its replica over a link whose bytes can be held back; where there is a line of messages too,
    /// the link leads to it.
    pub fn links(mut self) -> Self {
        self.lines.links = true;
        self
    }

    /// Clients reach each replica over a line of its own.
    pub fn client_lines(mut self) -> Self {
        self.lines.outside.clients = true;
        self
    }

    /// The first agent has a network of its own, where this machine allows one.
    pub fn network(mut self) -> Self {
        self.lines.outside.network = true;
        self
    }
}

impl World {
    /// The line between a replica and Redis.
    #[must_use]
    pub fn redis_line(&self, replica: usize) -> &RedisLine {
        self.lines.redis.get(replica).expect("a world with lines to Redis")
    }

    /// The line between an agent and its replica.
    #[must_use]
    pub fn frame_line(&self, agent: usize) -> &FrameLine {
        self.lines.frames.get(agent).expect("a world with lines of agents")
    }

    /// The link of an agent.
    #[must_use]
    pub fn link(&self, agent: usize) -> &Proxy {
        self.lines.links.get(agent).expect("a world with links of agents")
    }

    /// The line between clients and a replica.
    #[must_use]
    pub fn client_line(&self, replica: usize) -> &Proxy {
        self.lines.clients.get(replica).expect("a world with lines of clients")
    }
}

impl Lines {
    pub(crate) fn start(wanted: Wanted, folder: &Path, redis: Option<&Redis>, replicas: usize) -> Self {
        let redis = redis.filter(|_| wanted.redis).into_iter().flat_map(|redis| {
            let line = |number| folder.join(format!("redis-line-{number}.sock"));
            (1..=replicas).map(move |number| RedisLine::start(&line(number), Path::new(redis.door().0)))
        });
        Self { wanted, redis: redis.collect(), frames: Vec::new(), links: Vec::new(), clients: Vec::new() }
    }

    /// Where a replica reaches Redis.
    pub(crate) fn url(&self, replica: usize, redis: &Redis) -> String {
        let line = self.redis.get(replica);
        let over = |line: &RedisLine| format!("unix://{}?pass={}", line.socket().display(), redis.door().1);
        line.map_or_else(|| redis.url().to_owned(), over)
    }

    /// Where the next agent dials that is to reach the replica at `address`.
    pub(crate) fn for_agent(&mut self, address: &str) -> String {
        let mut address = address.to_owned();
        if self.wanted.frames {
            let line = FrameLine::to(&address);
            line.address().clone_into(&mut address);
            self.frames.push(line);
        }
        if self.wanted.links {
            let link = start(&address);
            link.address().clone_into(&mut address);
            self.links.push(link);
        }
        address
    }

    /// Clients will reach the replicas at these addresses over lines, if that is wanted.
    pub(crate) fn for_clients(&mut self, replicas: &[String]) {
        if self.wanted.outside.clients {
            self.clients = replicas.iter().map(|address| start(address)).collect();
        }
    }

    /// Where clients dial, if it is not the replicas themselves.
    pub(crate) fn of_clients(&self) -> Option<Vec<String>> {
        self.wanted
            .outside
            .clients
            .then(|| self.clients.iter().map(|line| line.address().to_owned()).collect())
    }
}

/// A line for bytes, by a thread that may block.
fn start(address: &str) -> Proxy {
    tokio::runtime::Handle::current().block_on(Proxy::to(address))
}
