//! Links that come and go.

use std::time::Duration;

use spool_agent::{
    command::Command,
    event::{Event, NotStored},
    state::{Link, Stage},
    worker::{Exit, WorkerEvent},
};
use spool_shared::{
    ids::{SessionId, Token},
    protocol::{FromAgent, HeldLease, RefusedCode, ReleaseReason, ToAgent},
};

use crate::world::{World, accepted, assign, held, input, job, made, said, slot_of, started, token};

fn renewed(number: u8) -> HeldLease {
    HeldLease { job: job(number), token: Token::from_random([0xee; 16]) }
}

/// Loses the link and opens another one; what hello says.
fn reconnected(world: &mut World) -> FromAgent {
    world.on(Event::LinkLost);
    let mut said = world.says(Event::LinkOpened);
    assert_eq!(said.len(), 1, "nothing but hello before the welcome: {said:?}");
    said.remove(0)
}

#[test]
fn hello_lists_every_lease_and_names_the_session_that_it_comes_from() {
    let mut world = World::serving(2);
    world.running(1);
    world.finished(2);
    let FromAgent::Hello { leases, session, slots, offers, .. } = reconnected(&mut world) else {
        panic!("hello comes first")
    };
    assert_eq!((leases, slots, offers.len()), (vec![held(1), held(2)], 2, 1));
    assert_eq!(session, Some(SessionId::from_random([9; 16])));
}

#[test]
fn after_a_welcome_every_kept_lease_says_where_it_stands() {
    let mut world = World::serving(3);
    world.on(Event::Said(assign(1, vec![input()], false)));
    world.running(2);
    world.finished(3);
    reconnected(&mut world);
    let said = said(world.welcome(vec![held(1), held(2), held(3)], vec![]));
    assert_eq!(said[..2], [accepted(1), started(2, 0)]);
    assert!(matches!(
        &said[2..],
        [FromAgent::Started { .. }, FromAgent::Succeeded { .. }, FromAgent::Slots { .. }]
    ));
}

#[test]
fn a_lease_that_the_welcome_drops_is_stopped_and_released() {
    let mut world = World::serving(2);
    world.running(1);
    world.finished(2);
    reconnected(&mut world);
    let commands = world.welcome(vec![], vec![held(1), held(2)]);
    assert!(commands.contains(&Command::Cancel { slot: 0 }));
    let released = |number| FromAgent::Released {
        job: job(number),
        token: token(number),
        reason: ReleaseReason::Dropped,
    };
    assert_eq!(said(commands).first(), Some(&released(2)));
    let commands = world.worker_says(0, made(1));
    assert_eq!(said(commands).first(), Some(&released(1)));
}

#[test]
fn under_a_new_token_fetching_and_storing_begin_again_and_running_goes_on() {
    for number in 1..=4 {
        let mut world = World::serving(1);
        match number {
            1 => drop(world.on(Event::Said(assign(1, vec![input()], false)))),
            2 => drop(world.running(1)),
            3 => drop(world.storing(1)),
            _ => drop(world.finished(1)),
        }
        reconnected(&mut world);
        let commands = world.welcome(vec![renewed(1)], vec![]);
        let begun_again = commands.iter().any(|command| match command {
            Command::Fetch { token, .. } | Command::Store { token, .. } => *token == renewed(1).token,
            _ => false,
        });
        assert_eq!(begun_again, number != 2, "{commands:?}");
        assert_eq!(world.state.leases(), [renewed(1)]);
    }
}

#[test]
fn a_beat_drops_and_a_beat_that_says_nothing_of_a_lease_changes_nothing() {
    let mut world = World::serving(1);
    world.running(1);
    assert_eq!(world.on(Event::Said(ToAgent::Beat { keep: vec![], drop: vec![] })), []);
    let commands = world.on(Event::Said(ToAgent::Beat { keep: vec![], drop: vec![held(1)] }));
    assert_eq!(commands, [Command::Cancel { slot: 0 }]);
    assert_eq!(world.state.leases(), [held(1)], "the lease is named until its slot is free");
}

