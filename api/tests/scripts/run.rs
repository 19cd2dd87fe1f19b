//! One run: several clients take turns, each with what it believes, and after each turn Redis is looked at as a whole.

use std::collections::{HashMap, HashSet};

use redis::aio::MultiplexedConnection;
use spool_api::store::Store;
use spool_shared::{
    class::Class,
    ids::{AgentId, JobId, Nonce, Token},
    protocol::HeldLease,
};

use crate::{
    laws,
    op::{Act, Op},
    redis::{Server, replica},
    snapshot::Snapshot,
    table::{self, Expected},
};

pub(crate) const AGENTS: usize = 3;
const OWNERS: [&str; 2] = ["ada", "bob"];
/// How far the clock of one replica's host is ahead of the other's.
const SKEW_MS: i64 = 30_000;
/// More jobs than this are not submitted in one run.
const JOBS: usize = 8;

/// What was done, over all runs of a lane.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) runs: u64,
    pub(crate) operations: u64,
    pub(crate) jobs: u64,
    pub(crate) lost_answers: u64,
    /// What was said under a token that was not valid any more.
    pub(crate) zombies: u64,
    /// What was said under a token of another agent.
    pub(crate) thefts: u64,
    pub(crate) cancels: u64,
    /// Attempts and hand-outs that went back because of silence.
    pub(crate) reaped: u64,
    pub(crate) succeeded: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        self.operations += other.operations;
        self.jobs += other.jobs;
        self.lost_answers += other.lost_answers;
        self.zombies += other.zombies;
        self.thefts += other.thefts;
        self.cancels += other.cancels;
        self.reaped += other.reaped;
        self.succeeded += other.succeeded;
    }
}

/// An agent, with what it believes to hold.
pub(crate) struct Node {
    pub(crate) id: AgentId,
    pub(crate) nonce: Nonce,
    pub(crate) boot: u8,
    pub(crate) slots: u32,
    pub(crate) held: Vec<HeldLease>,
    /// What it has let go of; it has not said yet that the place is free.
    pub(crate) ended: Vec<HeldLease>,
}

/// What a reaper has read and not yet acted on.
#[derive(Default)]
pub(crate) struct Reaper {
    pub(crate) leases: Vec<JobId>,
    pub(crate) agents: Vec<AgentId>,
}

/// A Redis with two replicas, used for one run after another.
pub(crate) struct Bench {
    pub(crate) stores: [Store; 2],
    pub(crate) redis: MultiplexedConnection,
    _server: Server,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let server = Server::start();
        Self {
            stores: [server.store(0).await, server.store(1).await],
            redis: server.connection().await,
            _server: server,
        }
    }

    /// An empty Redis with a new session.
    async fn clear(&mut self) {
        redis::cmd("FLUSHALL").exec_async(&mut self.redis).await.unwrap();
        for store in &self.stores {
            store.follow_session().await.unwrap();
            revive(store, &mut self.redis).await;
        }
    }

    /// Runs a schedule to its end; what went wrong, if anything.
    pub(crate) async fn run(&mut self, ops: &[Op], tally: &mut Tally) -> Result<(), String> {
        self.clear().await;
        let mut run = Run::new(self, tally).await;
        for who in 0..AGENTS as u8 {
            run.step(Op { act: Act::Hello, who, which: 0, how: 0, lost: false }).await?;
        }
        for (number, op) in ops.iter().enumerate() {
            if let Some(agent) = run.overtakes(*op) {
                for act in [Act::Deliver, Act::Beat] {
                    let between = Op { act, who: agent, which: 0, how: 0, lost: false };
                    run.step(between)
                        .await
                        .map_err(|wrong| format!("before step {number}, {op:?}:\n{wrong}"))?;
                }
            }
            for turn in 0..=usize::from(op.lost && Run::can_repeat(*op)) {
                run.repeated = turn > 0;
                run.step(*op).await.map_err(|wrong| format!("step {number}, {op:?}:\n{wrong}"))?;
            }
        }
        run.settle().await?;
        run.tally.runs += 1;
        Ok(())
    }
}

pub(crate) struct Run<'a> {
    pub(crate) bench: &'a mut Bench,
    pub(crate) tally: &'a mut Tally,
    pub(crate) nodes: Vec<Node>,
    pub(crate) reapers: [Reaper; 2],
    /// Every lease that was ever handed out, with whose it was.
    pub(crate) issued: Vec<(AgentId, HeldLease)>,
    pub(crate) owners: HashMap<Token, AgentId>,
    /// The hand-outs that reached their agent.
    pub(crate) read: HashSet<Token>,
    pub(crate) submitted: Vec<JobId>,
    pub(crate) latest: Snapshot,
    /// What the step said that the table has no part in.
    pub(crate) complaints: Vec<String>,
    pub(crate) drawn: u64,
    /// The step is one whose answer was lost, said again.
    pub(crate) repeated: bool,
    /// The step had nothing to say to Redis.
    pub(crate) idle: bool,
    /// What was said last, and by whom.
    pub(crate) said: Option<(u8, HeldLease)>,
}

impl<'a> Run<'a> {
    async fn new(bench: &'a mut Bench, tally: &'a mut Tally) -> Self {
        let latest = Snapshot::take(&mut bench.redis).await;
        let node = |number: u8| Node {
            id: AgentId::from_random([number + 1; 16]),
            nonce: Nonce::from_random([0; 16]),
            boot: number,
            slots: if number == 0 { 2 } else { 1 },
            held: vec![],
            ended: vec![],
        };
        Self {
            bench,
            tally,
            nodes: (0..AGENTS as u8).map(node).collect(),
            reapers: Default::default(),
            issued: vec![],
            owners: HashMap::new(),
            read: HashSet::new(),
            submitted: vec![],
            latest,
            complaints: vec![],
            drawn: 0,
            repeated: false,
            idle: false,
            said: None,
        }
    }

