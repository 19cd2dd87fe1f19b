//! What agents and reapers do: they act on what they believe, which may be long over.

use std::{collections::BTreeMap, time::Duration};

use spool_api::store::{Failure, Greeting, Presence, Reported, StoreError, Told, Verdict};
use spool_shared::{
    class::Class,
    ids::{AgentId, BootId, Nonce, Token},
    job::{Ended, Event, FailureCode, FailureKind, Phase, Progress, State},
    protocol::{AgentCard, HeldLease, Offer, Timings},
    workflow::Workflow,
};

use crate::{
    op::{Act, Op},
    run::{AGENTS, Run},
    table::{Expected, RETRY_MS},
};

type Acted = Result<Expected, StoreError>;

const CODES: [FailureCode; 4] =
    [FailureCode::EngineError, FailureCode::WorkerCrashed, FailureCode::BadInput, FailureCode::OutOfMemory];

impl Run<'_> {
    /// The agent reads its mail.
    pub(crate) fn deliver(&mut self, number: usize) {
        let node = &self.nodes[number];
        let (id, nonce) = (node.id.to_string(), node.nonce.to_string());
        let mut letters = vec![];
        for (_, entry) in self.latest.keys.iter().filter(|(key, _)| key.starts_with("mail:")) {
            for fields in entry.rows.values() {
                let fields: Vec<&str> = fields.split('\t').collect();
                let get =
                    |name: &str| fields.chunks(2).find(|pair| pair[0] == name).map_or("", |pair| pair[1]);
                if get("agent") == id && get("nonce") == nonce && get("what") == "assign" {
                    letters.push(HeldLease {
                        job: get("job").parse().unwrap(),
                        token: get("token").parse().unwrap(),
                    });
                }
            }
        }
        for letter in letters.into_iter().filter(|letter| self.read.insert(letter.token)) {
            self.nodes[number].held.push(letter);
        }
    }

    /// Who speaks of which lease: mostly an agent that has one of which it can truly say this.
    fn choose(&mut self, op: Op) -> Option<(u8, HeldLease)> {
        // Most often the mail is read before something is said.
        if op.lost || !op.how.is_multiple_of(8) {
            self.deliver(usize::from(op.who) % AGENTS);
        }
        if op.how >> 4 >= 6 {
            let others = (0..AGENTS as u8).map(|next| op.who & 0xf0 | ((op.who & 0x0f) % 12 + next));
            for who in others.collect::<Vec<_>>() {
                self.deliver(usize::from(who) % AGENTS);
                let node = &mut self.nodes[usize::from(who) % AGENTS];
                if op.act == Act::Freed {
                    let Some(lease) = node.ended.pop() else { continue };
                    return Some((who, lease));
                }
                let node = &self.nodes[usize::from(who) % AGENTS];
                let fits = |lease: &&HeldLease| self.valid(node.id, **lease) && self.fits(op, **lease);
                if let Some(lease) = node.held.iter().find(fits) {
                    return Some((who, *lease));
                }
            }
        }
        if op.how >> 4 >= 3 {
            // What it says comes late: the job is at the same agent again, under another token.
            let late = self.issued.iter().find(|(agent, old)| {
                let now = self.latest.jobs.get(&old.job).and_then(|job| job.state.lease());
                now.is_some_and(|now| now.agent == *agent && now.token != old.token)
            });
            if let Some((agent, old)) = late
                && let Some(number) = self.nodes.iter().position(|node| node.id == *agent)
            {
                let mut who = (0..3).map(|low| op.who & 0xf0 | low);
                return who.find(|who| usize::from(*who) % AGENTS == number).map(|who| (who, *old));
            }
        }
        self.lease(op).map(|lease| (op.who, lease))
    }

    /// Whether the state of the job is one in which this is said.
    fn fits(&self, op: Op, lease: HeldLease) -> bool {
        let state = self.latest.jobs.get(&lease.job).map(|job| job.state);
        match op.act {
            Act::Succeed | Act::Fail | Act::Progress => matches!(state, Some(State::Running(_))),
            _ => matches!(state, Some(State::Assigned { .. })),
        }
    }

    /// Whose lease is spoken of: mostly one that the agent believes to hold, else an old one, another's, or none at all.
    fn lease(&mut self, op: Op) -> Option<HeldLease> {
        let held = &self.nodes[usize::from(op.who) % AGENTS].held;
        let which = usize::from(op.which);
        match op.how >> 4 {
            0 | 1 => (!self.issued.is_empty()).then(|| self.issued[which % self.issued.len()].1),
            2 if op.how & 15 < 2 => {
                self.job(op).map(|job| HeldLease { job, token: Token::from_random([op.how; 16]) })
            }
            // What came last is what is worked on.
            3..=9 => held.last().copied(),
            _ => (!held.is_empty()).then(|| held[which % held.len()]),
        }
    }

    /// What an agent says of a lease.
    pub(crate) async fn say(&mut self, op: Op) -> Acted {
        let again = self.said.filter(|_| self.repeated);
        let Some((who, lease)) = again.or_else(|| self.choose(op)) else {
            self.idle = true;
            return Ok(Expected::default());
        };
        let op = Op { who, ..op };
        self.said = Some((who, lease));
        let agent = self.nodes[usize::from(op.who) % AGENTS].id;
        let (event, told) = self.tell(op, agent, lease).await?;
        let Some(event) = event else { return Ok(Expected::default()) };
        let stolen = self.owners.get(&lease.token).is_some_and(|owner| *owner != agent);
        self.count(told, stolen);
        // Most agents let go of what is over; some say it again much later.
        let ends = matches!(op.act, Act::Succeed | Act::Fail | Act::Release | Act::Decline | Act::TakeBack);
        if (ends || matches!(told, Told::Refused(_)))
            && !op.lost
            && !op.how.is_multiple_of(4)
            && !self.wrong_state(op, lease)
        {
            let node = &mut self.nodes[usize::from(op.who) % AGENTS];
            node.held.retain(|held| *held != lease);
            node.ended.push(lease);
        }
        let valid =
            self.latest.jobs.get(&lease.job).and_then(|job| job.state.lease()).map(|lease| lease.token);
        let right = match told {
            Told::Done => !stolen && valid == Some(lease.token),
            Told::Foreign => stolen && valid == Some(lease.token),
            Told::Already => true,
            Told::Refused(_) => stolen || valid != Some(lease.token) || self.wrong_state(op, lease),
        };
        if !right {
            self.complaints.push(format!("{:?} of {} under its lease was told {told:?}", op.act, lease.job));
        }
        if stolen {
            return Ok(Expected::default());
        }
        let mut expected = Expected::one(lease.job, event);
        if let Event::Fail { token, code, kind, .. } = event {
            // Whether a larger agent takes jobs is the pair test's to tell.
            if kind == FailureKind::Memory {
                expected.add(lease.job, Event::Fail { token, code, kind, more_memory: true });
            }
        }
        Ok(expected)
    }

    fn wrong_state(&self, op: Op, lease: HeldLease) -> bool {
        let state = self.latest.jobs.get(&lease.job).map(|job| job.state);
        match op.act {
            Act::Succeed | Act::Fail => matches!(state, Some(State::Assigned { .. })),
            Act::Progress => matches!(state, Some(State::Assigned { accepted: false, .. })),
            Act::Decline | Act::TakeBack => matches!(state, Some(State::Running(_))),
            _ => false,
        }
    }

    fn count(&mut self, told: Told, stolen: bool) {
        self.tally.zombies += u64::from(matches!(told, Told::Refused(_)));
        self.tally.thefts += u64::from(stolen);
    }

    async fn tell(
        &mut self,
        op: Op,
        agent: AgentId,
        lease: HeldLease,
    ) -> Result<(Option<Event>, Told), StoreError> {
        let (store, token) = (self.store(op), lease.token);
        Ok(match op.act {
            Act::Accept => (Some(Event::Accept { token }), store.accept(agent, &lease).await?),
            Act::Start => (Some(Event::Start { token }), store.start(agent, &lease, 0).await?),
            Act::Release => (Some(Event::Release { token }), store.release(agent, &lease).await?),
            Act::Decline => (Some(Event::Decline { token }), store.decline(agent, &lease).await?),
            Act::TakeBack => (Some(Event::TakeBack { token }), store.take_back(agent, &lease).await?),
            Act::Succeed => {
                let told = store.succeed(agent, &lease, vec![], Timings::default()).await?;
                self.tally.succeeded += u64::from(told == Told::Done);
                (Some(Event::Succeed { token }), told)
            }
            Act::Fail => {
                let code = CODES[usize::from(op.how) % CODES.len()];
                let failure = Failure { code, message: "it broke".into(), hint: None, retryable: true };
                let told = store.fail(agent, &lease, failure, Duration::from_millis(RETRY_MS)).await?;
                let kind = FailureKind::of(code, true);
                (Some(Event::Fail { token, code, kind, more_memory: false }), told)
            }
            Act::Progress => {
                let fraction = f64::from(op.how % 4) / 4.0;
                let report = Progress {
                    seq: u64::from(op.which % 8),
                    phase: Phase::Denoise,
                    step: 1,
                    steps: 8,
                    fraction,
                };
                let told = match store.progress(agent, &lease, &report).await? {
                    Reported::Version(_) => Told::Done,
                    Reported::Told(told) => told,
                };
                (Some(Event::Progress { token, report }), told)
            }
            _ => {
                store.freed(agent, &lease).await?;
                self.nodes[usize::from(op.who) % AGENTS].held.retain(|held| *held != lease);
                (None, Told::Done)
            }
        })
    }

    pub(crate) async fn beat(&mut self, op: Op) -> Acted {
        let key = format!("agent:{}", self.nodes[usize::from(op.who) % AGENTS].id);
        let away = self.latest.field(&key, "nonce").is_none() || self.latest.field(&key, "closed").is_some();
        if away && !op.how.is_multiple_of(4) {
            // Most agents dial in again once they notice.
            return self.hello(Op { how: 1, ..op }).await;
        }
        let node = &self.nodes[usize::from(op.who) % AGENTS];
        let (agent, nonce, held) = (node.id, node.nonce, node.held.clone());
        let dropped = self.store(op).beat(agent, nonce, &held, &[]).await?;
        let mut expected = Expected::default();
        if let Some(dropped) = dropped {
            for lease in &held {
                expected.0.insert(lease.job, vec![]);
            }
            for lease in &held {
                if self.valid(agent, *lease) {
                    expected.0.insert(lease.job, vec![Event::Renew { token: lease.token }]);
                }
                if dropped.contains(lease) == self.valid(agent, *lease) {
                    self.complaints.push(format!("I8: a heartbeat was told {dropped:?}"));
                }
            }
            expected.0.retain(|_, events| !events.is_empty());
            // What is over is stopped.
            let node = &mut self.nodes[usize::from(op.who) % AGENTS];
            node.held.retain(|held| !dropped.contains(held));
        }
        Ok(expected)
    }

    fn valid(&self, agent: AgentId, lease: HeldLease) -> bool {
        let found = self.latest.jobs.get(&lease.job).and_then(|job| job.state.lease());
        found.is_some_and(|found| found.token == lease.token && found.agent == agent)
    }

    pub(crate) async fn hello(&mut self, op: Op) -> Acted {
        let nonce = Nonce::from_random(self.draw());
        let number = usize::from(op.who) % AGENTS;
        // A new program knows nothing of the leases of the one before.
        let restarted = op.how.is_multiple_of(3) && !self.repeated;
        let node = &mut self.nodes[number];
        if restarted {
            node.boot = node.boot.wrapping_add(AGENTS as u8);
            node.held.clear();
        }
        let (agent, boot, slots, held) = (node.id, node.boot, node.slots, node.held.clone());
        // The same hello again, if its answer was lost.
        let nonce = if self.repeated { node.nonce } else { nonce };
        node.nonce = nonce;
        let card = AgentCard {
            id: agent,
            boot: BootId::from_random([boot; 16]),
            name: "node".into(),
            version: "0.1.0".into(),
            gpus: vec![],
            memory_bytes: 1_000 * (number as u64 + 1),
            labels: BTreeMap::new(),
            price_per_hour: None,
        };
        let offers: Vec<Offer> = Workflow::ALL
            .into_iter()
            .map(|workflow| Offer {
                workflow,
                engine: "scripted".into(),
                classes: Class::all().into_iter().filter(|class| class.workflow() == workflow).collect(),
            })
            .collect();
        let same_boot = self.latest.field(&format!("agent:{agent}"), "boot") == Some(&card.boot.to_string());
        let already = self.latest.field(&format!("agent:{agent}"), "nonce") == Some(&nonce.to_string());
        let presence = Presence { nonce, identity: "", card: &card, offers: &offers, slots, held: &held };
        let greeting = self.store(op).hello(&presence).await?;
        let Greeting::Welcome(welcome) = greeting else { return Ok(Expected::default()) };
        let mut expected = Expected::default();
        if !already {
            for (job, token) in self.latest.places(agent) {
                let lease = HeldLease { job, token };
                // Of two leases of one job in a hello, the later one counts.
                let listed = held.iter().rfind(|held| held.job == job) == Some(&lease);
                if !listed && self.valid(agent, lease) {
                    let unheard =
                        matches!(self.latest.jobs[&job].state, State::Assigned { accepted: false, .. });
                    let event = if same_boot && unheard { Event::TakeBack { token } } else { Event::Bury };
                    expected.0.insert(job, vec![event]);
                }
            }
        }
        for lease in &held {
            let Some(job) = self.latest.jobs.get(&lease.job) else { continue };
            if expected.0.contains_key(&lease.job) {
                continue;
            }
            let renewed = welcome.keep.iter().find(|kept| kept.job == lease.job && kept.token != lease.token);
            if self.valid(agent, *lease) {
                let token = lease.token;
                let events = match job.state {
                    State::Assigned { accepted: false, .. } => vec![Event::Accept { token }],
                    _ => vec![Event::Renew { token }],
                };
                expected.0.insert(lease.job, events);
            } else if let (Some(kept), Some((lost, Ended::Lost))) = (renewed, job.ended)
                && lost == lease.token
            {
                let event = Event::Readopt { agent, lost, token: kept.token };
                expected.0.insert(lease.job, vec![event]);
                self.owners.insert(kept.token, agent);
                self.issued.push((agent, *kept));
            }
        }
        self.nodes[number].held = welcome.keep;
        Ok(expected)
    }

    pub(crate) async fn judge(&mut self, op: Op) -> Acted {
        let verdict = self.store(op).judge().await?;
        let reaper = &mut self.reapers[usize::from(op.who >> 4) % 2];
        if let Verdict::Due { leases, agents } = verdict {
            (reaper.leases, reaper.agents) = (leases, agents);
        }
        Ok(Expected::default())
    }

    /// A reaper takes up what it read some time ago, or an agent says goodbye.
    pub(crate) async fn lose(&mut self, op: Op) -> Acted {
        let store = self.store(op);
        let reaper = &mut self.reapers[usize::from(op.who >> 4) % 2];
        let mut own_word = None;
        let agent = if op.act == Act::Goodbye {
            let node = &self.nodes[usize::from(op.who) % AGENTS];
            own_word = Some(node.nonce);
            Some(node.id)
        } else if let Some(job) = (!self.repeated).then(|| reaper.leases.pop()).flatten() {
            let agent = self.latest.jobs.get(&job).and_then(|job| job.state.lease()).map(|lease| lease.agent);
            let undelivered = !agent.is_some_and(|agent| self.replica_lives(agent));
            let mercy = self.latest.mercy();
            self.tally.reaped += u64::from(store.lapse(job).await?);
            let expected = Expected::one(job, Event::Lapse { undelivered });
            return Ok(if mercy { Expected::default() } else { expected });
        } else {
            reaper.agents.pop()
        };
        let Some(agent) = agent else {
            self.idle = true;
            return Ok(Expected::default());
        };
        let mut expected = Expected::default();
        if let Some(requeued) = store.bury(agent, own_word).await? {
            for (job, token) in self.latest.places(agent) {
                if self.valid(agent, HeldLease { job, token }) {
                    expected.add(job, Event::Bury);
                }
            }
            if expected.0.len() as u64 != requeued {
                self.complaints
                    .push(format!("{agent} had {} jobs, and {requeued} went back", expected.0.len()));
            }
            self.tally.reaped += requeued;
            let silent =
                self.latest.number("agents", &agent.to_string()).unwrap_or(0) <= self.latest.now + 50;
            if own_word.is_none() && (!silent || self.latest.mercy()) {
                self.complaints.push(format!("{agent} was buried too early"));
            }
        }
        Ok(expected)
    }
}
