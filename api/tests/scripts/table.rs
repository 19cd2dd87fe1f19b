//! What the table of transitions allows between two snapshots.

use std::collections::BTreeMap;

use spool_shared::{
    ids::JobId,
    job::{Budgets, Delays, Event, Job, Place, Settled, State, after},
};

use crate::{redis::limits, snapshot::Snapshot};

pub(crate) const RETRY_MS: u64 = 60_000;
/// As `AVOID_MS` of the store.
const AVOID_MS: u64 = 10_000;
/// Between a snapshot and the script after it.
const SLACK_MS: u64 = 3_000;

fn delays() -> Delays {
    let limits = limits();
    Delays {
        assign: limits.assign_ms,
        lease: limits.lease_ms,
        retry: RETRY_MS,
        avoid: AVOID_MS,
        queue_ttl: limits.queue_ttl_ms,
        retention: limits.retention_ms,
    }
}

/// What one step may do to each job: exactly one of the events; to a job that is not named, nothing.
#[derive(Default, Debug)]
pub(crate) struct Expected(pub(crate) BTreeMap<JobId, Vec<Event>>);

impl Expected {
    pub(crate) fn one(job: JobId, event: Event) -> Self {
        Self(BTreeMap::from([(job, vec![event])]))
    }

    pub(crate) fn add(&mut self, job: JobId, event: Event) {
        self.0.entry(job).or_default().push(event);
    }
}

/// What the table makes of the job; `None` once its record is gone.
fn outcome(job: &Job, event: &Event, now: u64) -> Option<Job> {
    match after(job, event, now, &Budgets::default(), &delays()) {
        Ok(Settled::Changed(job) | Settled::Renewed(job)) => Some(job),
        Ok(Settled::Gone) => None,
        Ok(Settled::Already) | Err(_) => Some(job.clone()),
    }
}

/// Compares what was found after a step with what the table says.
pub(crate) fn compare(before: &Snapshot, expected: &Expected, found: &Snapshot, wrong: &mut Vec<String>) {
    for (id, job) in &before.jobs {
        let outcomes: Vec<Option<Job>> = match expected.0.get(id) {
            Some(events) => events.iter().map(|event| outcome(job, event, before.now)).collect(),
            None => vec![Some(job.clone())],
        };
        let now = found.jobs.get(id);
        let fits = outcomes.iter().any(|outcome| match (outcome, now) {
            (Some(outcome), Some(now)) => alike(outcome, now),
            (None, None) => true,
            _ => false,
        });
        if !fits {
            wrong.push(format!(
                "table: {id} was {job:?}\n  {:?}\n  allows {outcomes:?}\n  found {now:?}",
                expected.0.get(id)
            ));
        }
    }
}

fn near(a: u64, b: u64) -> bool {
    a.abs_diff(b) < SLACK_MS
}

fn near_option(a: Option<u64>, b: Option<u64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => near(a, b),
        (None, None) => true,
        _ => false,
    }
}

/// Equal but for the milliseconds that pass between a snapshot and a script.
pub(crate) fn alike(one: &Job, other: &Job) -> bool {
    let state = match (&one.state, &other.state) {
        (State::Queued(Place::Delayed(a)), State::Queued(Place::Delayed(b))) => near(*a, *b),
        (State::Assigned { lease: x, accepted: heard }, State::Assigned { lease: y, accepted }) => {
            heard == accepted && (x.agent, x.token) == (y.agent, y.token) && near(x.deadline, y.deadline)
        }
        (State::Running(x), State::Running(y)) => {
            (x.agent, x.token) == (y.agent, y.token) && near(x.deadline, y.deadline)
        }
        (a, b) => a == b,
    };
    // The pair test compares the reports to the letter; after a lease has ended they are of no meaning.
    let progress =
        |job: &Job| job.state.lease().and(job.progress).map(|report| (report.seq, report.fraction.to_bits()));
    let avoid = |job: &Job| job.avoid.map(|avoid| avoid.agent);
    state
        && (one.version, one.counters, one.ended, one.back)
            == (other.version, other.counters, other.ended, other.back)
        && avoid(one) == avoid(other)
        && progress(one) == progress(other)
        && near(one.created_at, other.created_at)
        && near_option(one.started_at, other.started_at)
        && near_option(one.finished_at, other.finished_at)
}
