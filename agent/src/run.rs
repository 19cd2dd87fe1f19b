//! The loop: events go to [`crate::decide`], its commands to whoever can carry them out.

use std::{
    collections::HashMap,
    env, io,
    path::PathBuf,
    process,
    time::{Duration, Instant},
};

use spool_faults::{Point, pass};
use spool_shared::{
    ids::BootId,
    protocol::{AgentCard, FromAgent},
};
use tokio::{
    signal::unix::{SignalKind, signal},
    task::AbortHandle,
    time::sleep,
};
use tracing::{Instrument as _, info, info_span};

use crate::{
    command::Command,
    config::{Config, ConfigError},
    decide::{self, Moment},
    event::{Event, Events, Inbox},
    fetch::Fetcher,
    gpu::{self, Inventory},
    identity::{Identity, IdentityError},
    link::{BulkHandle, Outbox, bulk::Bulk, control::Control, dial::Dialer},
    memory,
    result::Storing,
    scratch::{self, Scratch, work_folder},
    state::{AgentState, WorkId},
    tasks::Tasks,
    tls,
    worker::{SlotHandle, process::Launch, supervisor::Supervisor},
};

/// For tasks and workers to end once nothing is held any more.
const ENDS_WITHIN: Duration = Duration::from_secs(10);
/// Between two tries to remove a folder.
const CLEANS_AGAIN: Duration = Duration::from_millis(100);

/// Why an agent ends before anybody asked it to.
#[derive(Debug, thiserror::Error)]
pub enum Fatal {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error("The agent needs a temporary folder: {0}.")]
    Scratch(io::Error),
    #[error("The agent cannot listen for signals: {0}.")]
    Signals(io::Error),
    #[error("The agent cannot make HTTP requests: {0}.")]
    Http(#[from] reqwest::Error),
    #[error("{0}")]
    Worker(String),
}

/// Runs an agent until a signal ends it.
pub async fn run(config: Config) -> Result<(), Fatal> {
    let identity = Identity::claim(&config.id_file, rand::random())?;
    let span = info_span!("agent", agent.id = %identity.id);
    let scratch = Scratch::create(&env::temp_dir()).map_err(Fatal::Scratch)?;
    let (events, inbox) = Events::new();
    let tasks = Tasks::default();
    async {
        listen_for_signals(&events, &tasks)?;
        let mut agent = Agent::new(&config, &identity, &scratch, events, tasks)?;
        let ended = agent.live(inbox).await;
        agent.end().await;
        info!("The agent ends");
        ended
    }
    .instrument(span)
    .await
}

fn listen_for_signals(events: &Events, tasks: &Tasks) -> Result<(), Fatal> {
    // By default the first file that is over the limit of its size ends the program. Once somebody has listened, the
    // write fails instead, as on a full disk.
    drop(signal(SignalKind::from_raw(nix::sys::signal::Signal::SIGXFSZ as i32)).map_err(Fatal::Signals)?);
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let mut signals = signal(kind).map_err(Fatal::Signals)?;
        let (events, ending) = (events.clone(), tasks.ending());
        tasks.spawn("signals", async move {
            let mut ending = std::pin::pin!(ending);
            loop {
                tokio::select! {
                    received = signals.recv() => match received {
                        Some(()) => events.tell(Event::Signal).await,
                        None => return,
                    },
                    () = &mut ending => return,
                }
            }
        });
    }
    Ok(())
}

struct Agent {
    state: AgentState,
    slots: HashMap<u32, SlotHandle>,
    outbox: Outbox,
    bulk: BulkHandle,
    dialer: Dialer,
    fetcher: Fetcher,
    stall: Duration,
    jobs: PathBuf,
    /// Fetching and storing, by work: at most one of them at a time.
    under_way: HashMap<WorkId, AbortHandle>,
    events: Events,
    tasks: Tasks,
}

impl Agent {
    fn new(
        config: &Config,
        identity: &Identity,
        scratch: &Scratch,
        events: Events,
        tasks: Tasks,
    ) -> Result<Self, Fatal> {
        let tls = tls::for_address(&config.server)?;
        let gpus = gpu::inventory();
        let slots = config.slots.unwrap_or_else(|| gpus.default_slots());
        let card = AgentCard {
            id: identity.id,
            boot: BootId::from_random(rand::random()),
            name: config.name.clone(),
            version: env!("CARGO_PKG_VERSION").into(),
            gpus: gpus.devices.iter().map(|device| device.gpu.clone()).collect(),
            memory_bytes: gpus.memory_bytes().unwrap_or_else(memory::total_bytes),
            labels: config.labels.clone(),
            price_per_hour: config.price_per_hour,
        };
        let dialer = Dialer {
            address: config.server.clone(),
            agent: Some(identity.id),
            token: config.token.clone(),
            tls: tls.clone(),
        };
        let mut agent = Self {
            state: AgentState::new(card, slots, scratch.jobs(), config.drain),
            slots: HashMap::new(),
            outbox: Outbox::default(),
            bulk: BulkHandle::default(),
            dialer,
            fetcher: Fetcher::new(config.server.clone(), identity.id, config.token.clone(), tls)?,
            stall: config.stalls.upload,
            jobs: scratch.jobs(),
            under_way: HashMap::new(),
            events,
            tasks,
        };
        for slot in 0..slots {
            agent.open_slot(config, &gpus, slot, scratch.slot(slot));
        }
        let watched = (0..slots).filter_map(|slot| Some((slot, gpus.of_slot(slot)?.gpu.index)));
        gpu::watch(watched.collect(), agent.events.clone());
        info!(name = config.name, slots, engines = config.engines.as_str(), "The agent starts");
        Ok(agent)
    }

