//! What there is: two jobs, two agents, two replicas, Redis, and messages under way.

use std::hash::{Hash, Hasher};

use spool_shared::{
    ids::{AgentId, Token},
    job::{Budgets, Delays, Job, Place, State},
};

/// A time of which everything is either before or after: the model has no clock.
pub(crate) const NOW: u64 = 1_000;
pub(crate) const AHEAD: u64 = NOW + 1;
const PAST: u64 = 0;
/// So many messages are under way at most.
pub(crate) const ROOM: usize = 2;

pub(crate) const DELAYS: Delays =
    Delays { assign: 1, lease: 1, retry: 1, avoid: 1, queue_ttl: 0, retention: 0 };

/// How often each fault may still happen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Faults {
    pub crashes: u8,
    pub replica_crashes: u8,
    pub freezes: u8,
    pub losses: u8,
    pub duplicates: u8,
    pub overdue: u8,
    pub cancels: u8,
    pub failures: u8,
    pub declines: u8,
    pub drains: u8,
    pub take_backs: u8,
    pub expiries: u8,
    pub resets: u8,
    /// Not a fault: the budget of bounces. The smaller it is, the fewer states there are.
    pub bounces: u8,
}

/// A law that a step broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Law {
    /// I1, I2, I11: a terminal state was left, or entered twice.
    Terminal,
    /// I2: the version did not grow by one.
    Version,
    /// I4, I9: not in exactly one queue entry, or one lease.
    Place,
    /// I5, I6: a result came under a token that was not the valid one.
    Superseded,
    /// I7: more attempts than the budgets allow.
    Budget,
    /// I8: the lease is not in exactly its agent's places.
    Holder,
    /// I13: a slot was given two jobs.
    Slot,
    /// I15: something of an old session was accepted.
    Session,
}

/// Every law.
pub const LAWS: [Law; 8] = [
    Law::Terminal,
    Law::Version,
    Law::Place,
    Law::Superseded,
    Law::Budget,
    Law::Holder,
    Law::Slot,
    Law::Session,
];

/// A job in Redis: the record, and where scripts find it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub job: Job,
    pub queued: u8,
    pub leased: u8,
    /// Tokens are numbered.
    pub issued: u8,
}

/// A lease as an agent knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Work {
    pub job: usize,
    pub token: u8,
    /// The session that it is of.
    pub life: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    Idle,
    Handed(Work),
    Working(Work),
    Done(Work, bool),
}

