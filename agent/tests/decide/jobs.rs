//! From a hand-out to its end.

use std::time::Duration;

use spool_agent::{
    command::Command,
    event::{Event, NotStored, Wake},
    state::{Failure, Place, Stage},
    worker::FromWorker,
};
use spool_shared::{
    ids::Token,
    job::{FailureCode, Phase},
    protocol::{DeclineReason, FromAgent, RefusedCode, ReleaseReason, ToAgent},
};

use crate::world::{World, accepted, assign, held, input, job, made, said, slot_of, started, token};

fn declined(number: u8, reason: DeclineReason) -> FromAgent {
    FromAgent::Declined { job: job(number), token: token(number), reason }
}

fn released(number: u8, reason: ReleaseReason) -> FromAgent {
    FromAgent::Released { job: job(number), token: token(number), reason }
}

fn refused(number: u8, code: RefusedCode) -> ToAgent {
    ToAgent::Refused { job: job(number), token: token(number), code }
}

fn failure_code(said: &[FromAgent]) -> Option<FailureCode> {
    said.iter().find_map(|message| match message {
        FromAgent::Failed { code, .. } => Some(*code),
        _ => None,
    })
}

#[test]
fn a_hand_out_is_accepted_before_its_inputs_are_fetched_and_run_once_they_are_here() {
    let mut world = World::serving(1);
    let commands = world.on(Event::Said(assign(1, vec![input()], false)));
    assert!(
        matches!(&commands[..], [Command::Say(said), Command::Fetch { .. }] if *said == accepted(1)),
        "{commands:?}"
    );
    let commands = world.on(Event::Fetched { work: world.work(1), inputs: vec![] });
    assert_eq!(slot_of(&commands), Some(0));
    assert_eq!(world.state.slots.first().unwrap().place, Place::Busy(world.work(1)));
}

#[test]
fn the_worker_gets_everything_that_the_job_needs_and_a_folder_of_its_own() {
    let mut world = World::serving(1);
    let commands = world.assign(1);
    let Some(Command::Run { run, pixels, .. }) = commands.last() else { panic!("{commands:?}") };
    assert_eq!((run.job, run.attempt, run.output_dir.as_str()), (job(1), 1, "/jobs/0/out"));
    assert_eq!(*pixels, 832 * 480 * 81);
}

#[test]
fn more_hand_outs_than_slots_are_declined_unless_they_are_staged() {
    let mut world = World::serving(1);
    world.running(1);
    assert_eq!(world.hears(assign(2, vec![], false)), [declined(2, DeclineReason::Busy)]);
    assert_eq!(world.hears(assign(3, vec![], true)), [accepted(3)]);
    assert_eq!(world.hears(assign(4, vec![], true)), [declined(4, DeclineReason::Busy)]);
    let commands = world.worker_says(0, made(1));
    assert_eq!(slot_of(&commands), Some(0), "the staged job follows");
}

#[test]
fn a_class_that_is_not_offered_is_unfit() {
    let mut world = World::serving(1);
    let mut message = assign(1, vec![], false);
    if let ToAgent::Assign { class, .. } = &mut message {
        *class = "i2v.720p.161.quality".parse().unwrap();
    }
    assert_eq!(world.hears(message), [declined(1, DeclineReason::Unfit)]);
}

#[test]
fn inputs_that_cannot_be_had_decline_the_job() {
    let mut world = World::serving(1);
    world.on(Event::Said(assign(1, vec![input()], false)));
    let event = Event::NotFetched { work: world.work(1), why: "404".into(), fault: false };
    assert_eq!(world.says(event), [declined(1, DeclineReason::Inputs)]);
    assert!(world.state.works.is_empty());
}

#[test]
fn a_repeated_hand_out_is_answered_with_where_it_stands() {
    let mut world = World::serving(2);
    world.on(Event::Said(assign(1, vec![input()], false)));
    assert_eq!(world.hears(assign(1, vec![input()], false)), [accepted(1)]);
    world.on(Event::Fetched { work: world.work(1), inputs: vec![] });
    world.worker_says(0, FromWorker::Started { job: job(1) });
    let commands = world.on(Event::Said(assign(1, vec![input()], false)));
    assert_eq!(commands, [Command::Say(started(1, 0))]);
}

