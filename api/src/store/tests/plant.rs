//! A job of the model as the keys that should stand in Redis for it.

use spool_shared::{
    ids::{AgentId, JobId, Nonce, Token},
    job::{Ended, Job, Place, State},
};

use super::raw::{Raw, Raws};

pub(super) const CLASS: &str = "i2v.480p.81.lightning";
pub(super) const LANE: &str = "i2v.480p.81.lightning/normal/-";
/// What the rank of a job in its lane has more than that of a requeued one.
pub(super) const AFTER_AGAIN: u64 = 4_000_000_000_000_000;
pub(super) const REPLICA: &str = "07070707-0707-4707-8707-070707070707";

pub(super) fn job_id() -> JobId {
    JobId::from_random([1; 16])
}
pub(super) fn agent() -> AgentId {
    AgentId::from_random([2; 16])
}
pub(super) fn larger_agent() -> AgentId {
    AgentId::from_random([3; 16])
}
pub(super) fn nonce() -> Nonce {
    Nonce::from_random([4; 16])
}
pub(super) fn token(byte: u8) -> Token {
    Token::from_random([byte; 16])
}

/// The job and what stands around it.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact of the world, not a state")]
pub(super) struct World {
    pub(super) start: u64,
    pub(super) session: String,
    /// `None` once the job was forgotten.
    pub(super) job: Option<Job>,
    /// The record names an agent, and the slot.
    pub(super) seat: bool,
    pub(super) slot: bool,
    pub(super) connected: bool,
    /// The replica that the agent is connected to lives.
    pub(super) replica_lives: bool,
    /// A second agent that offers the class has more memory.
    pub(super) larger: bool,
    pub(super) buried: bool,
    pub(super) presence_until: u64,
    /// The place of a canceled lease that the agent has not given back.
    pub(super) place: Option<Token>,
    pub(super) unserved: Option<u64>,
    pub(super) served: u64,
    pub(super) done: u64,
    pub(super) failed: u64,
    /// The failure counts against the agent.
    pub(super) blamed: bool,
    /// What everyone heard: the word, the job's version and status.
    pub(super) events: Vec<(String, u64, String)>,
    /// What the agent's replica has to tell: the word and the token.
    pub(super) mail: Vec<(String, Token)>,
}

fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

impl World {
    pub(super) fn raws(&self) -> Raws {
        let mut raws = Raws::new();
        let mut put = |key: &str, raw: Raw| {
            raws.insert(key.to_owned(), (raw, false));
        };
        let start = self.start.to_string();
        put("session", Raw::Hash(pairs(&[("id", &self.session), ("schema", "3"), ("created", &start)])));
        put("judge", Raw::Hash(pairs(&[("passed_at", &start), ("mercy_until", "0")])));
        put("counters", Raw::Hash(self.counters()));
        if let Some(since) = self.unserved {
            put("unserved", Raw::Hash(vec![(CLASS.to_owned(), since.to_string())]));
        }
        if !self.events.is_empty() {
            put("events", Raw::Stream(self.event_entries()));
        }
        if self.replica_lives {
            put(&format!("replica:{REPLICA}"), Raw::Text("1".into()));
        }
        self.put_agents(&mut raws);
        if self.done > 0 {
            raws.insert(format!("durations:{CLASS}"), (Raw::Text("(present)".into()), false));
        }
        if self.blamed {
            let failures = Raw::Sorted(vec![(job_id().to_string(), self.start)]);
            raws.insert(format!("agent:{}:failures", agent()), (failures, true));
        }
        match &self.job {
            Some(job) => self.put_job(&mut raws, job),
            None => {
                raws.insert(format!("gone:{}", job_id()), (Raw::Text("-".into()), true));
            }
        }
        if !self.mail.is_empty() {
            let entries = self.mail.iter().map(|(what, token)| {
                let (agent, nonce, job, token) =
                    (agent().to_string(), nonce().to_string(), job_id().to_string(), token.reveal());
                let fields = [
                    ("what", what.as_str()),
                    ("agent", &agent),
                    ("nonce", &nonce),
                    ("job", &job),
                    ("token", &token),
                ];
                (format!("{start}-0"), pairs(&fields))
            });
            raws.insert(format!("mail:{REPLICA}"), (Raw::Stream(entries.collect()), true));
        }
        raws
    }

