//! How jobs end, and what people see of it.

use std::collections::BTreeMap;

use spool_shared::job::Status;

use super::{Evidence, story::Stories};
use crate::history::{Note, Verb};

/// I1: each job that was answered with 202 has exactly one terminal transition; when all is quiet, none is open.
pub(super) fn each_job_ends_once(evidence: &Evidence, stories: &Stories<'_>) -> Vec<String> {
    let mut wrong = evidence.stuck.clone();
    for (job, told) in stories.of_last_session() {
        let ends =
            told.iter().filter(|told| told.status.is_terminal() && told.transition != "forgotten").count();
        if ends != 1 {
            wrong.push(format!("job {job} ended {ends} times: {}", path(told)));
        }
        let forgotten = told.last().is_some_and(|told| told.transition == "forgotten");
        match evidence.jobs.get(job) {
            None if !forgotten => wrong.push(format!("job {job} has no record and was not deleted")),
            Some(record) if !record.status.is_terminal() => {
                wrong.push(format!("job {job} is still {} at the end", record.status.as_str()));
            }
            _ => {}
        }
    }
    for (key, jobs) in &stories.accepted {
        let submitted = stories.submitted.get(key).copied().unwrap_or_default();
        let lost = jobs.iter().filter(|job| !stories.told.contains_key(**job));
        if !stories.session_ended_after(submitted) {
            wrong.extend(lost.map(|job| format!("job {job} was accepted and then never heard of")));
        }
    }
    wrong
}

fn path(told: &[super::story::Told<'_>]) -> String {
    told.iter().map(|told| told.transition).collect::<Vec<_>>().join(" ")
}

/// I2: no terminal state is ever left; nobody sees two different ones, a version that goes back, or a job again that
/// was gone.
pub(super) fn nobody_sees_a_step_back(evidence: &Evidence, stories: &Stories<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (job, told) in &stories.told {
        for pair in told.windows(2) {
            let [before, after] = pair else { continue };
            if after.version <= before.version {
                wrong.push(format!("job {job} went from version {} to {}", before.version, after.version));
            }
            if before.status.is_terminal() && (after.status, after.transition) != (before.status, "forgotten")
            {
                wrong.push(format!(
                    "job {job} was {} and then {}",
                    before.status.as_str(),
                    after.status.as_str()
                ));
            }
        }
    }
    let mut known: BTreeMap<(&str, &str), Option<(Status, u64)>> = BTreeMap::new();
    for record in &evidence.records {
        match &record.note {
            Note::Saw { job, status, version } => {
                let now = Some((*status, *version));
                let before = known.insert((&record.who, job), now);
                let steps_back = match before {
                    Some(Some((old, newest))) => *version < newest || (old.is_terminal() && old != *status),
                    Some(None) => true,
                    None => false,
                };
                if steps_back {
                    wrong.push(format!("{} saw job {job} as {before:?} and then as {now:?}", record.who));
                }
            }
            Note::Gone { job, .. } => {
                known.insert((&record.who, job), None);
            }
            // A page forgets everything, and is shown what the new session holds: see I15.
            Note::Reset { job } => {
                known.remove(&(record.who.as_str(), job.as_str()));
            }
            _ => {}
        }
    }
    wrong
}

/// I11: after a cancel was answered with 200 the job is canceled and never succeeds; after 409 it had ended before; and
/// nobody is told of a job that it is not there while it is.
pub(super) fn a_cancel_is_final(evidence: &Evidence, stories: &Stories<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    for record in &evidence.records {
        let Note::Answered { verb: Verb::Cancel, job, status: Some(status), .. } = &record.note else {
            continue;
        };
        let told = stories.told.get(job.as_str()).map(Vec::as_slice).unwrap_or_default();
        // What went with its session has no end.
        if told.last().is_none_or(|last| last.session != stories.last_session()) {
            continue;
        }
        let end = told.iter().find(|told| told.status.is_terminal());
        let holds = match (status, end) {
            (200, Some(end)) => end.status == Status::Canceled,
            (409, Some(end)) => end.status != Status::Canceled && end.not_before <= record.line,
            (404 | 410, _) => {
                told.iter().any(|told| told.transition == "forgotten" && told.not_before <= record.line)
            }
            // Too busy, or broken on the way: asked again.
            (429 | 500.., _) => true,
            _ => false,
        };
        if !holds {
            wrong.push(format!(
                "a cancel of job {job} was answered with {status}, but it went: {}",
                path(told)
            ));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::{
        super::story::tests::{JOB, broken, but, evidence, submits, success, told},
        *,
    };

    #[test]
    fn a_job_that_ends_twice_or_never_or_was_lost_is_found() {
        let twice =
            vec![told(JOB, "succeeded", 5, Status::Succeeded), told(JOB, "failed", 6, Status::Failed)];
        assert!(broken(&but(8, twice)).contains(&"I1"));
        assert!(broken(&but(8, vec![])).contains(&"I1"));
        let mut lost = success();
        lost.insert(1, super::super::story::tests::accepted("other", "job-2"));
        lost.insert(1, submits("other"));
        assert_eq!(broken(&evidence(lost)), ["I1", "I15"]);
    }

    #[test]
    fn a_job_that_vanished_without_being_deleted_is_found() {
        let mut vanished = evidence(success());
        vanished.jobs.clear();
        vanished.stored.clear();
        assert!(broken(&vanished).contains(&"I1"));
    }

    #[test]
    fn a_client_that_gave_up_is_found() {
        let mut stuck = evidence(success());
        stuck.stuck.push("a client gave up".to_owned());
        assert_eq!(broken(&stuck), ["I1"]);
    }

    #[test]
    fn who_sees_a_version_go_back_or_an_end_undone_has_seen_a_step_back() {
        let job = JOB.to_owned();
        for (status, version) in [(Status::Running, 4), (Status::Failed, 6), (Status::Running, 7)] {
            let seen = Note::Saw { job: job.clone(), status, version };
            let before = Note::Saw { job: job.clone(), status: Status::Succeeded, version: 5 };
            assert_eq!(broken(&but(9, vec![before, seen])), ["I2"], "{status:?} {version}");
        }
        let again = Note::Saw { job: job.clone(), status: Status::Succeeded, version: 5 };
        assert_eq!(broken(&but(9, vec![Note::Gone { job, status: None }, again])), ["I2", "I15"]);
    }

    #[test]
    fn a_cancel_that_was_granted_and_did_not_hold_is_found() {
        for (status, index) in [(200, 4), (409, 2), (404, 4), (410, 9), (400, 4)] {
            assert_eq!(broken(&answered(status, index, 20)), ["I11"], "{status}");
        }
        assert_eq!(
            broken(&answered(409, 2, 0)),
            Vec::<&str>::new(),
            "it may have ended and not been read yet"
        );
        assert_eq!(broken(&answered(503, 2, 20)), Vec::<&str>::new());
    }

    /// A cancel was answered at this place; what is told afterwards happened after the line of this number.
    fn answered(status: u16, index: usize, after: u64) -> Evidence {
        let mut notes = success();
        let (job, made) = (JOB.to_owned(), None);
        notes.insert(index, Note::Answered { verb: Verb::Cancel, job, status: Some(status), made });
        for note in notes.iter_mut().skip(index) {
            if let Note::Told { not_before, .. } = note {
                *not_before = after;
            }
        }
        evidence(notes)
    }
}
