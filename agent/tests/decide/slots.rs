//! Workers that come and go.

use std::time::Duration;

use spool_agent::{
    command::Command,
    event::Event,
    state::Place,
    worker::{
        Exit, FromWorker, WorkerEvent,
        protocol::{Hello, Missing, VERSION},
    },
};
use spool_shared::{
    job::{FailureCode, Phase},
    protocol::{DeclineReason, FromAgent, Offer, ReleaseReason, SlotState, ToAgent},
    workflow::Workflow,
};

use crate::world::{World, job, made, said, slots, token};

fn crash() -> WorkerEvent {
    WorkerEvent::Exited(Exit::Crashed { how: "was ended by SIGKILL".into() })
}

fn failure(commands: Vec<Command>) -> Option<(FailureCode, String, bool)> {
    said(commands).into_iter().find_map(|message| match message {
        FromAgent::Failed { code, message, retryable, .. } => Some((code, message, retryable)),
        _ => None,
    })
}

fn start_delay(commands: &[Command]) -> Option<Duration> {
    commands.iter().find_map(|command| match command {
        Command::Start { after, .. } => Some(*after),
        _ => None,
    })
}

#[test]
fn the_link_is_dialed_once_the_first_worker_has_said_what_it_offers() {
    let mut world = World::new(2);
    assert_eq!(world.ready(0), [Command::Dial]);
    assert_eq!(world.ready(1), []);
}

#[test]
fn a_crash_fails_the_running_job_at_once_and_starts_a_new_worker() {
    let mut world = World::serving(1);
    world.running(1);
    let commands = world.worker(0, crash());
    assert_eq!(start_delay(&commands), Some(Duration::ZERO));
    let sentence = "The worker was ended by SIGKILL in the middle of the job.".to_owned();
    assert_eq!(failure(commands), Some((FailureCode::WorkerCrashed, sentence, true)));
}

#[test]
fn a_job_whose_worker_is_gone_before_it_began_goes_elsewhere() {
    let mut world = World::serving(1);
    world.assign(1);
    let declined = FromAgent::Declined { job: job(1), token: token(1), reason: DeclineReason::Busy };
    assert_eq!(said(world.worker(0, crash())), [declined]);
}

#[test]
fn a_stalled_worker_fails_its_job_as_stalled() {
    let mut world = World::serving(1);
    world.running(1);
    let exit = Exit::Stalled { phase: Phase::Decode, limit: Duration::from_mins(2) };
    let (code, message, _) = failure(world.worker(0, WorkerEvent::Exited(exit))).unwrap();
    assert_eq!(code, FailureCode::Stalled);
    assert_eq!(message, "The worker got no further in phase decode for 120000 ms.");
}

#[test]
fn the_fifth_crash_parks_the_slot_and_the_others_go_on() {
    let mut world = World::serving(2);
    let mut delays = Vec::new();
    for _ in 0..4 {
        let commands = world.worker(0, crash());
        delays.push(start_delay(&commands).unwrap().as_secs());
        world.ready(0);
    }
    assert_eq!(delays, [0, 1, 2, 4]);
    let commands = world.worker(0, crash());
    assert_eq!(start_delay(&commands), None);
    assert!(said(commands).contains(&slots(1, vec![])));
    assert_eq!(world.state.reports().first().unwrap().state, SlotState::Broken);
    assert_eq!(world.running(1), 1);
}

#[test]
fn a_slot_that_pauses_before_its_next_worker_takes_no_job_and_gives_back_what_waits() {
    let mut world = World::serving(1);
    assert_eq!(said(world.worker(0, crash())), [], "the next worker is started at once");
    world.assign(1);
    let told = said(world.worker(0, crash()));
    let declined = FromAgent::Declined { job: job(1), token: token(1), reason: DeclineReason::Busy };
    assert_eq!(told, [declined, slots(0, vec![])]);
    assert_eq!(world.state.slots.first().unwrap().place, Place::Pausing);
    let refused = FromAgent::Declined { job: job(2), token: token(2), reason: DeclineReason::Busy };
    assert_eq!(said(world.assign(2)), [refused]);
    assert_eq!(said(world.ready(0)), [slots(1, vec![])]);
    world.running(3);
}

