//! Makes the faults of a schedule at their times, and takes each back when its time is over.

mod begin;
mod end;
mod hunt;
mod look;

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::{
    Fault, Planned,
    fault::{BLOW_MS, Storm, WAIT_MS, Ways},
};
use crate::{
    World,
    history::{NEMESIS, Note, Recorder},
};
use begin::{Begun, begin};
use hunt::Hunt;

const BLOW: Duration = Duration::from_millis(BLOW_MS);
/// How long a link that flaps is up or down, in blows.
const FLAP: u32 = 4;
/// How long an agent that was just started is left alone before its clock jumps.
const SETTLED: Duration = Duration::from_millis(700);
/// How long the faults of a run may take in all, on a machine that has other things to do: those that wait for somebody
/// whom they disturb would wait for ever if nobody came.
const ALL: Duration = Duration::from_mins(5);
/// Between two looks whether a job was handed out.
const GLANCE: Duration = Duration::from_millis(5);

/// What is still to be done.
struct Due {
    at: Instant,
    step: Step,
}

enum Step {
    Begin(Fault),
    /// A blow of a fault that strikes again and again, and how many follow.
    Blow(Made, u32),
    /// The clock of an agent jumps.
    Jump(Made),
    /// Redis is killed as soon as a job was handed out, or when this time is over.
    Aim(Made, Option<Instant>),
    Hunt(Hunt),
    /// What was done is taken back.
    End(Made),
    /// The replicas that were started again listen, or are started once more: one that finds no Redis gives up, as its
    /// service manager is told to expect.
    Listen(Fault),
}

/// A fault that was made and not taken back yet.
struct Made {
    fault: Fault,
    since: Instant,
    /// How much of the kind had been disturbed before, in the same place.
    before: u64,
    /// What the agent had in hand that was frozen.
    jobs: Vec<String>,
}

impl Step {
    const fn holds(&self) -> Option<&Fault> {
        match self {
            Self::Begin(_) => None,
            Self::Blow(made, _) | Self::Jump(made) | Self::Aim(made, _) | Self::End(made) => {
                Some(&made.fault)
            }
            Self::Hunt(hunt) => Some(&hunt.fault),
            Self::Listen(fault) => Some(fault),
        }
    }

    const fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Begin(fault) => Some(fault),
            begun => begun.holds(),
        }
    }

    /// Whether this fault takes hold of what another one still has.
    fn must_wait_for(&self, other: &Self) -> bool {
        match (self, other.holds()) {
            (Self::Begin(fault), Some(held)) => fault.holds_the_same_as(held),
            _ => false,
        }
    }
}