    fn counters(&self) -> Vec<(String, String)> {
        let mut counters = pairs(&[("submitted", "1")]);
        if let Some(job) = &self.job {
            counters.push((job.state.status().to_string(), "1".into()));
            if let State::Queued(Place::Delayed(_)) = job.state {
                counters.push((format!("delayed:{CLASS}"), "1".into()));
            }
            if matches!(job.state, State::Queued(_)) {
                counters.push(("queued:-".into(), "1".into()));
            }
        }
        for (name, number) in [("served", self.served), ("events", self.events.len() as u64)] {
            if number > 0 {
                counters.push((name.into(), number.to_string()));
            }
        }
        counters
    }

    fn event_entries(&self) -> Vec<(String, Vec<(String, String)>)> {
        let entries = (1..).zip(&self.events).map(|(number, (what, version, status))| {
            let (job, version) = (job_id().to_string(), version.to_string());
            let fields = [
                ("job", job.as_str()),
                ("owner", "-"),
                ("what", what),
                ("version", &version),
                ("status", status),
            ];
            (format!("{number}-0"), pairs(&fields))
        });
        entries.collect()
    }

    fn put_agents(&self, raws: &mut Raws) {
        let mut put = |key: String, raw: Raw| raws.insert(key, (raw, false));
        if !self.connected {
            return;
        }
        let holding =
            self.job.as_ref().and_then(|job| job.state.lease()).map(|lease| lease.token).or(self.place);
        if let Some(token) = holding.filter(|_| !self.buried) {
            let places = vec![(job_id().to_string(), token.reveal())];
            put(format!("agent:{}:places", agent()), Raw::Hash(places));
        }
        let mut live = vec![(larger_agent(), 2_000, self.larger)];
        live.push((agent(), 1_000, !self.buried));
        live.retain(|(_, _, present)| *present);
        let sorted = |scores: Vec<(String, u64)>| Raw::Sorted(scores);
        let free: Vec<(String, u64)> = live
            .iter()
            .filter(|(id, ..)| *id != agent() || holding.is_none())
            .map(|(id, ..)| (id.to_string(), if *id == agent() { self.served } else { 0 }))
            .collect();
        if !free.is_empty() {
            put("free:p".into(), sorted(free));
        }
        if !live.is_empty() {
            put(
                "agents".into(),
                sorted(live.iter().map(|(id, ..)| (id.to_string(), self.presence_until)).collect()),
            );
            put(
                "memory".into(),
                sorted(live.iter().map(|(id, memory, _)| (id.to_string(), *memory)).collect()),
            );
            put(format!("offers:{CLASS}"), Raw::Hash(vec![("p".into(), live.len().to_string())]));
        }
        if self.larger {
            put(format!("agent:{}", larger_agent()), Raw::Hash(self.presence(2_000, true, 0)));
        }
        let own = Raw::Hash(self.presence(1_000, !self.buried, self.served));
        raws.insert(format!("agent:{}", agent()), (own, self.buried));
        if self.buried {
            raws.insert("lost".into(), (Raw::Sorted(vec![(agent().to_string(), self.start)]), false));
        }
    }

    fn presence(&self, memory: u64, live: bool, served: u64) -> Vec<(String, String)> {
        let (memory, served, seen) = (memory.to_string(), served.to_string(), self.start.to_string());
        let mut fields = pairs(&[
            ("name", "node"),
            ("memory", &memory),
            ("classes", CLASS),
            ("healthy", "1"),
            ("slots", "1"),
            ("draining", "0"),
            ("served", &served),
            ("seen", &seen),
            ("engine.i2v", "scripted"),
        ]);
        let nonce = nonce().to_string();
        if live {
            fields.extend(pairs(&[
                ("nonce", &nonce),
                ("profile", "p"),
                ("replica", REPLICA),
                ("serves", "1"),
            ]));
        }
        for (name, number) in [("done", self.done), ("failed", self.failed)] {
            if number > 0 && memory == "1000" {
                fields.push((name.into(), number.to_string()));
            }
        }
        if self.done > 0 && memory == "1000" {
            fields.push(("pace".into(), "(present)".into()));
        }
        fields
    }

