//! Draining and giving back.

use std::time::Duration;

use spool_agent::{
    command::Command,
    event::{Event, Wake},
    state::Mode,
};
use spool_shared::protocol::{DeclineReason, FromAgent, ReleaseReason, ToAgent};

use crate::world::{World, assign, drained, held, input, job, said, slots, token};

const HEARD_WITHIN: Duration = Duration::from_secs(5);

fn released(number: u8, reason: ReleaseReason) -> FromAgent {
    FromAgent::Released { job: job(number), token: token(number), reason }
}

#[test]
fn an_idle_agent_leaves_at_the_first_signal() {
    assert_eq!(World::serving(1).on(Event::Signal).last(), Some(&Command::Leave));
    assert_eq!(World::new(1).on(Event::Signal).last(), Some(&Command::Leave));
}

#[test]
fn a_draining_agent_gives_back_what_has_not_begun_and_leaves_after_the_last_outcome() {
    let mut world = World::serving(2);
    world.running(1);
    world.on(Event::Said(assign(2, vec![input()], false)));
    let commands = world.on(Event::Signal);
    let ten_minutes = Duration::from_mins(10);
    assert!(commands.contains(&Command::Wake { after: ten_minutes, wake: Wake::DrainOver }));
    assert_eq!(said(commands), [released(2, ReleaseReason::Drained), drained()]);
    let declined = FromAgent::Declined { job: job(3), token: token(3), reason: DeclineReason::Draining };
    assert_eq!(world.hears(assign(3, vec![], false)), [declined]);
    world.worker_says(0, crate::world::made(1));
    let work = world.work(1);
    world.stored(work);
    let done = |number| Event::Said(ToAgent::Done { job: job(number), token: token(number) });
    assert_eq!(world.on(done(2)), []);
    assert_eq!(world.on(done(1)).last(), Some(&Command::Leave));
}

#[test]
fn a_second_signal_or_the_end_of_the_drain_gives_everything_back() {
    for second in [Event::Signal, Event::Wake(Wake::DrainOver)] {
        let mut world = World::serving(2);
        world.running(1);
        world.finished(2);
        world.on(Event::Signal);
        let commands = world.on(second);
        assert!(
            commands.contains(&Command::Kill { slot: 0 }) && commands.contains(&Command::Kill { slot: 1 })
        );
        let parting_over = Wake::PartingOver;
        assert_eq!(commands.last(), Some(&Command::Wake { after: HEARD_WITHIN, wake: parting_over }));
        assert_eq!(said(commands), [1, 2].map(|number| released(number, ReleaseReason::Drained)));
        let done = |number| Event::Said(ToAgent::Done { job: job(number), token: token(number) });
        assert_eq!(world.on(done(1)), []);
        assert_eq!(world.on(done(2)), [Command::Leave]);
        assert_eq!(world.state.mode, Mode::Left);
        assert_eq!(world.on(Event::LinkLost), [], "nothing is decided any more");
    }
}

#[test]
fn what_is_given_back_while_the_link_is_down_is_said_when_it_is_up_again() {
    let mut world = World::serving(1);
    world.running(1);
    world.on(Event::LinkLost);
    world.on(Event::Signal);
    assert!(!world.on(Event::Signal).contains(&Command::Leave), "the API would count it as lost");
    let hello = world.says(Event::LinkOpened);
    assert!(matches!(&hello[..], [FromAgent::Hello { leases, .. }] if *leases == [held(1)]), "{hello:?}");
    let told = said(world.welcome(vec![held(1)], vec![]));
    assert!(told.contains(&released(1, ReleaseReason::Drained)), "{told:?}");
    let done = ToAgent::Done { job: job(1), token: token(1) };
    assert_eq!(world.on(Event::Said(done)), [Command::Leave]);
}

#[test]
fn an_agent_that_nobody_hears_leaves_in_the_end() {
    for last in [Event::Wake(Wake::PartingOver), Event::Signal] {
        let mut world = World::serving(1);
        world.running(1);
        world.on(Event::Signal);
        world.on(Event::Signal);
        assert_eq!(world.on(last), [Command::Leave]);
    }
}

#[test]
fn a_job_that_is_being_canceled_is_given_back_as_canceled() {
    let mut world = World::serving(1);
    world.running(1);
    world.on(Event::Said(ToAgent::Cancel { job: job(1), token: token(1) }));
    world.on(Event::Signal);
    assert_eq!(world.says(Event::Signal), [released(1, ReleaseReason::Canceled)]);
}

#[test]
fn an_agent_that_the_api_drains_stays_connected() {
    let mut world = World::serving(1);
    world.running(1);
    assert_eq!(world.hears(ToAgent::Drain {}), [drained()]);
    assert_eq!(world.hears(ToAgent::Drain {}), [], "it knows already");
    let declined = FromAgent::Declined { job: job(2), token: token(2), reason: DeclineReason::Draining };
    assert_eq!(world.hears(assign(2, vec![], false)), [declined]);
    assert_eq!(world.says(Event::HeartbeatDue).len(), 1);
}

#[test]
fn an_agent_that_is_drained_gives_back_what_has_not_begun_and_works_again_after_a_resume() {
    let mut world = World::serving(1);
    world.running(1);
    world.on(Event::Said(assign(2, vec![input()], true)));
    assert_eq!(world.hears(ToAgent::Drain {}), [released(2, ReleaseReason::Drained), drained()]);
    assert_eq!(world.hears(ToAgent::Resume {}), [slots(1, vec![])]);
    assert_eq!(world.hears(ToAgent::Resume {}), []);
    assert_eq!(world.state.mode, Mode::Serving);
}

#[test]
fn a_resume_does_not_stop_an_agent_from_leaving() {
    let mut world = World::serving(1);
    world.running(1);
    world.on(Event::Signal);
    assert_eq!(world.hears(ToAgent::Resume {}), []);
    assert_eq!(world.state.mode, Mode::Leaving);
}

#[test]
fn a_drained_agent_that_dials_again_is_in_service_unless_the_api_says_otherwise_once_more() {
    let mut world = World::serving(1);
    world.running(1);
    world.hears(ToAgent::Drain {});
    world.on(Event::LinkLost);
    // Whether the drain was ended meanwhile it cannot know.
    let hello = world.says(Event::LinkOpened);
    assert!(matches!(hello[..], [FromAgent::Hello { slots: 1, .. }]), "{hello:?}");
    let told = said(world.welcome(vec![held(1)], vec![]));
    assert!(!told.contains(&drained()), "{told:?}");
    assert_eq!(world.hears(ToAgent::Drain {}), [drained()]);
}
