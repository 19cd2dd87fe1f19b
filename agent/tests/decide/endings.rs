//! Endings without an outcome, until the API knows of them.

use std::time::Duration;

use spool_agent::event::Event;
use spool_shared::{
    ids::Token,
    protocol::{DeclineReason, FromAgent, HeldLease, ReleaseReason, ToAgent},
};

use crate::world::{World, accepted, assign, held, input, job, said, token};

fn declined(number: u8) -> FromAgent {
    FromAgent::Declined { job: job(number), token: token(number), reason: DeclineReason::Inputs }
}

fn released(number: u8, reason: ReleaseReason) -> FromAgent {
    FromAgent::Released { job: job(number), token: token(number), reason }
}

/// An agent that accepted a job and declined it, because its inputs cannot be had.
fn declining(number: u8) -> World {
    let mut world = World::serving(1);
    world.on(Event::Said(assign(number, vec![input()], false)));
    let work = world.work(number);
    let told = world.says(Event::NotFetched { work, why: "404".into(), fault: false });
    assert_eq!(told, [declined(number)]);
    world
}

/// The leases that the next hello lists.
fn listed_after_a_cut(world: &mut World) -> Vec<HeldLease> {
    world.on(Event::LinkLost);
    match &world.says(Event::LinkOpened)[..] {
        [FromAgent::Hello { leases, .. }] => leases.clone(),
        other => panic!("hello comes first: {other:?}"),
    }
}

/// The leases that a heartbeat lists, and what is said with it.
fn heartbeat(world: &mut World) -> (Vec<HeldLease>, Vec<FromAgent>) {
    let mut told = world.says(Event::HeartbeatDue);
    match told.remove(0) {
        FromAgent::Heartbeat { leases, .. } => (leases, told),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_declined_job_whose_word_is_lost_is_no_lost_job_but_declined_again_after_the_welcome() {
    let mut world = declining(1);
    // A lease that hello lacks would count as a loss.
    assert_eq!(listed_after_a_cut(&mut world), [held(1)]);
    let told = said(world.welcome(vec![held(1)], vec![]));
    assert_eq!(told.first(), Some(&declined(1)));
    assert!(world.state.works.is_empty(), "nothing is done for it");
}

#[test]
fn a_decline_that_the_api_could_not_record_is_said_again_until_a_beat_drops_the_lease() {
    let mut world = declining(1);
    assert_eq!(heartbeat(&mut world), (vec![held(1)], vec![]), "it is early");
    for _ in 0..2 {
        world.pass(Duration::from_secs(5));
        assert_eq!(heartbeat(&mut world), (vec![held(1)], vec![declined(1)]));
        assert_eq!(world.hears(ToAgent::Beat { keep: vec![held(1)], drop: vec![] }), []);
    }
    assert_eq!(world.hears(ToAgent::Beat { keep: vec![], drop: vec![held(1)] }), []);
    world.pass(Duration::from_secs(5));
    assert_eq!(heartbeat(&mut world), (vec![], vec![]));
}

#[test]
fn a_declined_lease_that_the_welcome_drops_is_over() {
    let mut world = declining(1);
    listed_after_a_cut(&mut world);
    assert_eq!(said(world.welcome(vec![], vec![held(1)])), []);
    assert_eq!(listed_after_a_cut(&mut world), []);
}

#[test]
fn a_job_that_was_declined_is_declined_again_under_its_token_and_taken_under_another_one() {
    let mut world = declining(1);
    let again = assign(1, vec![input()], false);
    assert_eq!(world.hears(again.clone()), [declined(1)]);
    let renewed = Token::from_random([7; 16]);
    let mut anew = again;
    if let ToAgent::Assign { token, .. } = &mut anew {
        *token = renewed;
    }
    assert_eq!(world.hears(anew), [FromAgent::Accepted { job: job(1), token: renewed }]);
    // Two leases of one job in a list would be taken for one.
    assert_eq!(world.state.leases(), [HeldLease { job: job(1), token: renewed }]);
}

#[test]
fn a_hand_out_that_is_declined_at_once_is_not_listed_since_it_counts_for_nothing_then() {
    let mut world = World::serving(1);
    world.running(1);
    assert_ne!(world.hears(assign(2, vec![], false)), [accepted(2)]);
    assert_eq!(listed_after_a_cut(&mut world), [held(1)]);
}

#[test]
fn what_a_drain_gives_back_is_listed_until_it_is_heard_and_what_the_api_ended_is_not() {
    let mut world = World::serving(2);
    world.on(Event::Said(assign(1, vec![input()], false)));
    world.on(Event::Said(assign(2, vec![input()], false)));
    world.hears(ToAgent::Cancel { job: job(2), token: token(2) });
    let drained = released(1, ReleaseReason::Drained);
    assert_eq!(world.hears(ToAgent::Drain {}).first(), Some(&drained));
    assert_eq!(listed_after_a_cut(&mut world), [held(1)]);
    let told = said(world.welcome(vec![held(1)], vec![]));
    assert_eq!(told.first(), Some(&drained));
    assert!(!told.contains(&released(2, ReleaseReason::Canceled)), "hello said so");
    world.hears(ToAgent::Done { job: job(1), token: token(1) });
    assert_eq!(world.state.leases(), []);
}

#[test]
fn a_beat_that_drops_a_lease_does_not_answer_the_release_that_frees_its_place() {
    let mut world = World::serving(1);
    world.on(Event::Said(assign(1, vec![input()], false)));
    world.hears(ToAgent::Cancel { job: job(1), token: token(1) });
    world.hears(ToAgent::Beat { keep: vec![], drop: vec![held(1)] });
    world.pass(Duration::from_secs(5));
    assert_eq!(heartbeat(&mut world), (vec![], vec![released(1, ReleaseReason::Canceled)]));
}
