//! Results on their way to the API, and outcomes until they are recorded.
//!
//! An outcome is kept until the API has answered, however long it is away: only the API knows whether the job still
//! wants it. Such outcomes cannot pile up. While the link is down nothing is taken; a welcome ends each lease that it
//! does not keep; and one that it keeps takes one of the agent's places, into which the API hands out nothing else.

use spool_shared::{
    job::Phase,
    protocol::{Output, RefusedCode, ReleaseReason},
};
use tracing::{info, warn};

use super::Turn;
use crate::{
    command::Command,
    event::NotStored,
    state::{Failure, Link, Made, Outcome, Stage, StoreRun, WorkId},
};

/// How often the files of one result are stored anew because the API misses some.
const STORE_RUNS: StoreRun = 4;

impl Turn<'_> {
    pub(super) fn on_made(&mut self, id: WorkId, made: Made) {
        if let Some(work) = self.state.works.get_mut(&id) {
            info!(job.id = %work.job, files = made.files.len(), "The worker made a result");
            work.stage = Stage::Storing { made, paused: false };
            self.store(id);
        }
    }

    /// Stores the result of a work, anew if it was begun before.
    pub(super) fn store(&mut self, id: WorkId) {
        let Some(work) = self.state.works.get_mut(&id) else { return };
        let Stage::Storing { made, paused } = &mut work.stage else { return };
        *paused = false;
        work.store_run += 1;
        let (run, job, token, files) = (work.store_run, work.job, work.token, made.files.clone());
        self.out.push(Command::Store { work: id, run, job, token, files });
    }

    /// The API misses files of a result that it was told of.
    pub(super) fn store_again(&mut self, id: WorkId) {
        let Some(work) = self.state.works.get_mut(&id) else { return };
        if work.store_run >= STORE_RUNS {
            return self.fail(id, Failure::server_storage("The result could not be stored."));
        }
        if let Stage::Finished { outcome: Outcome::Succeeded { made, .. }, .. } = &work.stage {
            work.stage = Stage::Storing { made: made.clone(), paused: false };
            self.store(id);
        }
    }

    pub(super) fn on_storing(&mut self, id: WorkId, run: StoreRun, part: f64) {
        if let Some(work) = self.state.works.get(&id).filter(|work| work.store_run == run) {
            let fraction = work.fraction + (1.0 - work.fraction) * part;
            self.on_progress(id, Phase::Upload, 0, 0, fraction);
        }
    }

    pub(super) fn on_stored(&mut self, id: WorkId, run: StoreRun, outputs: Vec<Output>, upload_ms: u64) {
        let Some(work) = self.state.works.get(&id).filter(|work| work.store_run == run) else { return };
        if let Stage::Storing { made, .. } = &work.stage {
            let (made, timings) = (made.clone(), made.timings.with_upload(upload_ms));
            info!(job.id = %work.job, files = outputs.len(), upload_ms, "The result is stored");
            self.on_success();
            self.finish(id, Outcome::Succeeded { made, outputs, timings });
        }
    }

    pub(super) fn on_not_stored(&mut self, id: WorkId, run: StoreRun, why: NotStored) {
        let Some(work) = self.state.works.get_mut(&id).filter(|work| work.store_run == run) else { return };
        let Stage::Storing { paused, .. } = &mut work.stage else { return };
        match why {
            NotStored::Failed(failure) => self.fail(id, failure),
            NotStored::Refused(RefusedCode::TooLarge) => self.fail(id, Failure::too_large()),
            NotStored::Refused(RefusedCode::StorageFull) => {
                self.fail(id, Failure::server_storage("The server has no room for the result."));
            }
            NotStored::Refused(
                RefusedCode::Corrupt | RefusedCode::FilesMissing | RefusedCode::Unavailable,
            ) => self.fail(id, Failure::server_storage("The result could not be stored.")),
            NotStored::Refused(RefusedCode::Canceled) => self.end(id, ReleaseReason::Canceled),
            // The lease may be lost only because the link was: then it can still be taken up again.
            NotStored::Refused(_) if self.state.link != Link::Up => *paused = true,
            NotStored::Refused(_) => self.end(id, ReleaseReason::Dropped),
        }
    }

    pub(super) fn fail(&mut self, id: WorkId, failure: Failure) {
        if let Some(work) = self.state.works.get(&id) {
            warn!(job.id = %work.job, code = %failure.code, "The job failed: {}", failure.message);
            self.blame(&failure);
            self.finish(id, Outcome::Failed(failure));
        }
    }

    fn finish(&mut self, id: WorkId, outcome: Outcome) {
        let Some(work) = self.state.works.get_mut(&id) else { return };
        let statement = outcome.statement(work.job, work.token);
        work.stage = Stage::Finished { outcome, said: self.moment.now };
        self.say(statement);
    }
}
