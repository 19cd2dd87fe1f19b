//! Everything in Redis at one instant, and each job of it as the table of transitions sees it.

use std::{collections::BTreeMap, str::FromStr};

use redis::aio::MultiplexedConnection;
use spool_shared::{
    ids::{AgentId, JobId, Token},
    job::{Avoid, Counters, Ended, FailureCode, Job, Lease, Phase, Place, Progress, State, Status},
};

use crate::redis::PREFIX;

/// Key after key with its type, its time to live and its content, as pairs; texts are left out.
const DUMP: &str = r"
local time = redis.call('TIME')
local out = { { 'now', '', 0, { '', tostring(time[1] * 1000 + math.floor(time[2] / 1000)) } } }
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
  local kind, rows = redis.call('TYPE', key).ok, {}
  if kind == 'hash' then
    rows = redis.call('HGETALL', key)
  elseif kind == 'zset' then
    rows = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  elseif kind == 'stream' and (ARGV[2] == '1' or key ~= ARGV[1] .. 'events') then
    for _, entry in ipairs(redis.call('XRANGE', key, '-', '+')) do
      rows[#rows + 1] = entry[1]
      rows[#rows + 1] = table.concat(entry[2], '\t')
    end
  end
  out[#out + 1] = { string.sub(key, #ARGV[1] + 1), kind, redis.call('PTTL', key), rows }
end
return out
";

type Rows = Vec<(String, String, i64, Vec<String>)>;

pub(crate) struct Entry {
    pub(crate) expires: bool,
    pub(crate) rows: BTreeMap<String, String>,
}

pub(crate) struct Snapshot {
    pub(crate) now: u64,
    /// By the key without its prefix.
    pub(crate) keys: BTreeMap<String, Entry>,
    pub(crate) jobs: BTreeMap<JobId, Job>,
}

impl Snapshot {
    pub(crate) async fn take(redis: &mut MultiplexedConnection) -> Self {
        Self::of(redis, false).await
    }

    /// With the events, too, or without: they only grow.
    pub(crate) async fn of(redis: &mut MultiplexedConnection, events: bool) -> Self {
        let mut call = redis::cmd("EVAL");
        call.arg(DUMP).arg(0).arg(PREFIX).arg(u8::from(events));
        let rows: Rows = call.query_async(redis).await.unwrap();
        let mut now = 0;
        let mut keys = BTreeMap::new();
        for (key, _, ttl, values) in rows {
            let rows: BTreeMap<String, String> =
                values.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
            if key == "now" {
                now = rows[""].parse().unwrap();
            } else {
                keys.insert(key, Entry { expires: ttl >= 0, rows });
            }
        }
        let mut snapshot = Self { now, keys, jobs: BTreeMap::new() };
        let ids: Vec<JobId> =
            snapshot.keys.keys().filter_map(|key| key.strip_prefix("job:")?.parse().ok()).collect();
        snapshot.jobs = ids.into_iter().map(|id| (id, snapshot.read(id))).collect();
        snapshot
    }

    pub(crate) fn rows(&self, key: &str) -> impl Iterator<Item = (&str, &str)> {
        let rows = self.keys.get(key).map(|entry| entry.rows.iter());
        rows.into_iter().flatten().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(crate) fn field(&self, key: &str, name: &str) -> Option<&str> {
        self.keys.get(key)?.rows.get(name).map(String::as_str)
    }

    pub(crate) fn number(&self, key: &str, name: &str) -> Option<u64> {
        self.field(key, name)?.parse::<f64>().ok().map(|number| number as u64)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    /// The places of an agent that are taken: job and token.
    pub(crate) fn places(&self, agent: AgentId) -> Vec<(JobId, Token)> {
        let key = format!("agent:{agent}:places");
        self.rows(&key).map(|(job, token)| (job.parse().unwrap(), token.parse().unwrap())).collect()
    }

    /// Whether nobody may be judged now.
    pub(crate) fn mercy(&self) -> bool {
        let at = |name| self.number("judge", name);
        at("passed_at").is_none_or(|at| at + 5_000 < self.now) || at("mercy_until").unwrap_or(0) > self.now
    }

    fn read(&self, id: JobId) -> Job {
        let key = format!("job:{id}");
        let count = |name| self.number(&key, name).unwrap_or(0) as u32;
        Job {
            version: self.number(&key, "version").unwrap_or(0),
            state: self.state(&key, &id.to_string()),
            counters: Counters {
                attempts: count("attempts"),
                failures: count("failures"),
                losses: count("losses"),
                bounces: count("bounces"),
                drains: count("drains"),
            },
            ended: self.parsed(&key, "last_token").map(|token| (token, self.how(&key))),
            back: self.parsed(&key, "back"),
            avoid: self
                .parsed(&key, "avoid_agent")
                .map(|agent| Avoid { agent, until: self.number(&key, "avoid_until").unwrap_or(0) }),
            progress: self.number(&key, "seq").map(|seq| Progress {
                seq,
                phase: Phase::Denoise,
                step: 1,
                steps: 8,
                fraction: self.parsed(&key, "fraction").unwrap_or(0.0),
            }),
            created_at: self.number(&key, "created").unwrap_or(0),
            started_at: self.number(&key, "started"),
            finished_at: self.number(&key, "finished"),
        }
    }

    fn parsed<T: FromStr>(&self, key: &str, name: &str) -> Option<T> {
        self.field(key, name)?.parse().ok()
    }

    fn how(&self, key: &str) -> Ended {
        Ended::from_word(self.field(key, "last_end").unwrap_or_default()).unwrap_or(Ended::Canceled)
    }

    fn state(&self, key: &str, id: &str) -> State {
        let status = Status::from_word(self.field(key, "status").unwrap_or_default());
        let lease = || Lease {
            agent: self.parsed(key, "agent").unwrap_or(AgentId::from_random([0xff; 16])),
            token: self.parsed(key, "token").unwrap_or(Token::from_random([0; 16])),
            deadline: self.number("leases", id).unwrap_or(0),
        };
        match status {
            Some(Status::Queued) => State::Queued(match self.field(key, "place") {
                Some("delayed") => Place::Delayed(self.number("delayed", id).unwrap_or(0)),
                Some("again") => Place::Again,
                _ => Place::Lane,
            }),
            Some(Status::Assigned) => {
                State::Assigned { lease: lease(), accepted: self.field(key, "accepted").is_some() }
            }
            Some(Status::Running) => State::Running(lease()),
            Some(Status::Succeeded) => {
                State::Succeeded(self.parsed(key, "result").unwrap_or(Token::from_random([0; 16])))
            }
            Some(Status::Failed) => State::Failed(
                FailureCode::from_word(self.field(key, "code").unwrap_or_default())
                    .unwrap_or(FailureCode::EngineError),
            ),
            _ => State::Canceled,
        }
    }
}
