//! What the end of a session means.

use std::collections::{BTreeMap, BTreeSet};

use super::{Evidence, story::Stories};
use crate::history::Note;

/// How soon whoever waits for a job is told that its session is over, once nothing disturbs any more.
const TOLD_MS: u64 = 5_000;

/// I15: once Redis holds another session nothing of the old one is accepted, and whoever waits for a job of it is
/// told so, and soon. A job that is there is gone for nobody.
pub(super) fn an_old_session_is_over(evidence: &Evidence, stories: &Stories<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (job, told) in &stories.told {
        let sessions: BTreeSet<usize> = told.iter().map(|told| told.session).collect();
        if sessions.len() > 1 {
            wrong.push(format!("job {job} went on in another session"));
        }
    }
    let mut over: BTreeSet<(&str, &str)> = BTreeSet::new();
    for record in &evidence.records {
        match &record.note {
            Note::Reset { job } => {
                over.insert((&record.who, job));
            }
            Note::Saw { job, .. } if over.contains(&(record.who.as_str(), job.as_str())) => {
                let session =
                    stories.told.get(job.as_str()).and_then(|told| told.first()).map(|told| told.session);
                if session != Some(stories.session_at(record.line)) {
                    wrong.push(format!(
                        "{} was shown job {job} again after its session had ended",
                        record.who
                    ));
                }
            }
            _ => {}
        }
    }
    let mut own: BTreeSet<(&str, &str)> = BTreeSet::new();
    for record in &evidence.records {
        if let Note::Accepted { job, .. } = &record.note {
            own.insert((&record.who, job));
        }
        let (Note::Gone { job, .. } | Note::Reset { job }) = &record.note else { continue };
        let Some(told) = stories.told.get(job.as_str()) else { continue };
        let session = told.first().map_or(0, |told| told.session);
        let forgotten =
            told.iter().any(|told| told.transition == "forgotten" && told.not_before <= record.line);
        let ended = stories.sessions.get(session).and_then(|line| evidence.at_ms(*line));
        if let Note::Gone { status: Some(status), .. } = &record.note
            && !is_answer(*status, forgotten, ended.is_some())
        {
            wrong.push(format!("{} was answered {status} for job {job}", record.who));
        }
        match ended {
            // With a reset a page forgets all that it shows, also what it was shown of the new session.
            None if !forgotten
                && (matches!(record.note, Note::Gone { .. }) || own.contains(&(&record.who, job))) =>
            {
                wrong.push(format!("{} was told that job {job} is gone, but it is there", record.who));
            }
            // Pages hear of everything again and again; what they are told late is no news.
            Some(ended) if matches!(record.note, Note::Reset { .. }) => {
                let from = ended.max(stories.quiet_ms.unwrap_or_default());
                if record.at_ms > from + TOLD_MS {
                    wrong.push(format!(
                        "{} was told {} ms late of the end of job {job}",
                        record.who,
                        record.at_ms - from
                    ));
                }
            }
            _ => {}
        }
    }
    // What each client heard last of each job that it waits for.
    let mut heard: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    for record in &evidence.records {
        let (job, over) = match &record.note {
            Note::Accepted { job, .. } => {
                heard.entry((&record.who, job)).or_default();
                continue;
            }
            Note::Saw { job, status, .. } => (job, status.is_terminal()),
            Note::Gone { job, .. } | Note::Reset { job } => (job, true),
            _ => continue,
        };
        // Who only looks on waits for nothing.
        if let Some(known) = heard.get_mut(&(record.who.as_str(), job.as_str())) {
            *known |= over;
        }
    }
    let waiting = heard.into_iter().filter(|(_, over)| !over);
    wrong.extend(waiting.map(|((who, job), _)| format!("{who} still waits for job {job}")));
    wrong
}

/// Whether this may be said of a job that is not there: of one that was deleted it is known for a while, in its session,
/// that it was there.
const fn is_answer(status: u16, forgotten: bool, session_ended: bool) -> bool {
    if status == 410 { forgotten } else { session_ended || !forgotten }
}

