//! What waits, and who could take it: depths of the queues, places, and how long things took of late.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::{Duration, Instant},
};

use spool_shared::{
    class::Class,
    fleet::AgentState,
    job::{
        Status,
        estimate::{self, Span},
    },
    workflow::{Priority, Workflow},
};

use super::{AgentRecord, Store, StoreError, fleet::Moment};

/// How old an outlook may be that only estimates are made from.
const FRESH: Duration = Duration::from_secs(1);
/// What the rank of a job in its lane has more than that of a requeued one: see `lua/lib/lanes.lua`.
const AFTER_AGAIN: u64 = 4_000_000_000_000_000;

/// The queues at one moment. Two that compare equal look alike to everyone.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// Every class there is.
    pub classes: BTreeMap<Class, ClassOutlook>,
    pub agents: Vec<AgentRecord>,
    /// Jobs by status.
    pub jobs: BTreeMap<Status, u64>,
    /// Leases that have not ended.
    pub leases: u64,
    /// How many jobs may wait.
    pub limit: u64,
    /// When it was taken, Redis' clock. Not compared.
    pub taken_at: Moment,
}

/// One class.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClassOutlook {
    /// Jobs that stand in lanes, by their priority.
    pub depth: BTreeMap<Priority, u64>,
    /// Jobs that wait for a time.
    pub delayed: u64,
    /// Since when the oldest of those in lanes waits.
    pub oldest_at: Option<u64>,
    /// Lanes that take turns at each level; one that waited long stands a level higher than its jobs' priority.
    pub lanes: BTreeMap<Priority, u64>,
    /// Agents that offer the class and take jobs now, and their places.
    pub agents: u32,
    pub places: u32,
    pub free: u32,
    /// Agents that offer it at all.
    pub connected: u32,
    /// How long its last attempts took, milliseconds, newest first.
    pub durations: Vec<u64>,
    /// How many of its places become free each millisecond, as far as it was measured.
    pub rate: f64,
}

impl ClassOutlook {
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.depth.values().sum()
    }
}

impl Store {
    /// The queues as they are. The cost grows with lanes and agents, not with jobs.
    pub async fn outlook(&self) -> Result<Outlook, StoreError> {
        let agents = self.fleet().await?;
        let mut redis = self.inner.pool.get().await?;
        let rows = self.read_classes(&mut redis).await?;
        let heads = self.read_lanes(&mut redis, &rows).await?;
        let mut classes = BTreeMap::new();
        for (class, row) in rows.classes {
            let mut outlook = ClassOutlook {
                delayed: rows.counters.get(&format!("delayed:{class}")).copied().unwrap_or(0),
                lanes: row.turns.iter().map(|(level, lanes)| (*level, lanes.len() as u64)).collect(),
                depth: Priority::ALL.map(|priority| (priority, 0)).into(),
                durations: row.durations,
                ..ClassOutlook::default()
            };
            for lane in row.turns.into_values().flatten().collect::<BTreeSet<_>>() {
                let Some(head) = heads.get(&lane) else { continue };
                let priority = lane.split('/').nth(1).and_then(Priority::from_word);
                if let Some(depth) = priority.and_then(|priority| outlook.depth.get_mut(&priority)) {
                    *depth += head.depth;
                }
                outlook.oldest_at = outlook.oldest_at.into_iter().chain(head.oldest_at).min();
            }
            outlook.take_places(class, &agents);
            classes.insert(class, outlook);
        }
        let jobs =
            Status::ALL.map(|status| (status, rows.counters.get(status.as_str()).copied().unwrap_or(0)));
        Ok(Outlook {
            classes,
            agents,
            jobs: jobs.into(),
            leases: rows.leases,
            limit: self.limits().queue_limit,
            taken_at: Moment(rows.now),
        })
    }

    /// The queues as they were a second ago at most; shared by everyone who estimates something.
    pub async fn recent_outlook(&self) -> Result<Arc<Outlook>, StoreError> {
        let mut recent = self.inner.outlook.lock().await;
        if let Some((at, outlook)) = &*recent
            && at.elapsed() < FRESH
        {
            return Ok(outlook.clone());
        }
        let at = Instant::now();
        let outlook = Arc::new(self.outlook().await?);
        *recent = Some((at, outlook.clone()));
        Ok(outlook)
    }

