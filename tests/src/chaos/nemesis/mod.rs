//! Makes the faults of a schedule at their times, and takes each back when its time is over.

use std::time::Duration;

use spool_faults::CRASH;
use tokio::time::{Instant, sleep_until};

use super::{Fault, Planned, fault::BLOW_MS, schedule::REPLICAS};
use crate::{
    World,
    history::{Note, Recorder},
    process::Process,
    proxy::{Often, redis_line::Commands},
};

const BLOW: Duration = Duration::from_millis(BLOW_MS);

/// What is still to be done.
struct Due {
    at: Instant,
    step: Step,
}

enum Step {
    Begin(Fault),
    /// What was done is taken back. The number is how much of the kind had been disturbed before.
    End(Fault, u64),
    /// The replicas that were started again listen, or are started once more: one that finds no Redis gives up, as its
    /// service manager is told to expect.
    Listen(Fault),
    /// A blow of a fault that strikes again and again, and how many follow.
    Blow(Fault, u32),
}

impl Step {
    /// Whether this fault takes hold of what another one still has.
    fn must_wait_for(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Begin(fault), Self::End(held, _) | Self::Listen(held) | Self::Blow(held, _)) => {
                fault.holds_the_same_as(held)
            }
            _ => false,
        }
    }
}

/// Makes all faults; returns when each is over. What each disturbed goes into the history.
pub(super) async fn strike(world: &mut World, faults: &[Planned], recorder: &Recorder) {
    let recorder = recorder.named("nemesis");
    let start = Instant::now();
    let begin = |planned: &Planned| Due {
        at: start + Duration::from_millis(planned.at_ms),
        step: Step::Begin(planned.fault.clone()),
    };
    let mut agenda: Vec<Due> = faults.iter().map(begin).collect();
    while let Some(next) = agenda.iter().enumerate().min_by_key(|(_, due)| due.at).map(|(index, _)| index) {
        let mut due = agenda.swap_remove(next);
        // What began late is over later than planned; the next fault of that process waits for it.
        if let Some(free) =
            agenda.iter().filter(|other| due.step.must_wait_for(&other.step)).map(|other| other.at).max()
        {
            due.at = free + BLOW;
            agenda.push(due);
            continue;
        }
        sleep_until(due.at).await;
        let follows = tokio::task::block_in_place(|| act(world, due.step, &recorder));
        agenda.extend(follows.map(|(after, step)| Due { at: Instant::now() + after, step }));
    }
}

/// Takes a step; the one that follows, and after how long.
fn act(world: &mut World, step: Step, recorder: &Recorder) -> Option<(Duration, Step)> {
    match step {
        Step::Begin(fault) => {
            let before = disturbed(world, &fault);
            begin(world, &fault);
            Some(match fault {
                Fault::FlushScripts { times } | Fault::CutRedis { times } => (BLOW, Step::Blow(fault, times)),
                _ => (Duration::from_millis(fault.lasts_ms()), Step::End(fault, before)),
            })
        }
        Step::Blow(fault, 0) => {
            let disturbed = match fault {
                Fault::FlushScripts { times } | Fault::CutRedis { times } => u64::from(times),
                _ => 0,
            };
            recorder.note(Note::Fault { row: fault.row().to_owned(), disturbed });
            None
        }
        Step::Blow(fault, left) => {
            blow(world, &fault);
            Some((BLOW, Step::Blow(fault, left - 1)))
        }
        // Where nobody has spoken meanwhile, the fault stays until somebody has.
        Step::End(fault, before) if fault.waits_for_a_message() && disturbed(world, &fault) == before => {
            Some((BLOW, Step::End(fault, before)))
        }
        Step::End(fault, before) => {
            let disturbed = end(world, &fault) + disturbed(world, &fault).saturating_sub(before);
            recorder.note(Note::Fault { row: fault.row().to_owned(), disturbed });
            Some((BLOW, Step::Listen(fault)))
        }
        Step::Listen(fault) => {
            let mut waits = false;
            for replica in fault.replicas() {
                let replica = world.replica_mut(replica);
                if replica.process().has_ended() {
                    replica.launch_again(&[]);
                }
                waits |= !replica.listens();
            }
            waits.then_some((BLOW, Step::Listen(fault)))
        }
    }
}

