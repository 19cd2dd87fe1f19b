//! An agent that does not trust itself any more.

use std::time::Duration;

use spool_agent::{
    command::Command,
    event::{Event, NotStored, Wake},
    gpu::Reading,
    state::Failure,
    worker::{Exit, FromWorker, WorkerEvent},
};
use spool_shared::{
    job::FailureCode,
    protocol::{DeclineReason, FromAgent, GpuLoad, RefusedCode, ToAgent},
};

use crate::world::{World, assign, input, job, said, slots, token};

const TEST: Wake = Wake::Test;

/// A job that fails for want of weights, and is taken note of.
fn fails(world: &mut World, number: u8, code: &str) -> Vec<Command> {
    let slot = world.running(number);
    let message = "The weights are not there.".into();
    let failed =
        FromWorker::Failed { job: job(number), code: code.into(), message, hint: None, retryable: false };
    let commands = world.worker_says(slot, failed);
    world.on(Event::Said(ToAgent::Done { job: job(number), token: token(number) }));
    commands
}

fn succeeds(world: &mut World, number: u8) {
    world.finished(number);
    world.on(Event::Said(ToAgent::Done { job: job(number), token: token(number) }));
}

fn paused(why: &str) -> FromAgent {
    FromAgent::Slots { healthy: 0, warm: vec![], draining: false, pause: Some(why.into()) }
}

fn test_delay(commands: &[Command]) -> Option<Duration> {
    commands.iter().find_map(|command| match command {
        Command::Wake { after, wake: Wake::Test } => Some(*after),
        _ => None,
    })
}

/// A job whose result cannot be stored, and the failure that the API is told of and takes note of.
fn is_not_stored(world: &mut World, number: u8, why: NotStored) -> FailureCode {
    let work = world.storing(number);
    let told = world.says(Event::NotStored { work, run: 1, why });
    world.on(Event::Said(ToAgent::Done { job: job(number), token: token(number) }));
    match told.first() {
        Some(FromAgent::Failed { code, .. }) => *code,
        other => panic!("{other:?}"),
    }
}

/// An agent with one slot that has just begun a pause.
fn distrusting() -> World {
    let mut world = World::serving(1);
    for number in 1..=3 {
        fails(&mut world, number, "missing_weights");
    }
    assert!(world.state.pause.reason().is_some());
    world
}

#[test]
fn three_failures_of_the_node_in_a_row_begin_a_pause_that_says_why() {
    let mut world = World::serving(1);
    for number in 1..=2 {
        assert_eq!(test_delay(&fails(&mut world, number, "missing_weights")), None);
    }
    let commands = fails(&mut world, 3, "missing_weights");
    assert_eq!(test_delay(&commands), Some(Duration::from_secs(10)));
    assert_eq!(said(commands).last(), Some(&paused("The weights are not there.")));
    let declined = FromAgent::Declined { job: job(4), token: token(4), reason: DeclineReason::Busy };
    assert_eq!(world.hears(assign(4, vec![], false)), [declined]);
}

#[test]
fn a_success_ends_the_row_and_failures_of_the_job_itself_do_not_count() {
    let mut world = World::serving(1);
    for number in 1..=5 {
        fails(&mut world, number, "bad_input");
    }
    for number in 6..=7 {
        fails(&mut world, number, "missing_weights");
    }
    succeeds(&mut world, 8);
    for number in 9..=10 {
        fails(&mut world, number, "missing_weights");
    }
    assert_eq!(world.state.pause.reason(), None);
}

#[test]
fn what_waits_when_a_pause_begins_goes_elsewhere_and_what_runs_goes_on() {
    let mut world = World::serving(3);
    let running = world.running(20);
    for number in 1..=2 {
        fails(&mut world, number, "missing_weights");
    }
    world.on(Event::Said(assign(21, vec![input()], false)));
    let told = said(fails(&mut world, 3, "missing_weights"));
    let declined = FromAgent::Declined { job: job(21), token: token(21), reason: DeclineReason::Busy };
    assert!(told.contains(&declined), "{told:?}");
    assert_eq!(world.state.works.len(), 1, "the one that runs");
    let ends = FromWorker::Canceled { job: job(20) };
    assert!(!said(world.worker_says(running, ends)).is_empty());
}

