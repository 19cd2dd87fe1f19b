//! What workers say, and their ends.

use spool_shared::{
    job::{FailureCode, Phase, Progress},
    protocol::{BulkFromAgent, DeclineReason, FromAgent, Offer},
};
use tracing::{error, info, warn};

use super::Turn;
use crate::{
    command::Command,
    state::{Failure, Link, Made, Mode, Place, Stage, WorkId},
    worker::{
        Exit, FromWorker, WorkerEvent,
        protocol::{Hello, Missing, failure_code},
    },
};

/// The longest message and hint of a failure, characters.
const MAX_MESSAGE: usize = 1000;
const MAX_HINT: usize = 300;

impl Turn<'_> {
    pub(super) fn on_worker(&mut self, slot: u32, event: WorkerEvent) {
        match event {
            WorkerEvent::Ready(hello) => self.on_worker_ready(slot, hello),
            WorkerEvent::Said(message) => self.on_worker_message(slot, message),
            WorkerEvent::Exited(exit) => self.on_worker_exit(slot, &exit),
        }
    }

    fn on_worker_ready(&mut self, index: u32, hello: Hello) {
        if hello.offers.is_empty() && self.state.offers.is_empty() {
            return self.out.push(Command::Abort(nothing_to_offer(&hello.missing)));
        }
        let Some(slot) = self.state.slot(index) else { return };
        slot.place = Place::Ready;
        info!(slot = index, pid = hello.pid, version = hello.version, "The worker is ready");
        if self.state.offers.is_empty() {
            for absent in &hello.missing {
                warn!(workflow = %absent.workflow, engine = absent.engine, "Not offered here: {}", absent.why);
            }
            self.state.offers = hello.offers;
            info!(offers = %summary(&self.state.offers), "The agent knows what it offers");
            self.out.push(Command::Dial);
        }
        self.worker_proves_itself();
    }

    fn on_worker_message(&mut self, index: u32, message: FromWorker) {
        let Some(id) = self.state.slot(index).and_then(|slot| slot.place.work()) else { return };
        match message {
            FromWorker::Hello(_) => {}
            FromWorker::Started { .. } => self.on_started(id),
            FromWorker::Progress { phase, step, steps, fraction, .. } => {
                self.on_progress(id, phase, step, steps, fraction);
            }
            FromWorker::Preview { content_type, width, height, bytes, .. } => {
                self.on_preview(id, content_type, width, height, bytes);
            }
            FromWorker::Succeeded { outputs, timings, warm, .. } => {
                if let Some(slot) = self.state.slot(index) {
                    slot.warm = warm.into_iter().collect();
                }
                if self.worker_is_free(index, id) {
                    self.on_made(id, Made { files: outputs, timings });
                }
            }
            FromWorker::Failed { code, message, hint, retryable, .. } => {
                if self.worker_is_free(index, id) {
                    let (code, hint) = (failure_code(&code), hint.map(|hint| shortened(hint, MAX_HINT)));
                    let message = shortened(message, MAX_MESSAGE);
                    self.on_reported(id, Failure { code, message, hint, retryable });
                }
            }
            FromWorker::Canceled { .. } => {
                if self.worker_is_free(index, id) {
                    let message = "The worker stopped although nobody asked it to.".into();
                    let code = FailureCode::EngineError;
                    self.on_reported(id, Failure { code, message, hint: None, retryable: true });
                }
            }
        }
    }

    /// Takes note that a slot's worker is done with its job; false if the job was to be stopped anyway.
    fn worker_is_free(&mut self, index: u32, id: WorkId) -> bool {
        if let Some(slot) = self.state.slot(index) {
            slot.place = Place::Ready;
        }
        match self.state.works.get(&id).map(|work| &work.stage) {
            Some(Stage::Stopping { reason, .. }) => {
                self.release(id, *reason);
                false
            }
            other => matches!(other, Some(Stage::Running { .. })),
        }
    }

    fn on_started(&mut self, id: WorkId) {
        let Some(work) = self.state.works.get_mut(&id) else { return };
        if let Stage::Running { started: started @ false, .. } = &mut work.stage {
            *started = true;
            let (job, token, slot) = (work.job, work.token, work.slot);
            self.say(FromAgent::Started { job, token, slot });
        }
    }

    pub(super) fn on_progress(&mut self, id: WorkId, phase: Phase, step: u32, steps: u32, fraction: f64) {
        let Some(work) = self.state.works.get_mut(&id) else { return };
        if !matches!(work.stage, Stage::Running { .. } | Stage::Storing { .. }) {
            return;
        }
        work.seq += 1;
        // `max` and `min` pass over what is no number.
        work.fraction = work.fraction.max(fraction).min(1.0);
        let progress = Progress { seq: work.seq, phase, step, steps, fraction: work.fraction };
        let (job, token) = (work.job, work.token);
        if self.state.link == Link::Up {
            self.out.push(Command::Report { job, token, progress });
        }
    }

    fn on_preview(&mut self, id: WorkId, content_type: String, width: u32, height: u32, bytes: Vec<u8>) {
        let Some(work) = self.state.works.get_mut(&id) else { return };
        let fits = bytes.len() <= spool_shared::protocol::MAX_PREVIEW_BYTES;
        if self.state.link != Link::Up || !fits || !matches!(work.stage, Stage::Running { .. }) {
            return;
        }
        work.seq += 1;
        let (job, token, seq) = (work.job, work.token, work.seq);
        self.out.push(Command::Show(BulkFromAgent::Preview {
            job,
            token,
            seq,
            content_type,
            width,
            height,
            bytes,
        }));
    }

    /// A failure that the worker itself told.
    fn on_reported(&mut self, id: WorkId, failure: Failure) {
        // Only a job that began can fail.
        self.on_started(id);
        self.fail(id, failure);
    }

    fn on_worker_exit(&mut self, index: u32, exit: &Exit) {
        let Some(slot) = self.state.slot(index) else { return };
        let place = slot.place;
        slot.place = Place::Starting;
        slot.warm.clear();
        if let Some(id) = place.work() {
            self.on_worker_lost(id, exit);
        }
        self.start_worker_again(index, exit);
    }

    fn on_worker_lost(&mut self, id: WorkId, exit: &Exit) {
        match self.state.works.get(&id).map(|work| &work.stage) {
            Some(Stage::Stopping { reason, .. }) => self.release(id, *reason),
            Some(Stage::Running { started: true, .. }) => {
                let code = match exit {
                    Exit::Stalled { .. } | Exit::Stuck => FailureCode::Stalled,
                    _ => FailureCode::WorkerCrashed,
                };
                let message = format!("{exit}.");
                self.fail(id, Failure { code, message, hint: None, retryable: true });
            }
            Some(Stage::Running { started: false, .. }) if self.state.link == Link::Up => {
                self.decline(id, DeclineReason::Busy);
            }
            // Nobody would hear it; another worker may begin the job after the next welcome.
            Some(Stage::Running { started: false, .. }) => {
                if let Some(work) = self.state.works.get_mut(&id) {
                    work.stage = Stage::Waiting;
                }
            }
            _ => {}
        }
    }

    fn start_worker_again(&mut self, index: u32, exit: &Exit) {
        let moment = self.moment;
        let never_ready = self.state.offers.is_empty();
        let leaving = matches!(self.state.mode, Mode::Leaving | Mode::Parting);
        let Some(slot) = self.state.slot(index) else { return };
        match exit {
            Exit::Stopped if leaving => return,
            Exit::Stopped => {
                return self.out.push(Command::Start { slot: index, after: std::time::Duration::ZERO });
            }
            // Setting it up differently helps; starting it again does not.
            Exit::NotStarted { .. } | Exit::Unready { code: Some(_), .. } if never_ready => {
                let sentence = format!("{exit}. SPOOL_PYTHON and SPOOL_ENGINES say how workers are started.");
                return self.out.push(Command::Abort(sentence));
            }
            Exit::Stuck => slot.place = Place::Broken,
            _ => {}
        }
        warn!(slot = index, "{exit}");
        let again = if slot.place == Place::Broken { None } else { slot.crashed(moment.now, moment.chance) };
        match again {
            Some(after) if !leaving => self.out.push(Command::Start { slot: index, after }),
            Some(_) => {}
            None => error!(slot = index, "The slot takes no more jobs until the agent is started again"),
        }
    }
}

/// Whoever sets the agent up must hear of it.
fn nothing_to_offer(missing: &[Missing]) -> String {
    let why = missing.iter().map(|absent| format!(" {}: {}", absent.workflow, absent.why));
    format!("Nothing of SPOOL_ENGINES can be run here.{}", why.collect::<String>())
}

/// At most so many characters: what a library raises may hold a whole tensor.
fn shortened(mut text: String, characters: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(characters) {
        text.truncate(end);
        text.push('…');
    }
    text
}

fn summary(offers: &[Offer]) -> String {
    let each =
        offers.iter().map(|offer| format!("{}={} ({})", offer.workflow, offer.engine, offer.classes.len()));
    each.collect::<Vec<_>>().join(", ")
}