impl Slot {
    #[must_use]
    pub const fn work(self) -> Option<Work> {
        match self {
            Self::Idle => None,
            Self::Handed(work) | Self::Working(work) | Self::Done(work, _) => Some(work),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact of the world")]
pub struct Agent {
    pub up: bool,
    pub frozen: bool,
    /// Another program than Redis knows.
    pub restarted: bool,
    pub connected: Option<usize>,
    pub slot: Slot,
    /// What Redis knows of it.
    pub present: bool,
    pub closed: bool,
    pub drained: bool,
    pub home: usize,
    pub places: [Option<u8>; 2],
}

#[derive(Debug, Clone, PartialEq)]
pub struct Replica {
    pub up: bool,
    /// Leases that its reaper read as overdue.
    pub due: [bool; 2],
    /// Only in wrong variants: what it read, popped, or has still to write.
    pub read: [Option<Box<Job>>; 2],
    pub hand: Option<usize>,
    pub writing: Option<(usize, u8)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Word {
    Accept,
    Start,
    Succeed,
    Fail,
    Release,
    Decline,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Message {
    /// To the agent: a hand-out.
    Hand(usize, Work),
    /// To the agent: the lease is over, by a result that was taken, a cancel or a refusal.
    Over(usize, Work),
    /// From the agent.
    Say(usize, Work, Word),
}

#[derive(Debug, Clone, PartialEq)]
pub struct World {
    pub jobs: [Record; 2],
    pub agents: [Agent; 2],
    pub replicas: [Replica; 2],
    /// Sorted: they arrive in any order.
    pub net: Vec<Message>,
    pub left: Faults,
    pub life: u8,
    pub broken: Option<Law>,
}

pub(crate) fn agent_id(number: usize) -> AgentId {
    AgentId::from_random([u8::try_from(number).unwrap_or(u8::MAX); 16])
}

/// The token with this number of a job.
pub(crate) fn token(job: usize, number: u8) -> Token {
    Token::from_random([u8::try_from(job).unwrap_or(0) * 128 + number; 16])
}

/// The job without what only counts or tells the time.
pub(crate) fn tidy(mut job: Job) -> Job {
    (job.version, job.created_at) = (1, 0);
    (job.started_at, job.finished_at, job.avoid, job.progress) = (None, None, None, None);
    match &mut job.state {
        State::Queued(Place::Delayed(due)) => *due = AHEAD,
        State::Assigned { lease, .. } | State::Running(lease) => {
            lease.deadline = if lease.deadline > NOW { AHEAD } else { PAST };
        }
        _ => {}
    }
    job
}

impl Record {
    pub(crate) fn new(issued: u8) -> Self {
        Self { job: tidy(Job::submitted(0)), queued: 1, leased: 0, issued }
    }

    /// One that was canceled before anything else began.
    fn ended() -> Self {
        let mut record = Self { queued: 0, ..Self::new(0) };
        record.job.state = State::Canceled;
        record
    }

    pub(crate) fn terminal(&self) -> bool {
        self.job.state.status().is_terminal()
    }

    pub(crate) fn overdue(&mut self) {
        if let State::Assigned { lease, .. } | State::Running(lease) = &mut self.job.state {
            lease.deadline = PAST;
        }
    }
}

impl World {
    /// Smaller than the real ones, so that each edge is reached by few faults.
    pub(crate) fn budgets(&self) -> Budgets {
        Budgets { retries: 1, losses: 1, bounces: self.left.bounces.into() }
    }

    pub(crate) fn new(jobs: usize, left: Faults) -> Self {
        let job = |number| if number < jobs { Record::new(0) } else { Record::ended() };
        let agent = |home| Agent {
            up: true,
            frozen: false,
            restarted: false,
            connected: Some(home),
            slot: Slot::Idle,
            present: true,
            closed: false,
            drained: false,
            home,
            places: [None; 2],
        };
        let replica = || Replica { up: true, due: [false; 2], read: [None, None], hand: None, writing: None };
        Self {
            jobs: [job(0), job(1)],
            agents: [agent(0), agent(1)],
            replicas: [replica(), replica()],
            net: vec![],
            left,
            life: 0,
            broken: None,
        }
    }

    #[must_use]
    pub fn ended(&self) -> bool {
        self.jobs.iter().all(Record::terminal)
    }

    /// The agent that holds the valid lease of a job, and the token's number.
    pub(crate) fn lease(&self, job: usize) -> Option<(usize, u8)> {
        let lease = self.jobs[job].job.state.lease()?;
        let agent = usize::from(lease.agent == agent_id(1));
        (1..=self.jobs[job].issued)
            .find(|number| token(job, *number) == lease.token)
            .map(|number| (agent, number))
    }

    pub(crate) fn send(&mut self, message: Message) {
        if self.net.len() < ROOM
            && let Err(at) = self.net.binary_search(&message)
        {
            self.net.insert(at, message);
        }
    }

    pub(crate) fn can_send(&self, message: &Message) -> bool {
        self.net.len() < ROOM && self.net.binary_search(message).is_err()
    }

    /// A connection ended, with what was on its way to the agent.
    pub(crate) fn cut(&mut self, agent: usize) {
        self.agents[agent].connected = None;
        self.net.retain(|message| match message {
            Message::Hand(to, _) | Message::Over(to, _) => *to != agent,
            Message::Say(..) => true,
        });
    }
}

impl Hash for Record {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.queued, self.leased, self.issued).hash(state);
        hash_job(&self.job, state);
    }
}

fn hash_job<H: Hasher>(job: &Job, state: &mut H) {
    let c = job.counters;
    (c.attempts, c.failures, c.losses, c.bounces, c.drains, job.ended, job.back).hash(state);
    std::mem::discriminant(&job.state).hash(state);
    match job.state {
        State::Queued(place) => std::mem::discriminant(&place).hash(state),
        State::Assigned { lease, accepted } => {
            (lease.agent, lease.token, lease.deadline, accepted).hash(state);
        }
        State::Running(lease) => (lease.agent, lease.token, lease.deadline).hash(state),
        State::Succeeded(token) => token.hash(state),
        State::Failed(code) => code.hash(state),
        State::Canceled => {}
    }
}

impl Hash for Replica {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.up, self.due, self.hand, self.writing).hash(state);
        for job in &self.read {
            job.is_some().hash(state);
            if let Some(job) = job {
                hash_job(job, state);
            }
        }
    }
}

impl Hash for World {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.jobs, &self.agents, &self.replicas, &self.net).hash(state);
        (self.left, self.life, self.broken).hash(state);
    }
}
