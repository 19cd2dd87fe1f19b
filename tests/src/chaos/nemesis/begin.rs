//! How each fault begins.

use std::time::Duration;

use spool_faults::{CRASH, Point};
use tokio::time::Instant;

use super::{
    super::{
        fault::{Kind, Limit, Line, Loss, Storm, Ways},
        python,
        schedule::{AGENTS, REPLICAS},
    },
    Fault, Made, end, look, note,
};
use crate::{
    World,
    clock::wrong_by_file,
    history::Recorder,
    limits::limit,
    network::{Network, Way},
    proxy::{
        Direction, Often, Weather,
        redis_line::{Commands, Fate},
    },
};

/// What became of the beginning of a fault.
pub(super) enum Begun {
    Made(Made),
    /// Redis, which is asked for what an agent has in hand, does not answer.
    Later,
    /// This machine cannot make it.
    Instead(Fault),
}

/// The name of a chunk of a result.
const CHUNK: &str = "chunk";
/// Longer than anybody looks for a hand-out.
const AWAY: Duration = Duration::from_secs(5);

pub(super) fn begin(world: &mut World, fault: &Fault, recorder: &Recorder) -> Begun {
    let mut made = Made { fault: fault.clone(), since: Instant::now(), before: 0, jobs: Vec::new() };
    made.before = end::so_far(world, fault);
    match fault {
        Fault::KillAgent { agent, .. } => {
            if !kills(world, *agent, recorder) {
                return Begun::Later;
            }
        }
        Fault::KillAgents { .. } => {
            for agent in 0..AGENTS {
                if !world.agent(agent).process().has_ended() && !kills(world, agent, recorder) {
                    return Begun::Later;
                }
            }
        }
        Fault::FreezeAgent { agent, .. } => {
            let Some(jobs) = freezes(world, *agent) else { return Begun::Later };
            made.jobs = jobs;
        }
        Fault::StopAgent { agent } | Fault::HurryAgent { agent, .. } => {
            world.agent(*agent).process().terminate();
        }
        Fault::KillWorker { agent, slot } => world.agent(*agent).kill_worker(*slot),
        Fault::RevokeToken { .. } => world.keys().revoke_admitted(),
        Fault::BreakPython { agent, slot, .. } => {
            let agent = world.agent(*agent);
            python::breaks(world.folder(), agent.name());
            agent.kill_worker(*slot);
        }
        Fault::CrampAgent { agent, limit: what, .. } => {
            limit(world.agent(*agent).process().pid(), cramped(*what));
        }
        Fault::JumpClock { agent, .. } if !has_clocks() => {
            return Begun::Instead(Fault::KillAgent { agent: *agent, away_ms: 0 });
        }
        Fault::JumpClock { agent, .. } => {
            if !kills(world, *agent, recorder) {
                return Begun::Later;
            }
            let file = clock_of(world, *agent);
            std::fs::write(&file, "+0\n").expect("the clock is right");
            world.restart_agent_with(*agent, &wrong_by_file(&file).expect("a machine with clocks"));
        }
        Fault::CrashAgent { agent, point, nth } => {
            if !kills(world, *agent, recorder) {
                return Begun::Later;
            }
            world.restart_agent_with(*agent, &[(CRASH, &at(*point, *nth))]);
        }
        Fault::KillReplica { replica, .. } => world.replica(*replica).process().kill(),
        Fault::KillReplicas { .. } => {
            for replica in 0..REPLICAS {
                world.replica(replica).process().kill();
            }
        }
        Fault::StopReplica { replica } => world.replica(*replica).process().terminate(),
        Fault::FreezeReplica { replica, .. } => world.replica(*replica).process().freeze(),
        Fault::CrampReplica { replica, .. } => {
            limit(world.replica(*replica).process().pid(), cramped(Limit::Growth));
        }
        Fault::CrashReplica { replica, point, nth } => {
            let replica = world.replica_mut(*replica);
            replica.process().kill();
            replica.launch_again(&[(CRASH, &at(*point, *nth))]);
            note(recorder, "F13", 1);
        }
        Fault::LosePackets { loss, for_ms } => {
            let Some(network) = world.network() else {
                let ways = if let Loss::All(ways) = loss { *ways } else { Ways::Both };
                let (line, storm) = (Line::Agent(0), Storm::Hole(ways));
                return Begun::Instead(Fault::Storm { line, storm, for_ms: *for_ms });
            };
            loses(network, *loss);
        }
        _ => begins_elsewhere(world, fault),
    }
    Begun::Made(made)
}

