//! The lines of a world that can be disturbed: between each replica and Redis, and between each agent and its replica.

use std::path::Path;

use crate::{
    World,
    proxy::{frames::FrameLine, redis_line::RedisLine},
    redis::Redis,
    world::Plan,
};

/// Which lines a world will have.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted {
    redis: bool,
    frames: bool,
}

pub(crate) struct Lines {
    wanted: Wanted,
    redis: Vec<RedisLine>,
    frames: Vec<FrameLine>,
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
}

impl Lines {
    pub(crate) fn start(wanted: Wanted, folder: &Path, redis: Option<&Redis>, replicas: usize) -> Self {
        let redis = redis.filter(|_| wanted.redis).into_iter().flat_map(|redis| {
            let line = |number| folder.join(format!("redis-line-{number}.sock"));
            (1..=replicas).map(move |number| RedisLine::start(&line(number), Path::new(redis.door().0)))
        });
        Self { wanted, redis: redis.collect(), frames: Vec::new() }
    }

    /// Where a replica reaches Redis.
    pub(crate) fn url(&self, replica: usize, redis: &Redis) -> String {
        let line = self.redis.get(replica);
        let over = |line: &RedisLine| format!("unix://{}?pass={}", line.socket().display(), redis.door().1);
        line.map_or_else(|| redis.url().to_owned(), over)
    }

    /// Where the next agent dials that is to reach the replica at `address`.
    pub(crate) fn for_agent(&mut self, address: &str) -> String {
        if !self.wanted.frames {
            return address.to_owned();
        }
        let line = FrameLine::to(address);
        let own = line.address().to_owned();
        self.frames.push(line);
        own
    }
}
