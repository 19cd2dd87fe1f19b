//! Which fault it is to be.

use std::time::Duration;

use rand::{RngExt, rngs::ChaCha8Rng};
use spool_faults::Point;

use super::{
    super::schedule::{AGENTS, REPLICAS, one_of},
    Fault, Kind, Limit, Line, Loss, Storm, Ways, row_of,
};
use crate::proxy::{
    Direction, frames,
    redis_line::{self, Refusal},
};

/// What may become of a command to Redis, and of which.
const REDIS_FATES: [(redis_line::Fate, u64); 8] = [
    (redis_line::Fate::Unanswered, 10),
    (redis_line::Fate::Unanswered, 16),
    (redis_line::Fate::Unsent, 12),
    (redis_line::Fate::UnsentAndAllCut, 50),
    (redis_line::Fate::Refused(Refusal::NoScript), 3),
    (redis_line::Fate::Refused(Refusal::Loading), 7),
    (redis_line::Fate::Refused(Refusal::ReadOnly), 7),
    (redis_line::Fate::Late(Duration::from_millis(60)), 1),
];
/// What may become of a message between agent and replica, and of which.
const FRAME_FATES: [(frames::Fate, u64); 6] = [
    (frames::Fate::Twice, 1),
    (frames::Fate::Behind(2), 3),
    (frames::Fate::Behind(5), 6),
    (frames::Fate::Lost, 7),
    (frames::Fate::Corrupt, 18),
    (frames::Fate::Closed, 15),
];
/// What may become of a chunk, and of which.
const CHUNK_FATES: [(frames::Fate, u64); 4] = [
    (frames::Fate::Twice, 1),
    (frames::Fate::Behind(1), 2),
    (frames::Fate::Lost, 2),
    (frames::Fate::Corrupt, 3),
];
const STORMS: [Storm; 8] = [
    Storm::Hole(Ways::Up),
    Storm::Hole(Ways::Down),
    Storm::Hole(Ways::Both),
    Storm::HalfClose(Direction::Up),
    Storm::HalfClose(Direction::Down),
    Storm::Flap,
    Storm::Flap,
    Storm::Reset,
];
const LOSSES: [Loss; 5] =
    [Loss::All(Ways::Up), Loss::All(Ways::Down), Loss::All(Ways::Both), Loss::Some, Loss::Some];
const DIRECTIONS: [Direction; 2] = [Direction::Up, Direction::Down];

/// How many of the numbers below there are.
const ALL: u32 = 269;

impl Fault {
    /// Draws a fault. The end of a session is rare: it takes every job with it.
    pub(in crate::chaos) fn draw(dice: &mut ChaCha8Rng) -> Self {
        match dice.random_range(0..ALL) {
            number @ ..82 => of_an_agent(dice, number),
            number @ 82..128 => of_a_replica(dice, number),
            number @ 128..154 => of_redis(dice, number),
            262..264 => Fault::KillAgents { away_ms: dice.random_range(1_400..2_000) },
            267.. => Fault::RevokeToken { for_ms: dice.random_range(1_200..2_000) },
            264..267 => Fault::BreakPython {
                agent: dice.random_range(0..AGENTS),
                slot: dice.random_range(0..2),
                for_ms: dice.random_range(300..1_500),
            },
            number => of_a_line(dice, number),
        }
    }
}

fn of_an_agent(dice: &mut ChaCha8Rng, number: u32) -> Fault {
    let agent = dice.random_range(0..AGENTS);
    match number {
        0..11 => Fault::KillAgent { agent, away_ms: dice.random_range(0..1_200) },
        11..26 => Fault::FreezeAgent { agent, for_ms: one_of(dice, &[300, 700, 1_100, 2_500]) },
        26..31 => Fault::StopAgent { agent },
        31..36 => Fault::HurryAgent { agent, notice_ms: dice.random_range(20..250) },
        36..41 => Fault::HuntJob { times: dice.random_range(2..=4) },
        41..51 => Fault::KillWorker { agent, slot: dice.random_range(0..2) },
        51..57 => {
            let limit = one_of(dice, &[Limit::Growth, Limit::Files]);
            Fault::CrampAgent { agent, limit, for_ms: dice.random_range(300..1_200) }
        }
        57..60 => Fault::JumpClock { agent, for_ms: dice.random_range(1_000..2_000) },
        _ => Fault::CrashAgent { agent, point: point_of(dice, "agent"), nth: one_of(dice, &[1, 1, 2]) },
    }
}

