//! An agent in the head: its state, its clock, and what it wants done.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use spool_agent::{
    command::Command,
    decide::{Moment, on_event},
    event::Event,
    state::{AgentState, Assignment, Stage, WorkId},
    worker::{
        FromWorker, WorkerEvent,
        protocol::{Hello, OutputFile, VERSION, WorkerTimings},
    },
};
use spool_shared::{
    class::Class,
    ids::{AgentId, BootId, JobId, SessionId, Token},
    protocol::{AgentCard, FromAgent, HeldLease, InputRef, Offer, Output, ToAgent},
    workflow::Workflow,
};

pub(crate) struct World {
    pub(crate) state: AgentState,
    pub(crate) now: Instant,
}

impl World {
    /// An agent whose workers have not said anything yet.
    pub(crate) fn new(slots: u32) -> Self {
        let card = AgentCard {
            id: AgentId::from_random([3; 16]),
            boot: BootId::from_random([4; 16]),
            name: "attic".into(),
            version: "0.1.0".into(),
            gpus: vec![],
            memory_bytes: 1 << 30,
            labels: BTreeMap::new(),
            price_per_hour: None,
        };
        let state = AgentState::new(card, slots, "/jobs".into(), Duration::from_mins(10));
        Self { state, now: Instant::now() }
    }

    /// An agent with ready workers and a welcome.
    pub(crate) fn serving(slots: u32) -> Self {
        let mut world = Self::new(slots);
        for slot in 0..slots {
            world.ready(slot);
        }
        world.on(Event::LinkOpened);
        world.welcome(vec![], vec![]);
        world
    }

    pub(crate) fn on(&mut self, event: Event) -> Vec<Command> {
        on_event(&mut self.state, event, Moment { now: self.now, chance: 1.0 })
    }

    /// What it says to the API about an event.
    pub(crate) fn says(&mut self, event: Event) -> Vec<FromAgent> {
        said(self.on(event))
    }

    pub(crate) fn hears(&mut self, message: ToAgent) -> Vec<FromAgent> {
        self.says(Event::Said(message))
    }

    pub(crate) fn welcome(&mut self, keep: Vec<HeldLease>, drop: Vec<HeldLease>) -> Vec<Command> {
        self.on(Event::Said(ToAgent::Welcome {
            session: SessionId::from_random([9; 16]),
            heartbeat_ms: 5000,
            dead_after_ms: 20_000,
            chunk_bytes: 1,
            window_bytes: 1,
            keep,
            drop,
        }))
    }

    pub(crate) fn ready(&mut self, slot: u32) -> Vec<Command> {
        let offers = vec![Offer {
            workflow: Workflow::I2v,
            engine: "scripted".into(),
            classes: vec![assignment().class],
        }];
        let hello = Hello { protocol: VERSION, pid: 1, version: "0.1.0".into(), offers, missing: vec![] };
        self.worker(slot, WorkerEvent::Ready(hello))
    }

    pub(crate) fn worker(&mut self, slot: u32, event: WorkerEvent) -> Vec<Command> {
        self.on(Event::Worker { slot, event })
    }

    pub(crate) fn worker_says(&mut self, slot: u32, message: FromWorker) -> Vec<Command> {
        self.worker(slot, WorkerEvent::Said(message))
    }

    /// Hands a job out that needs no input.
    pub(crate) fn assign(&mut self, number: u8) -> Vec<Command> {
        self.on(Event::Said(assign(number, vec![], false)))
    }

    /// A job that its worker has begun, on the slot that it got.
    pub(crate) fn running(&mut self, number: u8) -> u32 {
        let slot = slot_of(&self.assign(number)).unwrap();
        self.worker_says(slot, FromWorker::Started { job: job(number) });
        slot
    }

    /// A job whose worker has made a result that is not stored yet.
    pub(crate) fn storing(&mut self, number: u8) -> WorkId {
        let slot = self.running(number);
        self.worker_says(slot, made(number));
        self.work(number)
    }

    /// A job whose result is stored and told.
    pub(crate) fn finished(&mut self, number: u8) -> WorkId {
        let work = self.storing(number);
        self.stored(work);
        work
    }