#[test]
fn a_worker_that_says_hello_and_a_disk_that_can_be_written_end_the_pause() {
    let mut world = distrusting();
    assert_eq!(world.on(Event::Wake(TEST)), [Command::Kill { slot: 0 }, Command::Test]);
    world.worker(0, WorkerEvent::Exited(Exit::Stopped));
    assert_eq!(said(world.ready(0)), [], "the disk has not been tested yet");
    assert_eq!(world.says(Event::Tested(Ok(()))), [slots(1, vec![])]);
    assert_eq!(world.running(9), 0);
}

#[test]
fn a_disk_that_cannot_be_written_prolongs_the_pause_and_is_its_new_reason() {
    let mut world = distrusting();
    world.on(Event::Wake(TEST));
    let commands = world.on(Event::Tested(Err("No space left on device".into())));
    assert_eq!(test_delay(&commands), Some(Duration::from_secs(20)));
    let sentence = "The temporary folder cannot be written: No space left on device.";
    assert_eq!(said(commands), [paused(sentence)]);
}

#[test]
fn after_a_pause_one_more_failure_is_enough_and_the_next_pause_is_longer() {
    let mut world = distrusting();
    world.on(Event::Wake(TEST));
    world.worker(0, WorkerEvent::Exited(Exit::Stopped));
    world.ready(0);
    world.on(Event::Tested(Ok(())));
    let commands = fails(&mut world, 4, "missing_weights");
    assert_eq!(test_delay(&commands), Some(Duration::from_secs(20)));
}

#[test]
fn inputs_that_cannot_be_written_are_the_nodes_fault() {
    let mut world = World::serving(1);
    for number in 1..=3 {
        world.on(Event::Said(assign(number, vec![input()], false)));
        let work = world.work(number);
        world.on(Event::NotFetched { work, why: "Read-only file system".into(), fault: true });
    }
    let why = "An input could not be written to the temporary folder: Read-only file system.";
    assert_eq!(world.state.pause.reason(), Some(why));
}

#[test]
fn results_that_the_server_does_not_take_are_neither_the_nodes_fault_nor_blamed_on_it() {
    let codes =
        [RefusedCode::StorageFull, RefusedCode::FilesMissing, RefusedCode::Corrupt, RefusedCode::Unavailable];
    let mut world = World::serving(1);
    for (number, code) in (1..).zip(codes) {
        let told = is_not_stored(&mut world, number, NotStored::Refused(code));
        assert!(!told.blames_the_agent(), "{code}");
    }
    assert_eq!(world.state.pause.reason(), None);
}

#[test]
fn results_that_cannot_be_read_from_the_nodes_own_disk_are_its_fault() {
    let message = "The result could not be read.";
    let mut world = World::serving(1);
    for number in 1..=3 {
        let failure =
            Failure { code: FailureCode::Storage, message: message.into(), hint: None, retryable: true };
        assert!(is_not_stored(&mut world, number, NotStored::Failed(failure)).blames_the_agent());
    }
    assert_eq!(world.state.pause.reason(), Some(message));
}

#[test]
fn a_leaving_agent_tests_nothing_and_a_test_that_nobody_needs_any_more_changes_nothing() {
    let mut world = distrusting();
    world.on(Event::Signal);
    assert_eq!(world.on(Event::Wake(TEST)), []);
    assert_eq!(World::serving(1).on(Event::Wake(TEST)), []);
}

#[test]
fn a_slot_whose_gpu_is_lost_takes_no_jobs_until_it_answers_again() {
    let load = GpuLoad { utilisation: 3, memory: 1, temperature: 40, power: 30 };
    let mut world = World::serving(2);
    let lost = vec![(0, Reading::Lost), (1, Reading::Load(load))];
    assert_eq!(world.says(Event::Gpus(lost)), [slots(1, vec![])]);
    let loads: Vec<_> = world.state.reports().into_iter().map(|slot| slot.gpu).collect();
    assert_eq!(loads, [None, Some(load)]);
    assert_eq!(world.running(1), 1);
    let sentence = "The GPU of slot 0, 1 does not answer any more.";
    assert_eq!(world.says(Event::Gpus(vec![(1, Reading::Lost)])), [paused(sentence)]);
    assert_eq!(world.says(Event::Gpus(vec![(0, Reading::Load(load))])), [slots(1, vec![])]);
}