fn begin(world: &mut World, fault: &Fault) {
    match fault {
        Fault::KillAgent { agent, .. } => world.agent(*agent).process().kill(),
        Fault::FreezeAgent { agent, .. } => world.agent(*agent).process().freeze(),
        Fault::StopAgent { agent } => world.agent(*agent).process().terminate(),
        Fault::KillWorker { agent, slot } => world.agent(*agent).kill_worker(*slot),
        Fault::KillReplica { replica, .. } => world.replica(*replica).process().kill(),
        Fault::KillReplicas { .. } => {
            for replica in 0..REPLICAS {
                world.replica(replica).process().kill();
            }
        }
        Fault::StopReplica { replica } => world.replica(*replica).process().terminate(),
        Fault::FreezeReplica { replica, .. } => world.replica(*replica).process().freeze(),
        Fault::FreezeRedis { .. } => world.redis().process().freeze(),
        Fault::KillRedis { .. } => world.redis().process().kill(),
        Fault::FillRedis { .. } => world.redis().limit_memory(1),
        Fault::CrashAgent { agent, point, nth } => {
            world.agent(*agent).process().kill();
            world.restart_agent_with(*agent, &[(CRASH, &format!("{}:{nth}", point.word()))]);
        }
        Fault::CrashReplica { replica, point, nth } => {
            let replica = world.replica_mut(*replica);
            replica.process().kill();
            replica.launch_again(&[(CRASH, &format!("{}:{nth}", point.word()))]);
        }
        Fault::DisturbRedis { replica, fate, each, .. } => {
            // Whatever a fate does to scripts alone would spare half of what a replica asks.
            world.redis_line(*replica).disturb(Commands::All, Often::Each(*each), *fate);
        }
        Fault::DisturbFrames { agent, direction, fate, each, .. } => {
            world.frame_line(*agent).disturb(*direction, None, Often::Each(*each), *fate);
        }
        Fault::FlushScripts { .. } | Fault::CutRedis { .. } => {}
    }
}

/// How many messages the like of a fault has disturbed so far, in the same place.
fn disturbed(world: &World, fault: &Fault) -> u64 {
    match fault {
        Fault::FillRedis { .. } => world.redis().refused_for_memory(),
        Fault::DisturbRedis { replica, .. } => world.redis_line(*replica).disturbed(),
        Fault::DisturbFrames { agent, .. } => world.frame_line(*agent).disturbed(),
        _ => 0,
    }
}

/// Takes a fault back; how many processes or messages it disturbed.
fn end(world: &mut World, fault: &Fault) -> u64 {
    match fault {
        Fault::KillAgent { agent, .. } | Fault::StopAgent { agent } => {
            // One that was told to stop ends by itself.
            let _ = world.agent(*agent).process().finish();
            world.restart_agent_with(*agent, &[]);
        }
        Fault::FreezeAgent { agent, .. } => world.agent(*agent).process().thaw(),
        Fault::KillReplica { .. } | Fault::StopReplica { .. } | Fault::KillReplicas { .. } => {
            for replica in fault.replicas() {
                let replica = world.replica_mut(replica);
                // One that was told to stop ends by itself.
                let _ = replica.process().finish();
                replica.launch_again(&[]);
            }
            return fault.replicas().count() as u64;
        }
        Fault::CrashAgent { agent, .. } => {
            let crashed = ended_by_now(world.agent(*agent).process());
            world.restart_agent_with(*agent, &[]);
            return 1 + crashed;
        }
        Fault::CrashReplica { replica, .. } => {
            let crashed = ended_by_now(world.replica(*replica).process());
            world.replica_mut(*replica).launch_again(&[]);
            return 1 + crashed;
        }
        Fault::DisturbRedis { replica, .. } => {
            world.redis_line(*replica).heal();
            return 0;
        }
        Fault::DisturbFrames { agent, .. } => {
            world.frame_line(*agent).heal();
            return 0;
        }
        Fault::FreezeReplica { replica, .. } => world.replica(*replica).process().thaw(),
        Fault::FreezeRedis { .. } => world.redis().process().thaw(),
        Fault::KillRedis { .. } => world.restart_redis(),
        Fault::FillRedis { .. } => {
            world.redis().limit_memory(0);
            return 0;
        }
        Fault::KillWorker { .. } | Fault::FlushScripts { .. } | Fault::CutRedis { .. } => {}
    }
    1
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

fn blow(world: &World, fault: &Fault) {
    match fault {
        Fault::FlushScripts { .. } => {
            let flushed: Result<(), _> =
                redis::cmd("SCRIPT").arg("FLUSH").query(&mut world.redis().connect());
            flushed.expect("the scripts are flushed");
        }
        _ => world.redis().cut_everyone(),
    }
}