#[test]
fn a_job_that_comes_back_under_another_token_ends_the_older_work() {
    let mut world = World::serving(2);
    world.running(1);
    let mut again = assign(1, vec![], false);
    if let ToAgent::Assign { token, .. } = &mut again {
        *token = Token::from_random([7; 16]);
    }
    let commands = world.on(Event::Said(again));
    assert!(commands.contains(&Command::Cancel { slot: 0 }), "{commands:?}");
    assert_eq!(slot_of(&commands), Some(1));
    let commands = world.worker_says(0, FromWorker::Canceled { job: job(1) });
    assert_eq!(said(commands), [released(1, ReleaseReason::Dropped)]);
    assert_eq!(world.state.works.len(), 1);
}

#[test]
fn a_worker_with_the_models_loaded_goes_first() {
    let mut world = World::serving(3);
    world.running(1);
    world.running(2);
    world.worker_says(1, made(2));
    let commands = world.assign(3);
    assert_eq!(slot_of(&commands), Some(1), "{commands:?}");
}

#[test]
fn progress_never_goes_back_and_its_number_always_grows() {
    let mut world = World::serving(1);
    world.running(1);
    let mut told = Vec::new();
    for fraction in [0.1, 0.4, f64::NAN, 0.3, 7.0] {
        let progress =
            FromWorker::Progress { job: job(1), phase: Phase::Denoise, step: 1, steps: 4, fraction };
        for command in world.worker_says(0, progress) {
            if let Command::Report { progress, .. } = command {
                told.push((progress.seq, progress.fraction));
            }
        }
    }
    assert_eq!(told, [(1, 0.1), (2, 0.4), (3, 0.4), (4, 0.4), (5, 1.0)]);
}

#[test]
fn a_result_is_stored_then_told_then_kept_until_it_is_recorded() {
    let mut world = World::serving(1);
    let slot = world.running(1);
    let commands = world.worker_says(slot, made(1));
    let work = world.work(1);
    assert!(commands.iter().any(|command| matches!(command, Command::Store { run: 1, .. })), "{commands:?}");
    assert_eq!(world.state.slots.first().unwrap().place, Place::Ready, "the slot is free meanwhile");
    assert!(matches!(world.stored(work)[..], [FromAgent::Succeeded { .. }]));
    assert_eq!(world.state.leases(), [held(1)]);
    let commands = world.on(Event::Said(ToAgent::Done { job: job(1), token: token(1) }));
    assert_eq!(commands, [Command::Forget { work }]);
    assert_eq!(world.state.leases(), []);
}

#[test]
fn a_failure_that_the_worker_reports_is_told_after_started() {
    let mut world = World::serving(1);
    let slot = slot_of(&world.assign(1)).unwrap();
    let failed = FromWorker::Failed {
        job: job(1),
        code: "bad_input".into(),
        message: "No.".into(),
        hint: None,
        retryable: false,
    };
    let said = said(world.worker_says(slot, failed));
    assert_eq!(said.first(), Some(&started(1, 0)), "only a job that began can fail");
    assert_eq!(failure_code(&said), Some(FailureCode::BadInput));
}

#[test]
fn a_message_of_any_length_becomes_one_that_fits() {
    let mut world = World::serving(1);
    let slot = world.running(1);
    let failed = FromWorker::Failed {
        job: job(1),
        code: "engine_error".into(),
        message: "ä".repeat(500_000),
        hint: Some("ß".repeat(500_000)),
        retryable: true,
    };
    let said = said(world.worker_says(slot, failed));
    let [FromAgent::Failed { message, hint: Some(hint), .. }] = &said[..] else { panic!("{said:?}") };
    assert_eq!((message.chars().count(), hint.chars().count()), (1001, 301));
}

#[test]
fn a_word_that_is_no_failure_code_is_an_engines_error() {
    let mut world = World::serving(1);
    let slot = world.running(1);
    let failed = FromWorker::Failed {
        job: job(1),
        code: "poison_job".into(),
        message: "No.".into(),
        hint: None,
        retryable: true,
    };
    assert_eq!(failure_code(&said(world.worker_says(slot, failed))), Some(FailureCode::EngineError));
}