    async fn read_classes(&self, redis: &mut deadpool_redis::Connection) -> Result<Rows, StoreError> {
        let all = Class::all();
        let mut pipe = redis::pipe();
        for class in &all {
            for level in Priority::ALL {
                pipe.zrange(self.keys().of("turns", format!("{class}:{level}")), 0, -1);
            }
            pipe.lrange(self.keys().of("durations", class), 0, -1);
        }
        pipe.cmd("TIME").hgetall(self.keys().fixed("counters")).zcard(self.keys().fixed("leases"));
        let rows: Vec<redis::Value> = pipe.query_async(redis).await?;
        let mut rows = rows.into_iter();
        let mut classes = Vec::with_capacity(all.len());
        for class in all {
            let mut turns = BTreeMap::new();
            for level in Priority::ALL {
                turns.insert(level, read(rows.next())?);
            }
            classes.push((class, ClassRows { turns, durations: read(rows.next())? }));
        }
        let (seconds, micros): (u64, u64) = read(rows.next())?;
        // Of the counters some are no counts and may be negative for a moment.
        let counters: HashMap<String, i64> = read(rows.next())?;
        let counters =
            counters.into_iter().map(|(name, count)| (name, u64::try_from(count).unwrap_or(0))).collect();
        Ok(Rows { classes, counters, leases: read(rows.next())?, now: seconds * 1_000 + micros / 1_000 })
    }

    async fn read_lanes(
        &self,
        redis: &mut deadpool_redis::Connection,
        rows: &Rows,
    ) -> Result<HashMap<String, Head>, StoreError> {
        let lanes: BTreeSet<&String> =
            rows.classes.iter().flat_map(|(_, row)| row.turns.values().flatten()).collect();
        if lanes.is_empty() {
            return Ok(HashMap::new());
        }
        let mut pipe = redis::pipe();
        for lane in &lanes {
            let order = self.keys().of("order", lane);
            pipe.zcard(&order).zrange_withscores(&order, 0, 0);
            pipe.zrangebyscore_limit_withscores(&order, AFTER_AGAIN, "+inf", 0, 1);
        }
        let found: Vec<redis::Value> = pipe.query_async(redis).await?;
        let mut found = found.into_iter();
        let mut heads = HashMap::with_capacity(lanes.len());
        for lane in lanes {
            let depth = read(found.next())?;
            let first: Vec<(String, u64)> = read(found.next())?;
            let first_usual: Vec<(String, u64)> = read(found.next())?;
            let since = |(_, rank): &(String, u64)| (rank % AFTER_AGAIN) / 1_000;
            let oldest_at = first.iter().chain(&first_usual).map(since).min();
            heads.insert(lane.clone(), Head { depth, oldest_at });
        }
        Ok(heads)
    }
}

/// What is read first.
struct Rows {
    classes: Vec<(Class, ClassRows)>,
    counters: HashMap<String, u64>,
    leases: u64,
    now: u64,
}

struct ClassRows {
    turns: BTreeMap<Priority, Vec<String>>,
    durations: Vec<u64>,
}

/// The front of a lane.
struct Head {
    depth: u64,
    oldest_at: Option<u64>,
}

fn read<T: redis::FromRedisValue>(value: Option<redis::Value>) -> Result<T, StoreError> {
    let value = value.ok_or_else(|| StoreError::record("outlook", "an answer is missing"))?;
    T::from_redis_value(value).map_err(|error| StoreError::record("outlook", error))
}