#[test]
fn while_the_link_is_down_work_goes_on_quietly_and_nothing_starts() {
    let mut world = World::serving(1);
    world.running(1);
    world.on(Event::Said(assign(2, vec![], true)));
    world.on(Event::LinkLost);
    let commands = world.worker_says(0, made(1));
    assert!(matches!(commands[..], [Command::Store { .. }]), "{commands:?}");
    let work = world.work(1);
    assert_eq!(world.stored(work), []);
    assert_eq!(world.says(Event::HeartbeatDue), []);
    world.on(Event::LinkOpened);
    let commands = world.welcome(vec![held(1), held(2)], vec![]);
    assert_eq!(slot_of(&commands), Some(0));
    assert!(said(commands).iter().any(|message| matches!(message, FromAgent::Succeeded { .. })));
}

#[test]
fn what_goes_wrong_before_a_job_began_is_tried_again_after_an_outage() {
    let mut world = World::serving(1);
    world.on(Event::Said(assign(1, vec![input()], false)));
    world.on(Event::LinkLost);
    let work = world.work(1);
    assert_eq!(world.on(Event::NotFetched { work, why: "no route".into(), fault: false }), []);
    world.on(Event::LinkOpened);
    let commands = world.welcome(vec![held(1)], vec![]);
    assert!(commands.iter().any(|command| matches!(command, Command::Fetch { .. })), "{commands:?}");
    assert_eq!(slot_of(&world.on(Event::Fetched { work, inputs: vec![] })), Some(0));
    world.on(Event::LinkLost);
    world.worker(0, WorkerEvent::Exited(Exit::Crashed { how: "ended".into() }));
    world.on(Event::LinkOpened);
    world.welcome(vec![held(1)], vec![]);
    assert_eq!(slot_of(&world.ready(0)), Some(0));
}

#[test]
fn a_refused_upload_waits_for_the_welcome_while_the_link_is_down() {
    let mut world = World::serving(1);
    let work = world.storing(1);
    world.on(Event::LinkLost);
    let why = NotStored::Refused(RefusedCode::Stale);
    assert_eq!(world.on(Event::NotStored { work, run: 1, why }), []);
    assert!(matches!(world.stage(1), Stage::Storing { paused: true, .. }));
    world.on(Event::LinkOpened);
    let commands = world.welcome(vec![held(1)], vec![]);
    assert!(commands.iter().any(|command| matches!(command, Command::Store { run: 2, .. })), "{commands:?}");
}

#[test]
fn a_result_is_offered_again_after_an_hour_without_the_api_and_kept_until_it_is_answered() {
    let mut world = World::serving(1);
    let work = world.finished(1);
    assert_eq!(world.on(Event::LinkLost), [], "nothing is planned for a long outage");
    for _ in 0..720 {
        world.pass(Duration::from_secs(5));
        assert_eq!(world.on(Event::HeartbeatDue), []);
    }
    let FromAgent::Hello { leases, .. } = reconnected(&mut world) else { panic!("hello comes first") };
    assert_eq!(leases, [held(1)]);
    let said = said(world.welcome(leases, vec![]));
    assert!(matches!(&said[..2], [FromAgent::Started { .. }, FromAgent::Succeeded { .. }]), "{said:?}");
    let HeldLease { job, token } = held(1);
    assert_eq!(world.on(Event::Said(ToAgent::Done { job, token })), [Command::Forget { work }]);
}

#[test]
fn work_that_is_being_stopped_takes_the_new_token_too() {
    let mut world = World::serving(1);
    world.running(1);
    world.on(Event::Said(ToAgent::Beat { keep: vec![], drop: vec![held(1)] }));
    reconnected(&mut world);
    world.welcome(vec![renewed(1)], vec![]);
    let HeldLease { job, token } = renewed(1);
    let released = FromAgent::Released { job, token, reason: ReleaseReason::Dropped };
    assert_eq!(said(world.worker_says(0, made(1))).first(), Some(&released));
}

#[test]
fn an_answer_that_comes_before_the_welcome_finds_the_link_closed() {
    let mut world = World::new(1);
    world.ready(0);
    world.on(Event::LinkOpened);
    assert_eq!(world.state.link, Link::Greeting);
    assert_eq!(world.says(Event::HeartbeatDue), []);
}