#[test]
fn a_worker_that_was_killed_for_a_cancel_is_no_crash() {
    let mut world = World::serving(1);
    for number in 1..=6 {
        world.running(number);
        world.on(Event::Said(ToAgent::Cancel { job: job(number), token: token(number) }));
        let commands = world.worker(0, WorkerEvent::Exited(Exit::Stopped));
        assert_eq!(start_delay(&commands), Some(Duration::ZERO));
        let released =
            FromAgent::Released { job: job(number), token: token(number), reason: ReleaseReason::Canceled };
        assert_eq!(said(commands), [released]);
        world.ready(0);
    }
}

#[test]
fn a_worker_that_cannot_be_killed_parks_its_slot_but_not_its_job() {
    let mut world = World::serving(1);
    world.running(1);
    world.on(Event::Said(ToAgent::Cancel { job: job(1), token: token(1) }));
    let commands = world.worker(0, WorkerEvent::Exited(Exit::Stuck));
    assert_eq!(start_delay(&commands), None);
    let said = said(commands);
    assert!(
        matches!(said[..], [FromAgent::Released { .. }, FromAgent::Slots { healthy: 0, .. }]),
        "{said:?}"
    );
}

#[test]
fn a_python_that_does_not_work_ends_the_program_only_if_no_worker_ever_ran() {
    let exit = || Exit::Unready {
        how: "ended with exit status 1".into(),
        last_line: "No module".into(),
        code: Some(1),
    };
    let commands = World::new(1).worker(0, WorkerEvent::Exited(exit()));
    let sentence = "The worker ended with exit status 1 before it was ready: No module. \
                    SPOOL_PYTHON and SPOOL_ENGINES say how workers are started.";
    assert_eq!(commands, [Command::Abort(sentence.into())]);
    let commands = World::serving(1).worker(0, WorkerEvent::Exited(exit()));
    assert_eq!(start_delay(&commands), Some(Duration::ZERO));
}

#[test]
fn the_api_learns_which_models_are_loaded_and_that_they_are_gone() {
    let mut world = World::serving(1);
    world.running(1);
    let warm = vec!["i2v.480p.81.lightning".parse().unwrap()];
    assert_eq!(said(world.worker_says(0, made(1))), [slots(1, warm)]);
    assert_eq!(said(world.worker(0, crash())), [slots(1, vec![])]);
}

#[test]
fn a_worker_that_stops_without_being_asked_fails_its_job() {
    let mut world = World::serving(1);
    world.running(1);
    let commands = world.worker_says(0, FromWorker::Canceled { job: job(1) });
    assert_eq!(failure(commands).unwrap().0, FailureCode::EngineError);
    assert_eq!(world.state.slots.first().unwrap().place, Place::Ready);
}

#[test]
fn a_job_that_waits_for_a_slot_that_is_parked_goes_elsewhere() {
    let mut world = World::serving(1);
    world.worker(0, crash());
    world.assign(1);
    let told: Vec<FromAgent> = (0..4).flat_map(|_| said(world.worker(0, crash()))).collect();
    let declined = FromAgent::Declined { job: job(1), token: token(1), reason: DeclineReason::Busy };
    assert!(told.contains(&declined), "{told:?}");
    assert!(world.state.works.is_empty());
}

#[test]
fn an_agent_that_can_run_nothing_of_what_it_was_asked_for_ends_and_says_what_is_missing() {
    let why = "The weights are not installed.".into();
    let missing = vec![Missing { workflow: Workflow::Upscale, engine: "upscale".into(), why }];
    let hello = |offers| Hello {
        protocol: VERSION,
        pid: 1,
        version: "0.1.0".into(),
        offers,
        missing: missing.clone(),
    };
    let commands = World::new(1).worker(0, WorkerEvent::Ready(hello(vec![])));
    let sentence = "Nothing of SPOOL_ENGINES can be run here. upscale: The weights are not installed.";
    assert_eq!(commands, [Command::Abort(sentence.into())]);

    let offer = Offer {
        workflow: Workflow::I2v,
        engine: "scripted".into(),
        classes: vec!["i2v.480p.81.lightning".parse().unwrap()],
    };
    let mut world = World::new(1);
    assert_eq!(world.worker(0, WorkerEvent::Ready(hello(vec![offer]))), [Command::Dial]);
}