#[test]
fn a_cancel_is_obeyed_wherever_the_job_stands_and_answered_also_where_there_is_none() {
    let cancel = |number| ToAgent::Cancel { job: job(number), token: token(number) };
    let answer = released(1, ReleaseReason::Canceled);
    let said = World::serving(1).hears(cancel(1));
    assert_eq!(said, std::slice::from_ref(&answer));

    let mut fetching = World::serving(1);
    fetching.on(Event::Said(assign(1, vec![input()], false)));
    assert_eq!(fetching.hears(cancel(1)), std::slice::from_ref(&answer));

    let mut running = World::serving(1);
    running.running(1);
    assert_eq!(running.on(Event::Said(cancel(1))), [Command::Cancel { slot: 0 }]);
    assert_eq!(running.on(Event::Said(cancel(1))), [], "asked once is enough");
    let said = crate::world::said(running.worker_says(0, made(1)));
    assert_eq!(said.first(), Some(&answer), "a result comes too late");

    let mut storing = World::serving(1);
    let work = storing.storing(1);
    let commands = storing.on(Event::Said(cancel(1)));
    assert_eq!(commands, [Command::Forget { work }, Command::Say(answer.clone())]);

    let mut finished = World::serving(1);
    finished.finished(1);
    assert_eq!(finished.hears(cancel(1)), [answer]);
}

#[test]
fn what_is_taken_back_before_it_began_is_released_and_what_began_goes_on() {
    let take_back = ToAgent::TakeBack { job: job(1), token: token(1) };
    let mut world = World::serving(1);
    world.on(Event::Said(assign(1, vec![input()], true)));
    assert_eq!(world.hears(take_back), [released(1, ReleaseReason::Dropped)]);
    world.running(2);
    let take_back = ToAgent::TakeBack { job: job(2), token: token(2) };
    assert_eq!(world.on(Event::Said(take_back)), []);
}

#[test]
fn each_refusal_has_its_consequence() {
    let dropped = released(1, ReleaseReason::Dropped);
    for code in [RefusedCode::Stale, RefusedCode::Missing, RefusedCode::Session] {
        let mut world = World::serving(1);
        world.finished(1);
        assert_eq!(world.hears(refused(1, code)), std::slice::from_ref(&dropped), "{code}");
    }
    let mut world = World::serving(1);
    world.finished(1);
    assert_eq!(world.hears(refused(1, RefusedCode::Canceled)), [released(1, ReleaseReason::Canceled)]);
    for (code, failure) in [
        (RefusedCode::TooLarge, FailureCode::ResultTooLarge),
        (RefusedCode::Corrupt, FailureCode::ServerStorage),
    ] {
        let mut world = World::serving(1);
        world.finished(1);
        assert_eq!(failure_code(&world.hears(refused(1, code))), Some(failure));
    }
}

#[test]
fn an_outcome_out_of_place_is_explained_once_because_started_may_have_been_lost() {
    let mut world = World::serving(1);
    world.finished(1);
    let said = world.hears(refused(1, RefusedCode::WrongState));
    assert!(matches!(&said[..], [FromAgent::Started { .. }, FromAgent::Succeeded { .. }]), "{said:?}");
    let said = world.hears(refused(1, RefusedCode::WrongState));
    assert_eq!(said, [released(1, ReleaseReason::Dropped)]);
}

#[test]
fn files_that_the_api_misses_are_stored_again_but_not_forever() {
    let mut world = World::serving(1);
    let work = world.finished(1);
    for run in 2..=4 {
        let commands = world.on(Event::Said(refused(1, RefusedCode::FilesMissing)));
        assert!(
            commands
                .iter()
                .any(|command| matches!(command, Command::Store { run: this, .. } if *this == run)),
            "{commands:?}"
        );
        world.stored(work);
    }
    let said = world.hears(refused(1, RefusedCode::FilesMissing));
    assert_eq!(failure_code(&said), Some(FailureCode::ServerStorage));
}

#[test]
fn what_the_api_cannot_take_now_is_said_again_later_and_later() {
    let mut world = World::serving(1);
    let work = world.finished(1);
    let mut delays = Vec::new();
    for _ in 0..6 {
        for command in world.on(Event::Said(refused(1, RefusedCode::Unavailable))) {
            if let Command::Wake { after, wake: Wake::Restate(_) } = command {
                delays.push(after.as_millis());
            }
        }
    }
    assert_eq!(delays, [500, 1000, 2000, 4000, 8000, 10_000]);
    let said = world.says(Event::Wake(Wake::Restate(work)));
    assert!(matches!(&said[..], [FromAgent::Started { .. }, FromAgent::Succeeded { .. }]), "{said:?}");
}

