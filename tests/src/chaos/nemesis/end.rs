//! How each fault ends, and what it disturbed.

use std::time::Duration;

use spool_shared::job::Status;

use super::{
    super::{
        fault::{DEAD_MS, Limit, Loss, row_of},
        python,
        schedule::AGENTS,
    },
    Fault, Made, begin, look, note,
};
use crate::{
    World,
    clock::minutes_ahead,
    history::{Note, Recorder},
    limits::lift,
    process::Process,
};

/// How much the like of a fault has disturbed so far, in the same place; for what is told in a log, how long that is.
pub(super) fn so_far(world: &World, fault: &Fault) -> u64 {
    match fault {
        Fault::FillRedis { .. } => world.redis().refused_for_memory(),
        Fault::BreakPython { agent, .. } => python::broken_starts(world.folder(), world.agent(*agent).name()),
        Fault::DisturbRedis { replica, .. } => world.redis_line(*replica).disturbed(),
        Fault::DisturbFrames { agent, .. } => world.frame_line(*agent).disturbed(),
        Fault::Storm { line, .. } => begin::weather(world, *line).disturbed(),
        Fault::LosePackets { .. } => world.network().map_or(0, crate::network::Network::dropped),
        Fault::CrampAgent { agent, .. } => world.agent(*agent).process().log().len() as u64,
        Fault::CrampReplica { replica, .. } => world.replica(*replica).process().log().len() as u64,
        _ => 0,
    }
}

/// How much a fault that waits has disturbed.
pub(super) fn disturbed(world: &World, made: &Made) -> u64 {
    let mark = usize::try_from(made.before).unwrap_or(usize::MAX);
    match &made.fault {
        Fault::CrampAgent { agent, limit, .. } => {
            let sentence = match limit {
                Limit::Growth => "File too large",
                Limit::Files => "Too many open files",
            };
            world.agent(*agent).process().log().count_after(mark, sentence)
        }
        Fault::CrampReplica { replica, .. } => {
            let log = world.replica(*replica).process().log();
            log.count_after(mark, "A result could not be stored") + log.count_after(mark, "was answered 507")
        }
        Fault::JumpClock { agent, .. } => {
            let lines = world.agent(*agent).process().log().lines_after(mark);
            lines.iter().any(|line| is_ahead(line)).into()
        }
        fault => so_far(world, fault).saturating_sub(made.before),
    }
}

/// Whether who wrote this line believed that it is an hour later. A line that continues another one tells no time.
fn is_ahead(line: &str) -> bool {
    let tells_time = line.starts_with("20") && line.get(10..11) == Some("T");
    tells_time && (59..=61).contains(&minutes_ahead(line))
}

/// Takes a fault back, and notes what it disturbed.
pub(super) fn end(world: &mut World, made: &Made, recorder: &Recorder) {
    let fault = &made.fault;
    let (mut row, mut count) = (fault.row(), 1);
    match fault {
        // Noted when they struck.
        Fault::KillAgent { .. } | Fault::KillRedisAtHandOut { .. } => count = 0,
        Fault::FreezeAgent { .. } => {
            // A machine with other things to do may wake it later than planned.
            let dead = made.since.elapsed() >= Duration::from_millis(DEAD_MS);
            row = if dead { "F33" } else { "F35" };
            let canceled = canceled(world, &made.jobs);
            if canceled > 0 {
                note(recorder, "F55", canceled);
            }
        }
        Fault::HurryAgent { agent, .. } => {
            let process = world.agent(*agent).process();
            if process.has_ended() {
                row = "F68";
            } else {
                process.kill();
            }
        }
        Fault::CrashAgent { agent, point, .. } => {
            count = ended_by_now(world.agent(*agent).process());
            row = row_of(*point);
        }
        Fault::CrashReplica { replica, point, .. } => {
            count = ended_by_now(world.replica(*replica).process());
            row = row_of(*point);
        }
        Fault::KillAgents { .. } => count = waiting(world),
        Fault::RevokeToken { .. } => count = sent_away(world),
        Fault::KillReplicas { .. } => count = fault.replicas().count() as u64,
        _ if fault.waits() => count = disturbed(world, made),
        _ => {}
    }
    take_back(world, fault, recorder);
    if count > 0 {
        note(recorder, row, count);
    }
}

/// What an agent says of a slot whose Python does not start.
const PARKED: &str = "The slot takes no more jobs until the agent is started again";

/// What an agent says whose token is good for nothing.
const REVOKED: &str = "The API refused this agent";

/// How many agents were told that their token is good for nothing.
fn sent_away(world: &World) -> u64 {
    let told = |agent: &usize| world.agent(*agent).process().log().count_after(0, REVOKED) > 0;
    (0..AGENTS).filter(told).count() as u64
}

/// How many jobs wait.
fn waiting(world: &World) -> u64 {
    look::connect(world).and_then(|mut redis| look::waiting(&mut redis).ok()).unwrap_or_default()
}