    fn put_job(&self, raws: &mut Raws, job: &Job) {
        let id = job_id().to_string();
        let mut put = |key: String, raw: Raw| raws.insert(key, (raw, false));
        put(format!("job:{id}"), Raw::Hash(self.record(job)));
        put(format!("job:{id}:input"), Raw::Text(r#"{"params":{},"inputs":[]}"#.into()));
        if matches!(job.state, State::Succeeded(_) | State::Failed(_)) {
            put(format!("job:{id}:output"), Raw::Text("(present)".into()));
        }
        put("jobs:-".into(), Raw::Sorted(vec![(id.clone(), 1)]));
        if let Some(lease) = job.state.lease() {
            put("leases".into(), Raw::Sorted(vec![(id.clone(), lease.deadline)]));
        }
        if let Some(finished) = job.finished_at {
            put("finished".into(), Raw::Sorted(vec![(id.clone(), finished)]));
        }
        match job.state {
            State::Queued(Place::Delayed(due)) => {
                put("delayed".into(), Raw::Sorted(vec![(id, due)]));
            }
            State::Queued(place) => {
                let stream = if place == Place::Again { "again" } else { "lane" };
                let rank = self.start * 1_000 + if place == Place::Again { 0 } else { AFTER_AGAIN };
                put(format!("order:{LANE}"), Raw::Sorted(vec![(id.clone(), rank)]));
                let entry = (format!("{}-0", self.start), vec![("job".to_owned(), id)]);
                put(format!("{stream}:{LANE}"), Raw::Stream(vec![entry]));
                put(format!("turns:{CLASS}:normal"), Raw::Sorted(vec![(LANE.into(), 0)]));
                put("waiting:normal".into(), Raw::Sorted(vec![(CLASS.into(), 0)]));
                put("heads".into(), Raw::Sorted(vec![(LANE.into(), self.start)]));
            }
            _ => {}
        }
    }

    fn record(&self, job: &Job) -> Vec<(String, String)> {
        let mut fields: Vec<(String, String)> = pairs(&[
            ("status", job.state.status().as_str()),
            ("workflow", "i2v"),
            ("class", CLASS),
            ("priority", "normal"),
            ("owner", "-"),
        ]);
        let mut set = |name: &str, value: String| fields.push((name.to_owned(), value));
        set("version", job.version.to_string());
        set("created", job.created_at.to_string());
        let counters = job.counters;
        for (name, number) in [
            ("attempts", counters.attempts),
            ("failures", counters.failures),
            ("losses", counters.losses),
            ("bounces", counters.bounces),
            ("drains", counters.drains),
        ] {
            if number > 0 {
                set(name, number.to_string());
            }
        }
        if let Some((token, how)) = job.ended {
            set("last_token", token.reveal());
            set("last_agent", agent().to_string());
            set("last_end", Ended::as_str(how).to_owned());
        }
        if let Some(token) = job.back {
            set("back", token.reveal());
        }
        if let Some(avoid) = job.avoid {
            set("avoid_agent", avoid.agent.to_string());
            set("avoid_until", avoid.until.to_string());
        }
        if let Some(progress) = job.progress {
            set("seq", progress.seq.to_string());
            set("phase", progress.phase.to_string());
            set("step", progress.step.to_string());
            set("steps", progress.steps.to_string());
            set("fraction", progress.fraction.to_string());
            set("reported", self.start.to_string());
        }
        if let Some(at) = job.started_at {
            set("started", at.to_string());
        }
        if let Some(at) = job.finished_at {
            set("finished", at.to_string());
        }
        if self.seat {
            set("agent", agent().to_string());
            set("agent_name", "node".into());
            set("engine", "scripted".into());
        }
        if self.slot {
            set("slot", "0".into());
            set("began", self.start.to_string());
        }
        match job.state {
            State::Queued(Place::Delayed(_)) => set("place", "delayed".into()),
            State::Queued(place) => {
                set("place", if place == Place::Again { "again" } else { "lane" }.into());
                set("entry", format!("{}-0", self.start));
            }
            State::Assigned { lease, accepted } => {
                set("token", lease.token.reveal());
                if accepted {
                    set("accepted", "1".into());
                }
            }
            State::Running(lease) => set("token", lease.token.reveal()),
            State::Succeeded(token) => set("result", token.reveal()),
            State::Failed(code) => set("code", code.to_string()),
            State::Canceled => {}
        }
        fields
    }
}