#[test]
fn endings_that_nobody_answers_are_said_again_with_a_heartbeat() {
    let mut world = World::serving(1);
    world.finished(1);
    world.hears(ToAgent::Cancel { job: job(2), token: token(2) });
    assert_eq!(world.says(Event::HeartbeatDue).len(), 1, "it is early");
    world.pass(Duration::from_secs(5));
    let again = world.says(Event::HeartbeatDue);
    assert!(
        matches!(
            &again[1..],
            [FromAgent::Started { .. }, FromAgent::Succeeded { .. }, FromAgent::Released { .. }]
        ),
        "{again:?}"
    );
    world.on(Event::Said(ToAgent::Done { job: job(1), token: token(1) }));
    world.on(Event::Said(ToAgent::Done { job: job(2), token: token(2) }));
    world.pass(Duration::from_secs(5));
    assert_eq!(world.says(Event::HeartbeatDue).len(), 1);
}

#[test]
fn a_result_that_cannot_be_stored_fails_with_what_was_wrong() {
    let failure = Failure {
        code: FailureCode::ResultTooLarge,
        message: "Too large.".into(),
        hint: None,
        retryable: false,
    };
    for (why, code) in [
        (NotStored::Failed(failure), FailureCode::ResultTooLarge),
        (NotStored::Refused(RefusedCode::TooLarge), FailureCode::ResultTooLarge),
        (NotStored::Refused(RefusedCode::Corrupt), FailureCode::ServerStorage),
        (NotStored::Refused(RefusedCode::StorageFull), FailureCode::ServerStorage),
        (NotStored::Refused(RefusedCode::Unavailable), FailureCode::ServerStorage),
    ] {
        let mut world = World::serving(1);
        let work = world.storing(1);
        let said = world.says(Event::NotStored { work, run: 1, why });
        assert_eq!(failure_code(&said), Some(code));
    }
    let mut world = World::serving(1);
    let work = world.storing(1);
    let why = NotStored::Refused(RefusedCode::Stale);
    assert_eq!(world.says(Event::NotStored { work, run: 1, why }), [released(1, ReleaseReason::Dropped)]);
}

#[test]
fn what_an_earlier_run_at_storing_says_is_ignored() {
    let mut world = World::serving(1);
    let work = world.finished(1);
    world.on(Event::Said(refused(1, RefusedCode::FilesMissing)));
    let why = NotStored::Refused(RefusedCode::Stale);
    assert_eq!(world.on(Event::NotStored { work, run: 1, why }), []);
    assert_eq!(world.on(Event::Stored { work, run: 1, outputs: vec![], upload_ms: 0 }), []);
    assert!(matches!(world.stage(1), Stage::Storing { .. }));
}

#[test]
fn uploading_is_progress_too() {
    let mut world = World::serving(1);
    let slot = world.running(1);
    let progress =
        FromWorker::Progress { job: job(1), phase: Phase::Encode, step: 0, steps: 0, fraction: 0.5 };
    world.worker_says(slot, progress);
    world.worker_says(slot, made(1));
    let commands = world.on(Event::Storing { work: world.work(1), run: 1, fraction: 0.5 });
    let [Command::Report { progress, .. }] = &commands[..] else { panic!("{commands:?}") };
    assert_eq!((progress.phase, progress.fraction), (Phase::Upload, 0.75));
}

#[test]
fn a_preview_is_shown_only_while_the_job_runs_and_only_if_it_is_small() {
    let preview = |bytes: usize| FromWorker::Preview {
        job: job(1),
        content_type: "image/webp".into(),
        width: 8,
        height: 8,
        bytes: vec![0; bytes],
    };
    let mut world = World::serving(1);
    world.running(1);
    assert_eq!(world.worker_says(0, preview(48 * 1024)).len(), 1);
    assert_eq!(world.worker_says(0, preview(48 * 1024 + 1)), []);
    world.on(Event::Said(ToAgent::Cancel { job: job(1), token: token(1) }));
    assert_eq!(world.worker_says(0, preview(8)), []);
}