/// How many of these jobs were canceled while their agent stood still: it still does, and each was in its hands when it
/// began to.
fn canceled(world: &World, jobs: &[String]) -> u64 {
    let Some(mut redis) = look::connect(world) else { return 0 };
    let is_canceled =
        |job: &&String| look::status_of(&mut redis, job).is_ok_and(|status| status == Some(Status::Canceled));
    jobs.iter().filter(is_canceled).count() as u64
}

/// Everything is as it was, or will be soon.
pub(super) fn take_back(world: &mut World, fault: &Fault, recorder: &Recorder) {
    match fault {
        Fault::KillAgent { agent, .. }
        | Fault::StopAgent { agent }
        | Fault::HurryAgent { agent, .. }
        | Fault::CrashAgent { agent, .. } => {
            tell_end(world.agent(*agent).process(), fault, recorder);
            world.restart_agent_with(*agent, &[]);
        }
        Fault::KillAgents { .. } => {
            for agent in 0..AGENTS {
                tell_end(world.agent(agent).process(), fault, recorder);
                world.restart_agent_with(agent, &[]);
            }
        }
        Fault::RevokeToken { .. } => {
            world.keys().admit_again();
            for agent in 0..AGENTS {
                world.agent(agent).process().kill();
                world.restart_agent_with(agent, &[]);
            }
        }
        // A slot that was given up works again when its agent was started again, and an agent that was just starting when
        // Python broke has ended.
        Fault::BreakPython { agent, .. } => {
            python::heals(world.folder(), world.agent(*agent).name());
            let process = world.agent(*agent).process();
            if process.has_ended() || process.log().count_after(0, PARKED) > 0 {
                process.kill();
                world.restart_agent_with(*agent, &[]);
            }
        }
        Fault::JumpClock { agent, .. } => {
            world.agent(*agent).process().kill();
            world.restart_agent_with(*agent, &[]);
        }
        Fault::FreezeAgent { agent, .. } => world.agent(*agent).process().thaw(),
        Fault::CrampAgent { agent, .. } => lift(world.agent(*agent).process().pid()),
        Fault::KillReplica { .. }
        | Fault::StopReplica { .. }
        | Fault::CrashReplica { .. }
        | Fault::KillReplicas { .. } => {
            for replica in fault.replicas() {
                let replica = world.replica_mut(replica);
                tell_end(replica.process(), fault, recorder);
                replica.launch_again(&[]);
            }
        }
        Fault::CrampReplica { replica, .. } => lift(world.replica(*replica).process().pid()),
        Fault::FreezeReplica { replica, .. } => world.replica(*replica).process().thaw(),
        Fault::FreezeRedis { .. } => world.redis().process().thaw(),
        Fault::KillRedis { .. } | Fault::KillRedisAtHandOut { .. } => world.restart_redis(),
        Fault::FillRedis { .. } => world.redis().limit_memory(0),
        Fault::DisturbRedis { replica, .. } => world.redis_line(*replica).heal(),
        Fault::DisturbFrames { agent, .. } => world.frame_line(*agent).heal(),
        Fault::Storm { line, .. } => begin::weather(world, *line).heal(),
        Fault::LosePackets { loss, .. } => {
            if let Some(network) = world.network() {
                network.heals();
                if *loss == Loss::Some {
                    network.speeds_up();
                }
            }
        }
        Fault::HuntJob { .. }
        | Fault::KillWorker { .. }
        | Fault::FlushScripts { .. }
        | Fault::CutRedis { .. } => {}
    }
}

/// How long whoever was told to stop may take until that is held against it.
const STOPS_WITHIN: Duration = Duration::from_secs(30);

/// Whether a process was told to stop and has not ended, but may yet.
pub(super) fn is_still_stopping(world: &World, made: &Made) -> bool {
    let process = match &made.fault {
        Fault::StopAgent { agent } => world.agent(*agent).process(),
        Fault::StopReplica { replica } => world.replica(*replica).process(),
        _ => return false,
    };
    !process.has_ended() && made.since.elapsed() < STOPS_WITHIN
}

/// One that was told to stop ends by itself, in time and well; the history says whether this one did. One that was to
/// kill itself at its point did not end well, and should not have.
fn tell_end(process: &Process, fault: &Fault, recorder: &Recorder) {
    let crashes = matches!(fault, Fault::CrashAgent { .. } | Fault::CrashReplica { .. });
    let wrong = process.finish().filter(|_| !crashes);
    recorder.note(Note::Exited { process: process.name().to_owned(), wrong });
}

/// 1 if the process has killed itself. One that did not pass its point in time is killed, so that it does not do so
/// when all is meant to be quiet.
fn ended_by_now(process: &Process) -> u64 {
    if process.has_ended() {
        return 1;
    }
    process.kill();
    0
}
