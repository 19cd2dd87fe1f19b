//! What is special about the world of a run, by its schedule alone.

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::{Fault, Schedule, schedule::REPLICAS};
use crate::{
    World,
    clock::{minutes_ahead, wrong_by},
    history::{Note, Recorder},
    plan::Plan,
};

/// The row of the matrix about replicas whose clocks differ.
pub(super) const CLOCKS: &str = "F37";
/// How far the clock of each replica is ahead.
const OFFSETS: [(&str, i64); REPLICAS] = [("+1h", 60), ("-1h", -60)];

pub(super) struct Variant {
    /// The replicas' clocks differ; one that is started again has the right one.
    clocks: bool,
    /// The first agent has a network of its own.
    network: bool,
}

impl Variant {
    pub(super) fn of(schedule: &Schedule) -> Self {
        // Not the numbers that the schedule itself was drawn from.
        let mut dice = ChaCha8Rng::seed_from_u64(!schedule.seed);
        let loses = |fault: &Fault| matches!(fault, Fault::LosePackets { .. });
        Self {
            clocks: dice.random_bool(0.15),
            network: schedule.faults.iter().any(|planned| loses(&planned.fault)),
        }
    }

    pub(super) fn of_world(&self, mut plan: Plan) -> Plan {
        for (replica, (offset, _)) in OFFSETS.into_iter().enumerate().filter(|_| self.clocks) {
            if let Some(clock) = wrong_by(offset) {
                plan = plan.replica_with(replica, &clock);
            }
        }
        if self.network { plan.network() } else { plan }
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
            recorder.named("nemesis").note(Note::Fault { row: CLOCKS.to_owned(), disturbed });
        }
    }
}
