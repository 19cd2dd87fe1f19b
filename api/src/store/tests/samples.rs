//! Every state that the table tells apart, and every event with each of its guards true and false.

use spool_shared::{
    ids::Token,
    job::{
        Avoid, Counters, Ended, Event, FailureCode, FailureKind, Job, Lease, Phase, Place, Progress, State,
    },
};

use super::plant::{agent, token};

const PAST: u64 = 10_000;
const AHEAD: u64 = 30_000;

/// The lease that is valid, one that ended, and one that never was.
pub(super) fn tokens() -> [Token; 3] {
    [token(0xaa), token(0xbb), token(0xcc)]
}

pub(super) fn report(seq: u64, fraction: f64) -> Progress {
    Progress { seq, phase: Phase::Denoise, step: 1, steps: 8, fraction }
}

/// Jobs at `now`, with budgets untouched, one short of their edge, and at it.
pub(super) fn jobs(now: u64) -> Vec<Job> {
    let fresh = Counters::default();
    let edge = Counters { attempts: 5, failures: 1, losses: 3, bounces: 9, drains: 2 };
    let short = Counters { losses: 2, bounces: 8, ..edge };
    [fresh, short, edge].into_iter().flat_map(|counters| jobs_with(now, counters)).collect()
}

fn jobs_with(now: u64, counters: Counters) -> Vec<Job> {
    let [valid, ended, _] = tokens();
    let base = Job { version: 7, counters, ..Job::submitted(now - 150_000) };
    let mut jobs = Vec::new();
    for place in [Place::Lane, Place::Again, Place::Delayed(now + AHEAD)] {
        let state = State::Queued(place);
        jobs.push(Job { state, ..base.clone() });
        jobs.push(Job { state, back: Some(ended), ..base.clone() });
        for how in [Ended::Lost, Ended::Unstarted, Ended::Failed, Ended::Drained] {
            jobs.push(Job { state, ended: Some((ended, how)), ..base.clone() });
        }
        let avoid = Some(Avoid { agent: agent(), until: now + AHEAD });
        jobs.push(Job { state, ended: Some((ended, Ended::Lost)), avoid, ..base.clone() });
    }
    for deadline in [now - PAST, now + AHEAD] {
        let lease = Lease { agent: agent(), token: valid, deadline };
        for progress in [None, Some(report(5, 0.5))] {
            let base = Job { progress, started_at: Some(now - 120_000), ..base.clone() };
            jobs.push(Job { state: State::Assigned { lease, accepted: true }, ..base.clone() });
            jobs.push(Job { state: State::Running(lease), ..base.clone() });
            jobs.push(Job { state: State::Running(lease), ended: Some((ended, Ended::Failed)), ..base });
        }
        jobs.push(Job { state: State::Assigned { lease, accepted: false }, ..base.clone() });
        jobs.push(Job { state: State::Running(lease), started_at: None, ..base.clone() });
    }
    for finished in [now - 250_000, now] {
        let base = Job { finished_at: Some(finished), ..base.clone() };
        let failed = State::Failed(FailureCode::EngineError);
        jobs.push(Job { state: State::Succeeded(valid), ..base.clone() });
        jobs.push(Job { state: failed, ended: Some((valid, Ended::Failed)), ..base.clone() });
        jobs.push(Job { state: State::Canceled, ended: Some((valid, Ended::Canceled)), ..base.clone() });
        jobs.push(Job { state: State::Canceled, ..base });
    }
    jobs
}

/// Every event, at `now`.
pub(super) fn events(now: u64) -> Vec<Event> {
    let [_, ended, never] = tokens();
    let fresh = token(0xdd);
    let mut events = vec![
        Event::Assign { agent: agent(), token: fresh },
        Event::Lapse { undelivered: false },
        Event::Lapse { undelivered: true },
        Event::Bury,
        Event::Cancel,
        Event::Readopt { agent: agent(), lost: ended, token: fresh },
        Event::Readopt { agent: agent(), lost: never, token: fresh },
        Event::Expire { unserved_since: None },
        Event::Expire { unserved_since: Some(now - 120_000) },
        Event::Expire { unserved_since: Some(now - 50_000) },
        Event::Forget { asked: true },
        Event::Forget { asked: false },
    ];
    for token in tokens() {
        events.extend([
            Event::Accept { token },
            Event::Start { token },
            Event::Renew { token },
            Event::Decline { token },
            Event::TakeBack { token },
            Event::Succeed { token },
            Event::Release { token },
        ]);
        for (seq, fraction) in [(5, 0.75), (6, 0.25), (6, 0.75)] {
            events.push(Event::Progress { token, report: report(seq, fraction) });
        }
        for (code, more_memory) in [
            (FailureCode::BadInput, false),
            (FailureCode::EngineError, false),
            (FailureCode::WorkerCrashed, false),
            (FailureCode::OutOfMemory, false),
            (FailureCode::OutOfMemory, true),
        ] {
            let kind = FailureKind::of(code, true);
            events.push(Event::Fail { token, code, kind, more_memory });
        }
    }
    events
}