    /// Whose heartbeat comes between what a reaper read and what it does, if this is such a time.
    fn overtakes(&self, op: Op) -> Option<u8> {
        let due = self.reapers[usize::from(op.who >> 4) % 2].leases.last()?;
        let lease = self.latest.jobs.get(due)?.state.lease()?;
        let agent = self.nodes.iter().position(|node| node.id == lease.agent)?;
        (op.act == Act::Reap && op.how < 100).then_some(agent as u8)
    }

    /// Whether the client says it again when the answer is lost. The scheduler does not: the mail tells.
    fn can_repeat(op: Op) -> bool {
        !matches!(op.act, Act::Schedule | Act::Clock | Act::Deliver | Act::Replica | Act::Expire)
    }

    /// Bytes that no other id of this run has.
    pub(crate) fn draw(&mut self) -> [u8; 16] {
        self.drawn += 1;
        let mut bytes = [0x55; 16];
        bytes[..8].copy_from_slice(&self.drawn.to_be_bytes());
        bytes
    }

    /// Takes one step and looks at everything.
    pub(crate) async fn step(&mut self, op: Op) -> Result<(), String> {
        if op.act == Act::Submit && !self.repeated && self.submitted.len() >= JOBS {
            return Ok(());
        }
        if op.act == Act::Clock {
            self.shift(op.how).await;
            return Ok(());
        }
        if op.lost && !self.repeated {
            self.tally.lost_answers += 1;
        }
        self.tally.operations += 1;
        self.idle = false;
        let expected = self.act(op).await.map_err(|error| error.to_string())?;
        if self.idle { Ok(()) } else { self.look(&expected).await }
    }

    /// Compares Redis with what the step should have done.
    pub(crate) async fn look(&mut self, expected: &Expected) -> Result<(), String> {
        let found = Snapshot::take(&mut self.bench.redis).await;
        let mut wrong = std::mem::take(&mut self.complaints);
        table::compare(&self.latest, expected, &found, &mut wrong);
        wrong.extend(laws::broken(&found));
        self.latest = found;
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
    }

    /// The clock goes on: every time in Redis is that much longer ago.
    async fn shift(&mut self, how: u8) {
        const SPANS: [u64; 6] = [25_000, 45_000, 70_000, 90_000, 130_000, 250_000];
        let span = SPANS[usize::from(how) % SPANS.len()];
        // Now and then nobody was there to look, either.
        let blind = how > 230;
        self.shift_by(span, blind).await;
    }

    pub(crate) async fn shift_by(&mut self, span: u64, blind: bool) {
        const SHIFT: &str = r"
for _, set in ipairs({ 'leases', 'agents', 'delayed', 'finished', 'quarantine', 'heads' }) do
  for _, member in ipairs(redis.call('ZRANGE', ARGV[1] .. set, 0, -1)) do
    redis.call('ZINCRBY', ARGV[1] .. set, -ARGV[2], member)
  end
end
local function back(key, fields)
  for _, field in ipairs(fields) do
    if redis.call('HEXISTS', key, field) == 1 then
      redis.call('HINCRBY', key, field, -ARGV[2])
    end
  end
end
back(ARGV[1] .. 'unserved', redis.call('HKEYS', ARGV[1] .. 'unserved'))
back(ARGV[1] .. 'judge', ARGV[3] == '1' and { 'passed_at', 'mercy_until' } or { 'mercy_until' })
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. 'job:*')) do
  if redis.call('TYPE', key).ok == 'hash' then
    back(key, { 'created', 'started', 'finished', 'began', 'avoid_until', 'reported' })
  end
end
return 1
";
        let _: u64 = redis::cmd("EVAL")
            .arg(SHIFT)
            .arg(0)
            .arg(crate::redis::PREFIX)
            .arg(span)
            .arg(u8::from(blind))
            .query_async(&mut self.bench.redis)
            .await
            .unwrap();
        self.latest = Snapshot::take(&mut self.bench.redis).await;
    }

    pub(crate) fn store(&self, op: Op) -> Store {
        let number = op.who >> 4 & 1;
        // The hosts of the replicas disagree about the time, which is nothing to a script that is right.
        spool_faults::set_clock(i64::from(number) * SKEW_MS);
        self.bench.stores[usize::from(number)].clone()
    }

    pub(crate) fn owner(op: Op) -> &'static str {
        OWNERS[usize::from(op.who) % OWNERS.len()]
    }

    pub(crate) fn class(op: Op) -> Class {
        let all = Class::all();
        all[usize::from(op.how) % 2 * (all.len() - 1)]
    }

    pub(crate) fn replica_lives(&self, agent: AgentId) -> bool {
        let of = self.latest.field(&format!("agent:{agent}"), "replica");
        of.is_some_and(|replica| self.latest.has(&format!("replica:{replica}")))
    }

    /// One replica dies, or comes back.
    pub(crate) async fn replica(&mut self, op: Op) {
        let store = self.store(op);
        let key = format!("{}replica:{}", crate::redis::PREFIX, replica((op.who >> 4) % 2));
        if op.how.is_multiple_of(2) {
            redis::cmd("DEL").arg(key).exec_async(&mut self.bench.redis).await.unwrap();
        } else {
            revive(&store, &mut self.bench.redis).await;
        }
    }
}

/// The replica lives, and longer than the run: only a step lets it die.
pub(crate) async fn revive(store: &Store, redis: &mut MultiplexedConnection) {
    store.sign_of_life().await.unwrap();
    let key = format!("{}replica:{}", crate::redis::PREFIX, store.replica());
    redis::cmd("PEXPIRE").arg(key).arg(600_000).exec_async(redis).await.unwrap();
}