/// What takes hold of Redis or of a line.
fn begins_elsewhere(world: &World, fault: &Fault) {
    match fault {
        Fault::FreezeRedis { .. } => world.redis().process().freeze(),
        Fault::KillRedis { .. } => world.redis().process().kill(),
        Fault::KillRedisAtHandOut { .. } => {
            for replica in 0..REPLICAS {
                let line = world.redis_line(replica);
                line.disturb(Commands::Scripts, Often::Each(1), Fate::AnsweredLate(AWAY));
            }
        }
        Fault::FillRedis { .. } => world.redis().limit_memory(1),
        Fault::DisturbRedis { replica, fate, each, .. } => {
            // Whatever a fate does to scripts alone would spare half of what a replica asks.
            world.redis_line(*replica).disturb(Commands::All, Often::Each(*each), *fate);
        }
        Fault::DisturbFrames { agent, kind, fate, each, .. } => {
            let (line, often) = (world.frame_line(*agent), Often::Each(*each));
            match kind {
                Kind::Chunks => line.disturb(Direction::Up, Some(CHUNK), often, *fate),
                Kind::Others(direction) => line.disturb_all_but(*direction, CHUNK, often, *fate),
            }
        }
        Fault::Storm { line, storm: Storm::Hole(ways), .. } => swallow(weather(world, *line), *ways),
        Fault::Storm { .. } => insist(world, fault),
        _ => {}
    }
}

fn loses(network: &Network, loss: Loss) {
    match loss {
        Loss::All(ways) => ways.directions().iter().for_each(|way| network.drops(way_of(*way), 100)),
        Loss::Some => {
            network.slows("1mbit");
            network.drops(Way::Up, 30);
            network.drops(Way::Down, 30);
        }
    }
}

/// SIGKILL to an agent, and the word for it in the history: whether it had work in hand was seen while it stood still.
/// False while Redis does not answer; then nothing is done.
pub(super) fn kills(world: &World, agent: usize, recorder: &Recorder) -> bool {
    let Some(jobs) = freezes(world, agent) else { return false };
    world.agent(agent).process().kill();
    note(recorder, if jobs.is_empty() { "F1" } else { "F4" }, 1);
    true
}

/// Stops an agent; the jobs that it has in hand. Nothing while Redis does not answer; then the agent goes on.
pub(super) fn freezes(world: &World, agent: usize) -> Option<Vec<String>> {
    let mut redis = look::connect(world)?;
    let process = world.agent(agent).process();
    process.freeze();
    let jobs = look::jobs_of(world, &mut redis, agent).ok();
    if jobs.is_none() {
        process.thaw();
    }
    jobs
}

/// The clock of an agent jumps; a mark in its log.
pub(super) fn jumps(world: &World, fault: &Fault) -> u64 {
    let Fault::JumpClock { agent, .. } = fault else { return 0 };
    let process = world.agent(*agent).process();
    process.freeze();
    std::fs::write(clock_of(world, *agent), "+3600\n").expect("the clock is set");
    let mark = process.log().len();
    process.thaw();
    mark as u64
}

/// Does again what lasts for a moment alone.
pub(super) fn insist(world: &World, fault: &Fault) {
    let Fault::Storm { line, storm, .. } = fault else { return };
    match storm {
        Storm::HalfClose(direction) => weather(world, *line).half_closes(*direction),
        Storm::Reset => weather(world, *line).resets_all(),
        Storm::Flap => swallow(weather(world, *line), Ways::Both),
        Storm::Hole(_) => {}
    }
}

pub(super) fn swallow(weather: &Weather, ways: Ways) {
    ways.directions().iter().for_each(|direction| weather.swallows(*direction));
}

pub(super) fn weather(world: &World, line: Line) -> &Weather {
    match line {
        Line::Agent(agent) => world.link(agent).weather(),
        Line::Clients(replica) => world.client_line(replica).weather(),
    }
}

pub(super) fn redis_lines_heal(world: &World) {
    (0..REPLICAS).for_each(|replica| world.redis_line(replica).heal());
}

/// Less than a picture takes, and what a process has open anyway.
const fn cramped(limit: Limit) -> &'static str {
    match limit {
        Limit::Growth => "--fsize=100",
        Limit::Files => "--nofile=3",
    }
}

fn clock_of(world: &World, agent: usize) -> String {
    world.folder().join(format!("clock-{}", agent + 1)).display().to_string()
}

fn has_clocks() -> bool {
    wrong_by_file("").is_some()
}

fn at(point: Point, nth: u32) -> String {
    format!("{}:{nth}", point.word())
}

const fn way_of(direction: Direction) -> Way {
    match direction {
        Direction::Up => Way::Up,
        Direction::Down => Way::Down,
    }
}