fn of_a_replica(dice: &mut ChaCha8Rng, number: u32) -> Fault {
    let replica = dice.random_range(0..REPLICAS);
    match number {
        82..87 => Fault::KillReplica { replica, away_ms: dice.random_range(0..1_200) },
        87..90 => Fault::KillReplicas { away_ms: dice.random_range(0..1_000) },
        90..95 => Fault::StopReplica { replica },
        95..100 => Fault::FreezeReplica { replica, for_ms: one_of(dice, &[300, 900]) },
        100..104 => Fault::CrampReplica { replica, for_ms: dice.random_range(300..1_000) },
        _ => Fault::CrashReplica { replica, point: point_of(dice, "api"), nth: one_of(dice, &[1, 1, 2]) },
    }
}

fn of_redis(dice: &mut ChaCha8Rng, number: u32) -> Fault {
    match number {
        128..134 => Fault::FreezeRedis { for_ms: one_of(dice, &[200, 600, 1_800]) },
        134..137 => Fault::KillRedis { away_ms: dice.random_range(0..500) },
        137..142 => Fault::KillRedisAtHandOut { away_ms: dice.random_range(0..500) },
        142..146 => Fault::FlushScripts { times: dice.random_range(5..20) },
        146..150 => Fault::CutRedis { times: dice.random_range(3..10) },
        _ => Fault::FillRedis { for_ms: dice.random_range(200..1_500) },
    }
}

fn of_a_line(dice: &mut ChaCha8Rng, number: u32) -> Fault {
    let agent = dice.random_range(0..AGENTS);
    let replica = dice.random_range(0..REPLICAS);
    match number {
        154..194 => {
            let (fate, each) = one_of(dice, &REDIS_FATES);
            Fault::DisturbRedis { replica, fate, each, for_ms: dice.random_range(500..2_500) }
        }
        194..227 => {
            let (fate, each) = one_of(dice, &FRAME_FATES);
            let kind = Kind::Others(one_of(dice, &DIRECTIONS));
            Fault::DisturbFrames { agent, kind, fate, each, for_ms: dice.random_range(1_000..3_000) }
        }
        227..236 => {
            let (fate, each) = one_of(dice, &CHUNK_FATES);
            let for_ms = dice.random_range(1_000..3_000);
            Fault::DisturbFrames { agent, kind: Kind::Chunks, fate, each, for_ms }
        }
        236..247 => {
            let for_ms = one_of(dice, &[300, 900, 2_200]);
            Fault::Storm { line: Line::Agent(agent), storm: one_of(dice, &STORMS), for_ms }
        }
        247..251 => Fault::Storm { line: Line::Agent(agent), storm: Storm::Reset, for_ms: 0 },
        251..255 => {
            // A client whose connection was reset asks again at once: nothing that a row of its own is about.
            let storm = one_of(dice, STORMS.split_last().map_or(&STORMS, |(_, others)| others));
            Fault::Storm { line: Line::Clients(replica), storm, for_ms: one_of(dice, &[300, 900]) }
        }
        _ => Fault::LosePackets { loss: one_of(dice, &LOSSES), for_ms: one_of(dice, &[500, 1_200, 2_200]) },
    }
}

/// One of the crash points of a program, `api` or `agent`: each row is as likely as the others.
fn point_of(dice: &mut ChaCha8Rng, program: &str) -> Point {
    let points = || Point::ALL.iter().copied().filter(|point| point.word().starts_with(program));
    let mut rows: Vec<&str> = points().map(row_of).collect();
    rows.dedup();
    let row = one_of(dice, &rows);
    let points: Vec<Point> = points().filter(|point| row_of(*point) == row).collect();
    one_of(dice, &points)
}