    /// The files of the newest run at storing a work's result are stored.
    pub(crate) fn stored(&mut self, work: WorkId) -> Vec<FromAgent> {
        let run = self.state.works.get(&work).unwrap().store_run;
        self.says(Event::Stored { work, run, outputs: vec![output()], upload_ms: 5 })
    }

    /// The newest work of a job.
    pub(crate) fn work(&self, number: u8) -> WorkId {
        self.state.works.values().rfind(|work| work.job == job(number)).unwrap().id
    }

    pub(crate) fn stage(&self, number: u8) -> &Stage {
        &self.state.works.get(&self.work(number)).unwrap().stage
    }

    pub(crate) fn pass(&mut self, time: Duration) {
        self.now += time;
    }
}

pub(crate) fn said(commands: Vec<Command>) -> Vec<FromAgent> {
    let said = commands.into_iter().filter_map(|command| match command {
        Command::Say(message) => Some(message),
        _ => None,
    });
    said.collect()
}

/// The slot whose worker was given a job.
pub(crate) fn slot_of(commands: &[Command]) -> Option<u32> {
    commands.iter().find_map(|command| match command {
        Command::Run { slot, .. } => Some(*slot),
        _ => None,
    })
}

pub(crate) fn job(number: u8) -> JobId {
    JobId::from_random([number; 16])
}

pub(crate) fn token(number: u8) -> Token {
    Token::from_random([number; 16])
}

pub(crate) fn held(number: u8) -> HeldLease {
    HeldLease { job: job(number), token: token(number) }
}

pub(crate) fn assignment() -> Assignment {
    let params = json!({ "prompt": "", "width": 832, "height": 480, "num_frames": 81 });
    let Value::Object(params) = params else { unreachable!() };
    Assignment {
        attempt: 1,
        workflow: Workflow::I2v,
        class: "i2v.480p.81.lightning".parse().unwrap(),
        params,
        inputs: vec![],
        staged: false,
    }
}

pub(crate) fn assign(number: u8, inputs: Vec<InputRef>, staged: bool) -> ToAgent {
    let Assignment { attempt, workflow, class, params, .. } = assignment();
    ToAgent::Assign {
        job: job(number),
        token: token(number),
        attempt,
        workflow,
        class,
        params,
        inputs,
        staged,
    }
}

pub(crate) fn input() -> InputRef {
    InputRef {
        index: 0,
        content_type: "image/png".into(),
        bytes: 1,
        sha256: "ab".repeat(32),
        width: 8,
        height: 8,
        orientation: 1,
    }
}

pub(crate) fn made(number: u8) -> FromWorker {
    let file = OutputFile {
        path: "/jobs/0/out/clip.mp4".into(),
        content_type: "video/mp4".into(),
        width: 832,
        height: 480,
        frames: Some(81),
        fps: Some(16),
        poster: None,
    };
    FromWorker::Succeeded {
        job: job(number),
        outputs: vec![file],
        timings: WorkerTimings::default(),
        warm: vec![assignment().class],
    }
}

pub(crate) fn output() -> Output {
    Output {
        index: 0,
        content_type: "video/mp4".into(),
        bytes: 1,
        sha256: "ab".repeat(32),
        width: 832,
        height: 480,
        frames: Some(81),
        fps: Some(16),
        poster: None,
    }
}

pub(crate) fn accepted(number: u8) -> FromAgent {
    FromAgent::Accepted { job: job(number), token: token(number) }
}

/// What an agent says that takes jobs.
pub(crate) fn slots(healthy: u32, warm: Vec<Class>) -> FromAgent {
    FromAgent::Slots { healthy, warm, draining: false, pause: None }
}

/// What an agent says that was told to take nothing new.
pub(crate) fn drained() -> FromAgent {
    FromAgent::Slots { healthy: 0, warm: vec![], draining: true, pause: None }
}

pub(crate) fn started(number: u8, slot: u32) -> FromAgent {
    FromAgent::Started { job: job(number), token: token(number), slot }
}
