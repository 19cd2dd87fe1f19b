//! What is special about the world of a run, by its schedule alone.

use std::path::PathBuf;

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::{Fault, Schedule, python, schedule::REPLICAS};
use crate::{
    World,
    clock::{minutes_ahead, wrong_by},
    history::{NEMESIS, Note, Recorder},
    plan::Plan,
};

/// The row of the matrix about replicas whose clocks differ.
pub(super) const CLOCKS: &str = "F37";
/// How far the clock of each replica is ahead.
const OFFSETS: [(&str, i64); REPLICAS] = [("+1h", 60), ("-1h", -60)];

/// How long a job waits for an agent where that is not long.
const PATIENCE_MS: &str = "700";

pub(super) struct Variant {
    /// The replicas' clocks differ; one that is started again has the right one.
    clocks: bool,
    /// The first agent has a network of its own.
    network: bool,
    /// Agents need a token.
    tokens: bool,
    /// What its faults need.
    settings: Vec<(&'static str, String)>,
}

impl Variant {
    pub(super) fn of(schedule: &Schedule) -> Self {
        // Not the numbers that the schedule itself was drawn from.
        let mut dice = ChaCha8Rng::seed_from_u64(!schedule.seed);
        let has = |wanted: fn(&Fault) -> bool| schedule.faults.iter().any(|planned| wanted(&planned.fault));
        let breaks = has(|fault| matches!(fault, Fault::BreakPython { .. }));
        let hasty = has(|fault| matches!(fault, Fault::KillAgents { .. }));
        let settings = [
            breaks.then(|| ("SPOOL_PYTHON", python::program())),
            hasty.then(|| ("SPOOL_QUEUE_TTL_MS", PATIENCE_MS.to_owned())),
        ];
        Self {
            clocks: dice.random_bool(0.15),
            network: has(|fault| matches!(fault, Fault::LosePackets { .. })),
            tokens: has(|fault| matches!(fault, Fault::RevokeToken { .. })),
            settings: settings.into_iter().flatten().collect(),
        }
    }

    pub(super) fn of_world(&self, mut plan: Plan) -> Plan {
        for (replica, (offset, _)) in OFFSETS.into_iter().enumerate().filter(|_| self.clocks) {
            if let Some(clock) = wrong_by(offset) {
                plan = plan.replica_with(replica, &clock);
            }
        }
        for (name, value) in &self.settings {
            plan = plan.with(name, value);
        }
        if self.tokens {
            plan = plan.tokens();
        }
        if self.network { plan.network() } else { plan }
    }

    /// Where the token stands that agents need.
    pub(super) fn token_file(&self, world: &World) -> Option<PathBuf> {
        self.tokens.then(|| world.keys().token_file())
    }

    /// Notes how many replicas tell the wrong time in their logs.
    pub(super) fn shows(&self, world: &World, recorder: &Recorder) {
        let tells = |replica: usize, minutes: i64| {
            let lines = world.replica(replica).process().log().lines_after(0);
            let told = lines.iter().filter(|line| line.starts_with("20")).map(|line| minutes_ahead(line));
            told.map(|ahead| (ahead - minutes).abs()).any(|off| off <= 1)
        };
        let wrong = OFFSETS.iter().enumerate().filter(|(replica, (_, minutes))| tells(*replica, *minutes));
        let disturbed = wrong.count() as u64;
        if self.clocks && disturbed > 0 {
            recorder.named(NEMESIS).note(Note::Fault { row: CLOCKS.to_owned(), disturbed });
        }
    }
}