impl ClassOutlook {
    fn take_places(&mut self, class: Class, agents: &[AgentRecord]) {
        let usual = estimate::usual(&self.durations).map(|usual| u64::midpoint(usual.low, usual.high));
        let offers = |agent: &&AgentRecord| {
            agent.state != AgentState::Lost && agent.offers.iter().any(|offer| offer.classes.contains(&class))
        };
        for agent in agents.iter().filter(offers) {
            self.connected += 1;
            if !agent.takes_jobs() {
                continue;
            }
            self.agents += 1;
            self.places += agent.places;
            self.free += agent.free();
            if let Some(length) = agent.pace.or(usual) {
                self.rate += f64::from(agent.places) / float(length.max(1));
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a duration in milliseconds needs no 53 bits")]
fn float(ms: u64) -> f64 {
    ms as f64
}

/// Agents that could take a job now, and their places.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Places {
    pub agents: u32,
    pub total: u32,
    pub free: u32,
}

/// A job that no agent can take now, and what is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unservable {
    pub class: Class,
    /// Connected agents that offer its workflow at all.
    pub agents: u32,
    /// What they offer that is most like it.
    pub closest: Option<Class>,
    /// Why those that offer the class itself take no jobs; `None` where there are none.
    pub resting: Option<Resting>,
}

/// Connected agents that take no jobs, by what keeps them from it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resting {
    pub drained: u32,
    pub quarantined: u32,
    /// By their own decision.
    pub paused: u32,
    /// No slot is healthy.
    pub broken: u32,
}

impl Resting {
    fn count(&mut self, agent: &AgentRecord) {
        let reason = match agent.state {
            AgentState::Quarantined => &mut self.quarantined,
            AgentState::Draining => &mut self.drained,
            _ if agent.pause.is_some() => &mut self.paused,
            _ if agent.places == 0 => &mut self.broken,
            _ => return,
        };
        *reason += 1;
    }
}

impl Outlook {
    /// What is missing for a class that nobody serves.
    #[must_use]
    pub fn missing(&self, class: Class) -> Unservable {
        let workflow = class.workflow();
        let offered =
            self.classes.iter().filter(|(other, outlook)| outlook.connected > 0 && **other != class);
        let mut missing = Unservable {
            class,
            agents: 0,
            closest: class.closest(offered.map(|(other, _)| *other)),
            resting: None,
        };
        for agent in self.agents.iter().filter(|agent| agent.state != AgentState::Lost) {
            missing.agents += u32::from(agent.offers.iter().any(|offer| offer.workflow == workflow));
            if agent.offers.iter().any(|offer| offer.classes.contains(&class)) {
                missing.resting.get_or_insert_default().count(agent);
            }
        }
        missing
    }

    /// When a job at this position of its lane starts.
    #[must_use]
    pub fn start(&self, class: Class, priority: Priority, position: u64) -> Option<Span> {
        let outlook = self.classes.get(&class)?;
        // Everything that may be served before it: its level and those above, of every class.
        let above = |counts: &BTreeMap<Priority, u64>| -> u64 {
            counts.iter().filter(|(level, _)| **level <= priority).map(|(_, count)| count).sum()
        };
        let lanes: u64 = self.classes.values().map(|other| above(&other.lanes)).sum();
        let waiting: u64 = self.classes.values().map(ClassOutlook::waiting).sum();
        let last = position.saturating_mul(lanes.max(1)).min(waiting).max(position);
        estimate::start(position, last, outlook.rate)
    }

    /// When a job that comes now behind all that waits for its class starts.
    #[must_use]
    pub fn wait(&self, class: Class) -> Option<Span> {
        let outlook = self.classes.get(&class)?;
        let ahead = outlook.waiting() + outlook.delayed;
        if ahead == 0 && outlook.free > 0 {
            return Some(Span { low: 0, high: 0 });
        }
        let waiting: u64 = self.classes.values().map(ClassOutlook::waiting).sum();
        estimate::start(outlook.waiting() + 1, waiting.max(ahead) + 1, outlook.rate)
    }

    /// Places for a workflow, of agents that take jobs now: an agent stands in several classes, but has each once.
    #[must_use]
    pub fn places(&self, workflow: Workflow) -> Places {
        let takes = |agent: &&AgentRecord| {
            agent.takes_jobs() && agent.offers.iter().any(|offer| offer.workflow == workflow)
        };
        let mut places = Places::default();
        for agent in self.agents.iter().filter(takes) {
            places.agents += 1;
            places.total += agent.places;
            places.free += agent.free();
        }
        places
    }

    /// The classes of a workflow.
    pub fn of(&self, workflow: Workflow) -> impl Iterator<Item = (Class, &ClassOutlook)> {
        let all = self.classes.iter().map(|(class, outlook)| (*class, outlook));
        all.filter(move |(class, _)| class.workflow() == workflow)
    }
}