    fn open_slot(&mut self, config: &Config, gpus: &Inventory, slot: u32, folder: PathBuf) {
        let launch = Launch {
            python: config.python.clone(),
            engines: config.engines.as_str().to_owned(),
            slot,
            gpu: gpus.of_slot(slot).map(|device| device.uuid.clone()),
            folder,
        };
        let (supervisor, handle) =
            Supervisor::new(launch, config.stalls, self.events.clone(), self.tasks.clone());
        self.tasks.spawn("slot", supervisor.run());
        handle.start(Duration::ZERO);
        self.slots.insert(slot, handle);
    }

    /// Until everything is given back.
    async fn live(&mut self, mut inbox: Inbox) -> Result<(), Fatal> {
        while let Some(event) = inbox.next().await {
            let moment = Moment { now: Instant::now(), chance: rand::random() };
            for command in decide::on_event(&mut self.state, event, moment) {
                match command {
                    Command::Leave => return Ok(()),
                    Command::Abort(sentence) => return Err(Fatal::Worker(sentence)),
                    other => self.carry_out(other),
                }
            }
            self.outbox.set_holding(!self.state.leases().is_empty());
        }
        Ok(())
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Dial => self.dial(),
            Command::Say(message) => self.outbox.say(message),
            Command::Report { job, token, progress } => self.outbox.report(job, token, progress),
            Command::Show(preview) => self.bulk.show(preview),
            Command::Run { slot, run, pixels } => {
                pass(Point::AgentFetched);
                self.order(slot, |slot| slot.run(run, pixels));
            }
            Command::Cancel { slot } => self.order(slot, SlotHandle::cancel),
            Command::Kill { slot } => self.order(slot, SlotHandle::kill),
            Command::Start { slot, after } => self.order(slot, |slot| slot.start(after)),
            Command::Forget { work } => self.forget(work),
            Command::Fetch { work, job, token, inputs } => {
                let (fetcher, events, folder) =
                    (self.fetcher.clone(), self.events.clone(), self.folder(work));
                // Here and not in the task: what a task has begun on a disk is done even when it is aborted, and the
                // folder would be there again after it was removed.
                let made = std::fs::create_dir_all(&folder);
                self.start(work, "fetch", async move {
                    let ended = match made {
                        Ok(()) => fetcher.fetch(job, token, &inputs, &folder).await,
                        Err(error) => Err(error.into()),
                    };
                    let event = match ended {
                        Ok(inputs) => Event::Fetched { work, inputs },
                        Err(error) => {
                            let fault = error.is_of_this_node();
                            Event::NotFetched { work, why: error.to_string(), fault }
                        }
                    };
                    events.tell(event).await;
                });
            }
            Command::Store { work, run, job, token, files } => {
                let (folder, bulk, events) = (self.folder(work), self.bulk.clone(), self.events.clone());
                let storing = Storing { work, run, job, token, files, folder, bulk, events };
                self.start(work, "store", storing.run());
            }
            Command::Test => {
                let (events, folder) = (self.events.clone(), self.jobs.clone());
                self.tasks.spawn("test", async move {
                    let written = scratch::test(&folder).await.map_err(|error| error.to_string());
                    events.tell(Event::Tested(written)).await;
                });
            }
            Command::Wake { after, wake } => {
                let (events, ending) = (self.events.clone(), self.tasks.ending());
                self.tasks.spawn("timer", async move {
                    tokio::select! {
                        () = sleep(after) => events.tell(Event::Wake(wake)).await,
                        () = ending => {}
                    }
                });
            }
            // They end the loop.
            Command::Leave | Command::Abort(_) => {}
        }
    }

    fn dial(&self) {
        let control = Control {
            dialer: self.dialer.clone(),
            outbox: self.outbox.clone(),
            bulk: self.bulk.clone(),
            events: self.events.clone(),
            tasks: self.tasks.clone(),
        };
        let bulk = Bulk {
            dialer: self.dialer.clone(),
            handle: self.bulk.clone(),
            stall: self.stall,
            tasks: self.tasks.clone(),
        };
        self.tasks.spawn("control", control.run());
        self.tasks.spawn("bulk", bulk.run());
    }

    fn order(&self, slot: u32, order: impl FnOnce(&SlotHandle)) {
        if let Some(slot) = self.slots.get(&slot) {
            order(slot);
        }
    }

    fn start(&mut self, work: WorkId, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let handle = self.tasks.spawn(name, task).abort_handle();
        if let Some(earlier) = self.under_way.insert(work, handle) {
            earlier.abort();
        }
    }

    fn forget(&mut self, work: WorkId) {
        if let Some(task) = self.under_way.remove(&work) {
            task.abort();
        }
        let folder = self.folder(work);
        self.tasks.spawn("clean", async move {
            // A task that was aborted may still make its file while the folder is emptied, and a program that may open no
            // more files can empty none. A job that was never begun has no folder.
            while let Err(error) = tokio::fs::remove_dir_all(&folder).await
                && error.kind() != io::ErrorKind::NotFound
            {
                sleep(CLEANS_AGAIN).await;
            }
        });
    }

    fn folder(&self, work: WorkId) -> PathBuf {
        work_folder(&self.jobs, work)
    }

    /// Says what is left to say, ends the workers, and waits for everything.
    async fn end(&mut self) {
        self.outbox.say(FromAgent::Bye {});
        self.outbox.close();
        for task in self.under_way.values() {
            task.abort();
        }
        for slot in self.slots.values() {
            slot.leave();
        }
        self.tasks.finish(ENDS_WITHIN).await;
        info!(pid = process::id(), "Everything has ended");
    }
}
