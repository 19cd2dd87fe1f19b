//! The agent of one job is killed, and the next one that has it, and so on.

use std::time::Duration;

use redis::{Connection, RedisError};
use spool_shared::job::Status;
use tokio::time::Instant;

use super::{super::schedule::AGENTS, BLOW, Fault, Step, begin, look, note};
use crate::{World, history::Recorder};

pub(super) struct Hunt {
    pub(super) fault: Fault,
    times: u64,
    until: Instant,
    job: Option<String>,
    /// How many agents died of it.
    deaths: u64,
}

/// What a look found.
enum Sight {
    /// This agent has the job, or one that will do.
    At(usize, String),
    Nowhere,
    /// The job has ended, or went with its session.
    Over,
}

impl Hunt {
    /// A hunt for the first job that is found running.
    pub(super) fn for_any(fault: Fault, times: u64, lasts: Duration) -> Self {
        Self { fault, times, until: Instant::now() + lasts, job: None, deaths: 0 }
    }

    pub(super) fn goes_on(mut self, world: &mut World, recorder: &Recorder) -> Option<(Duration, Step)> {
        if self.deaths >= self.times || Instant::now() > self.until {
            return self.ends(recorder);
        }
        let sight = look::connect(world).and_then(|mut redis| self.looks(world, &mut redis).ok());
        match sight {
            Some(Sight::At(agent, job)) => self.strikes(world, agent, job),
            Some(Sight::Over) if self.deaths > 1 => return self.ends(recorder),
            Some(Sight::Over) => self.forgets(recorder),
            Some(Sight::Nowhere) | None => {}
        }
        Some((BLOW, Step::Hunt(self)))
    }

    fn looks(&self, world: &World, redis: &mut Connection) -> Result<Sight, RedisError> {
        if let Some(job) = &self.job
            && look::status_of(redis, job)?.is_none_or(Status::is_terminal)
        {
            return Ok(Sight::Over);
        }
        for agent in 0..AGENTS {
            for job in look::jobs_of(world, redis, agent)? {
                let is_meant = self.job.as_ref().is_none_or(|meant| *meant == job);
                if is_meant && look::status_of(redis, &job)? == Some(Status::Running) {
                    return Ok(Sight::At(agent, job));
                }
            }
        }
        Ok(Sight::Nowhere)
    }

    /// Kills the agent if it still has the job now that it stands still.
    fn strikes(&mut self, world: &mut World, agent: usize, job: String) {
        let Some(jobs) = begin::freezes(world, agent) else { return };
        if !jobs.contains(&job) {
            return world.agent(agent).process().thaw();
        }
        world.agent(agent).process().kill();
        world.restart_agent_with(agent, &[]);
        self.deaths += 1;
        self.job = Some(job);
    }

    /// One death is no hunt: it counts as what it was, and the next job is looked for.
    fn forgets(&mut self, recorder: &Recorder) {
        if self.deaths > 0 {
            note(recorder, "F4", self.deaths);
        }
        (self.job, self.deaths) = (None, 0);
    }

    fn ends(mut self, recorder: &Recorder) -> Option<(Duration, Step)> {
        if self.deaths > 1 {
            note(recorder, self.fault.row(), self.deaths);
            return None;
        }
        let before = self.deaths;
        self.forgets(recorder);
        // Nobody had a job all the time.
        (before == 0).then_some((BLOW, Step::Begin(Fault::KillAgent { agent: 0, away_ms: 0 })))
    }
}
