//! What is let in.

use std::collections::{BTreeMap, BTreeSet};

use super::{Counts, Evidence, story::Stories};
use crate::history::{NEMESIS, Note, Verb};

/// I10: a request that was refused leaves no job and no file; one without an answer is found again by its key.
pub(super) fn a_refused_request_leaves_nothing(evidence: &Evidence, stories: &Stories<'_>) -> Vec<String> {
    let mut wrong: Vec<String> =
        unexpected(evidence, stories).into_iter().map(|job| format!("nobody asked for job {job}")).collect();
    let strange = evidence.inputs.iter().filter(|hash| !evidence.sent.contains(hash));
    wrong.extend(strange.map(|hash| format!("nobody sent the picture {hash}")));
    wrong
}

/// Jobs that no answer names and that no request explains: a retry without an answer may have made one, of the job that
/// was to be tried again; each client's only one, for it asks again under the same key.
fn unexpected<'a>(evidence: &'a Evidence, stories: &Stories<'a>) -> Vec<&'a str> {
    let named: BTreeSet<&str> =
        stories.accepted.values().flatten().copied().chain(stories.made.keys().copied()).collect();
    let mut open: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for record in &evidence.records {
        match &record.note {
            Note::Asks { verb: Verb::Retry, job } => {
                open.entry(job).or_default().insert(&record.who);
            }
            Note::Answered { verb: Verb::Retry, job, made: Some(_), .. } => {
                open.entry(job).or_default().remove(record.who.as_str());
            }
            _ => {}
        }
    }
    let mut excused = |job: &str| {
        let parent = evidence.jobs.get(job).and_then(|record| record.parent.as_deref());
        parent.and_then(|parent| open.get_mut(parent)?.pop_first()).is_some()
    };
    let unnamed = stories.of_last_session().map(|(job, _)| job).filter(|job| !named.contains(job));
    unnamed.filter(|job| !excused(job)).collect()
}

/// The counts of a run.
pub(super) fn counts(evidence: &Evidence, stories: &Stories<'_>) -> Counts {
    let mut counts = Counts::default();
    let mut unanswered: BTreeSet<&str> = BTreeSet::new();
    for record in &evidence.records {
        match &record.note {
            Note::Submits { .. } => counts.attempts += 1,
            Note::Accepted { key, replayed, .. } => {
                counts.acknowledged += 1;
                counts.recovered += u64::from(*replayed && unanswered.remove(key.as_str()));
            }
            Note::Unanswered { key } => {
                unanswered.insert(key);
            }
            Note::Fault { disturbed, .. } => {
                counts.faults += disturbed;
                counts.struck += if record.who == NEMESIS { *disturbed } else { 0 };
            }
            _ => {}
        }
    }
    for (key, jobs) in &stories.accepted {
        let submitted = stories.submitted.get(key).copied().unwrap_or_default();
        let missing = jobs.iter().filter(|job| !stories.told.contains_key(**job)).count() as u64;
        if stories.session_ended_after(submitted) {
            counts.reset += missing;
        } else {
            counts.lost += missing;
            counts.duplicated += jobs.len().saturating_sub(1) as u64;
        }
    }
    for told in stories.told.values() {
        let ends =
            told.iter().filter(|told| told.status.is_terminal() && told.transition != "forgotten").count();
        counts.duplicated += ends.saturating_sub(1) as u64;
        let over = told.first().is_some_and(|told| told.session < stories.last_session());
        counts.reset += u64::from(over && ends == 0);
    }
    counts.unexpected = unexpected(evidence, stories).len() as u64;
    counts
}

#[cfg(test)]
mod tests {
    use spool_shared::job::Status;

    use super::{
        super::{
            FinalJob, judge,
            story::tests::{JOB, accepted, broken, evidence, submits, success, told},
        },
        *,
    };

    #[test]
    fn a_job_that_nobody_asked_for_is_found() {
        let mut notes = success();
        notes.push(told("ghost", "queued", 1, Status::Queued));
        notes.push(told("ghost", "canceled", 2, Status::Canceled));
        let found = evidence(notes);
        assert!(broken(&found).contains(&"I10"));
        assert_eq!(judge(&found).counts.unexpected, 1);
    }

    #[test]
    fn a_retry_without_an_answer_explains_one_job_that_was_made_of_that_job_and_no_other() {
        for (parent, ghosts, wanted) in [(JOB, 1, 0), (JOB, 2, 1), ("another", 1, 1)] {
            let mut notes = success();
            notes.push(Note::Asks { verb: Verb::Retry, job: JOB.to_owned() });
            let (job, made) = (JOB.to_owned(), None);
            notes.push(Note::Answered { verb: Verb::Retry, job, status: None, made });
            for ghost in 0..ghosts {
                notes.push(told(&format!("ghost-{ghost}"), "queued", 1, Status::Queued));
            }
            let mut found = evidence(notes);
            for ghost in 0..ghosts {
                let job = FinalJob { parent: Some(parent.to_owned()), ..found.jobs[JOB].clone() };
                found.jobs.insert(format!("ghost-{ghost}"), job);
            }
            assert_eq!(judge(&found).counts.unexpected, wanted, "{parent} {ghosts}");
        }
    }

    #[test]
    fn a_picture_that_nobody_sent_is_found() {
        let mut found = evidence(success());
        found.inputs.push("ff".to_owned());
        assert_eq!(broken(&found), ["I10"]);
    }

    #[test]
    fn a_key_with_two_jobs_is_found_and_counted() {
        let mut notes = success();
        notes.push(accepted("k", "job-2"));
        notes.push(told("job-2", "queued", 1, Status::Queued));
        notes.push(told("job-2", "canceled", 2, Status::Canceled));
        let found = evidence(notes);
        assert!(broken(&found).contains(&"I10"));
        assert_eq!(judge(&found).counts.duplicated, 1);
    }

    #[test]
    fn a_submit_without_an_answer_that_is_found_by_its_key_is_recovered() {
        let mut notes = success();
        let again = Note::Accepted { key: "k".to_owned(), job: JOB.to_owned(), replayed: true };
        notes.splice(3..=3, [Note::Unanswered { key: "k".to_owned() }, submits("k"), again]);
        let verdict = judge(&evidence(notes));
        assert_eq!(verdict.violations, []);
        assert_eq!((verdict.counts.attempts, verdict.counts.recovered), (2, 1));
    }
}