#[cfg(test)]
mod tests {
    use spool_shared::job::Status;

    use super::super::story::tests::{JOB, accepted, broken, but, evidence, session, submits, success, told};
    use super::*;

    #[test]
    fn a_job_that_is_gone_for_somebody_while_it_is_there_is_found() {
        let gone = |status| Note::Gone { job: JOB.to_owned(), status };
        for status in [None, Some(404), Some(410)] {
            assert_eq!(broken(&but(13, vec![gone(status)])).first(), Some(&"I15"), "{status:?}");
        }
        // One that was deleted is gone, and is known to have been there.
        for (status, wanted) in [(None, vec![]), (Some(410), vec![]), (Some(404), vec!["I15"])] {
            let mut notes = success();
            notes.push(told(JOB, "forgotten", 6, Status::Succeeded));
            notes.push(gone(status));
            assert_eq!(broken(&evidence(notes)), wanted, "{status:?}");
        }
    }

    #[test]
    fn a_job_that_went_with_its_session_was_never_there() {
        for (status, wanted) in [(404, vec![]), (410, vec!["I15"])] {
            let mut notes = vec![session("r"), submits("old"), accepted("old", "job-0")];
            notes.push(told("job-0", "queued", 1, Status::Queued));
            notes.extend(success());
            notes.push(Note::Gone { job: "job-0".to_owned(), status: Some(status) });
            assert_eq!(broken(&evidence(notes)), wanted, "{status}");
        }
    }

    #[test]
    fn a_client_that_is_told_that_the_session_of_its_job_is_over_while_it_goes_on_is_found() {
        assert_eq!(broken(&but(7, vec![Note::Reset { job: JOB.to_owned() }])).first(), Some(&"I15"));
    }

    #[test]
    fn who_is_told_late_that_a_session_is_over_is_found() {
        for (late_ms, wanted) in [(0, vec![]), (6_000, vec!["I15"])] {
            let mut notes = vec![session("r"), submits("old"), accepted("old", "job-0")];
            notes.push(told("job-0", "queued", 1, Status::Queued));
            notes.extend(success());
            notes.push(Note::Reset { job: "job-0".to_owned() });
            let mut found = evidence(notes);
            found.records.last_mut().expect("a record").at_ms += late_ms;
            assert_eq!(broken(&found), wanted, "{late_ms}");
        }
    }

    #[test]
    fn a_job_that_goes_on_in_another_session_is_found() {
        assert!(
            broken(&but(8, vec![session("t"), told(JOB, "succeeded", 5, Status::Succeeded)]))
                .contains(&"I15")
        );
    }

    #[test]
    fn a_page_may_be_shown_after_a_reset_what_the_new_session_holds_and_nothing_of_the_old_one() {
        for (job, wanted) in [(JOB, vec![]), ("job-0", vec!["I15"])] {
            let mut notes = vec![session("r"), submits("old"), accepted("old", "job-0")];
            notes.push(told("job-0", "queued", 1, Status::Queued));
            notes.push(Note::Reset { job: "job-0".to_owned() });
            notes.extend(success());
            notes.push(Note::Reset { job: job.to_owned() });
            notes.push(Note::Saw { job: job.to_owned(), status: Status::Succeeded, version: 5 });
            let mut found = evidence(notes);
            found.records.iter_mut().rev().take(2).for_each(|record| record.who = "page".to_owned());
            assert_eq!(broken(&found), wanted, "{job}");
        }
    }

    #[test]
    fn a_client_that_is_left_waiting_after_a_reset_is_found_and_one_that_was_told_is_not() {
        let waits = |told_so: bool| {
            let mut notes = vec![session("r"), submits("old"), accepted("old", "job-0")];
            if told_so {
                notes.push(Note::Reset { job: "job-0".to_owned() });
            }
            notes.extend(success());
            broken(&evidence(notes))
        };
        assert_eq!(waits(true), Vec::<&str>::new());
        assert_eq!(waits(false), ["I15"]);
    }
}