/// Makes all faults; returns when each is over. What each disturbed goes into the history.
pub(super) async fn strike(world: &mut World, faults: &[Planned], recorder: &Recorder) {
    let recorder = recorder.named(NEMESIS);
    let start = Instant::now();
    let begin = |planned: &Planned| Due {
        at: start + Duration::from_millis(planned.at_ms),
        step: Step::Begin(planned.fault.clone()),
    };
    let mut agenda: Vec<Due> = faults.iter().map(begin).collect();
    while let Some(next) = agenda.iter().enumerate().min_by_key(|(_, due)| due.at).map(|(index, _)| index) {
        let left = || agenda.iter().filter_map(|due| due.step.fault()).collect::<Vec<_>>();
        assert!(start.elapsed() < ALL, "faults that do not end: {:?}", left());
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

/// So many messages or processes were disturbed as this row of the matrix says.
fn note(recorder: &Recorder, row: &str, disturbed: u64) {
    recorder.note(Note::Fault { row: row.to_owned(), disturbed });
}

/// Takes a step; the one that follows, and after how long.
fn act(world: &mut World, step: Step, recorder: &Recorder) -> Option<(Duration, Step)> {
    match step {
        Step::Begin(fault) => Some(match begin(world, &fault, recorder) {
            Begun::Made(made) => follows(made),
            Begun::Later => (BLOW, Step::Begin(fault)),
            Begun::Instead(other) => (Duration::ZERO, Step::Begin(other)),
        }),
        Step::Blow(made, 0) => match made.fault {
            Fault::FlushScripts { times } | Fault::CutRedis { times } => {
                note(recorder, made.fault.row(), times.into());
                None
            }
            _ => Some((Duration::ZERO, Step::End(made))),
        },
        Step::Blow(made, left) => {
            blow(world, &made.fault, left);
            Some((BLOW, Step::Blow(made, left - 1)))
        }
        Step::Jump(mut made) => {
            made.before = begin::jumps(world, &made.fault);
            let lasts = Duration::from_millis(made.fault.lasts_ms());
            Some((lasts, Step::End(made)))
        }
        Step::Aim(mut made, until) => {
            let Some(until) = until else {
                // From here on no replica hears what its scripts did.
                made.before = world.redis().told("assigned") as u64;
                return Some((
                    GLANCE,
                    Step::Aim(made, Some(Instant::now() + Duration::from_millis(WAIT_MS))),
                ));
            };
            let handed_out = world.redis().told("assigned") as u64 > made.before;
            if !handed_out && Instant::now() < until {
                return Some((GLANCE, Step::Aim(made, Some(until))));
            }
            world.redis().process().kill();
            begin::redis_lines_heal(world);
            note(recorder, if handed_out { made.fault.row() } else { "F16" }, 1);
            Some((Duration::from_millis(made.fault.lasts_ms()), Step::End(made)))
        }
        Step::Hunt(hunt) => hunt.goes_on(world, recorder),
        Step::End(made) if made.fault.waits() && end::disturbed(world, &made) == 0 => {
            let until = made.since + Duration::from_millis(made.fault.lasts_ms() + WAIT_MS);
            match made.fault.otherwise() {
                Some(other) if Instant::now() > until => {
                    end::take_back(world, &made.fault, recorder);
                    Some((BLOW, Step::Begin(other)))
                }
                // Where nobody uses it meanwhile, the fault stays until somebody does.
                _ => {
                    begin::insist(world, &made.fault);
                    Some((BLOW, Step::End(made)))
                }
            }
        }
        // Whoever was told to stop takes its time, and nothing else waits for that.
        Step::End(made) if end::is_still_stopping(world, &made) => Some((BLOW, Step::End(made))),
        Step::End(made) => {
            end::end(world, &made, recorder);
            Some((BLOW, Step::Listen(made.fault)))
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

/// What follows the beginning of a fault, and after how long.
fn follows(made: Made) -> (Duration, Step) {
    let lasts = Duration::from_millis(made.fault.lasts_ms());
    match made.fault {
        Fault::FlushScripts { times } | Fault::CutRedis { times } => (BLOW, Step::Blow(made, times)),
        Fault::Storm { storm: Storm::Flap, for_ms, .. } => {
            let blows = u32::try_from(for_ms / BLOW_MS).unwrap_or_default().max(2 * FLAP);
            (Duration::ZERO, Step::Blow(made, blows))
        }
        Fault::JumpClock { .. } => (SETTLED, Step::Jump(made)),
        Fault::KillRedisAtHandOut { .. } => (BLOW, Step::Aim(made, None)),
        Fault::HuntJob { times } => (Duration::ZERO, Step::Hunt(Hunt::for_any(made.fault, times, lasts))),
        _ => (lasts, Step::End(made)),
    }
}

fn blow(world: &World, fault: &Fault, left: u32) {
    match fault {
        Fault::FlushScripts { .. } => {
            let flushed: Result<(), _> =
                redis::cmd("SCRIPT").arg("FLUSH").query(&mut world.redis().connect());
            flushed.expect("the scripts are flushed");
        }
        Fault::Storm { line, .. } if left.is_multiple_of(FLAP) => {
            let weather = begin::weather(world, *line);
            if (left / FLAP).is_multiple_of(2) {
                begin::swallow(weather, Ways::Both);
            } else {
                weather.heal();
            }
        }
        Fault::CutRedis { .. } => world.redis().cut_everyone(),
        _ => {}
    }
}
