//! Pictures of work in progress.

use std::collections::BTreeMap;

use super::{Evidence, story::Stories};
use crate::history::Note;

/// I6: whoever is shown a preview sees what an execution of that job drew, of no attempt before the one that ran when he
/// asked, of none whose job had ended by then, and never one before what he saw of it already.
pub(super) fn a_preview_is_of_the_attempt_that_runs(
    evidence: &Evidence,
    stories: &Stories<'_>,
) -> Vec<String> {
    let drew = evidence.records.iter().filter_map(|record| match &record.note {
        Note::Drew { execution, sha256 } => {
            Some(((execution.job.as_str(), sha256.as_str()), execution.attempt))
        }
        _ => None,
    });
    let drew: BTreeMap<(&str, &str), u32> = drew.collect();
    let mut seen: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let mut wrong = Vec::new();
    for record in &evidence.records {
        let Note::Previewed { job, sha256, not_before } = &record.note else { continue };
        let who = &record.who;
        let Some(attempt) = drew.get(&(job.as_str(), sha256.as_str())).copied() else {
            wrong.push(format!("{who} was shown a preview of job {job} that none of its executions drew"));
            continue;
        };
        let told = stories.told.get(job.as_str()).map(Vec::as_slice).unwrap_or_default();
        let before = || told.iter().take_while(|told| told.record < *not_before);
        let newest = before().filter(|told| told.transition == "started").count();
        if u32::try_from(newest).is_ok_and(|newest| attempt < newest) {
            wrong.push(format!("{who} was shown attempt {attempt} of job {job} during attempt {newest}"));
        }
        if before().any(|told| told.status.is_terminal()) {
            wrong.push(format!("{who} was shown a preview of job {job} after its end"));
        }
        let last = seen.insert((who, job), attempt);
        if last.is_some_and(|last| attempt < last) {
            wrong.push(format!("{who} was shown attempt {attempt} of job {job} after {last:?}"));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use spool_shared::job::Status;

    use super::{
        super::story::tests::{JOB, broken, evidence, execution, success, told},
        *,
    };

    fn drew(attempt: u32) -> Note {
        Note::Drew { execution: execution(attempt, 150), sha256: format!("picture-{attempt}") }
    }

    fn previewed(attempt: u32, not_before: u64) -> Note {
        Note::Previewed { job: JOB.to_owned(), sha256: format!("picture-{attempt}"), not_before }
    }

    /// What of these previews is wrong, of a job whose second attempt starts in line 8 and succeeds in line 9.
    fn found(previews: Vec<Note>) -> usize {
        let mut notes = success();
        let lost = [
            told(JOB, "lost", 5, Status::Queued),
            told(JOB, "started", 6, Status::Running),
            told(JOB, "succeeded", 7, Status::Succeeded),
        ];
        notes.splice(7..=8, lost);
        let evidence = evidence([notes, vec![drew(1), drew(2)], previews].concat());
        a_preview_is_of_the_attempt_that_runs(&evidence, &Stories::of(&evidence.records)).len()
    }

    #[test]
    fn what_somebody_asked_for_in_time_or_in_order_is_right() {
        assert_eq!(found(vec![previewed(1, 8), previewed(1, 7), previewed(2, 8), previewed(2, 9)]), 0);
    }

    #[test]
    fn a_preview_of_an_older_attempt_or_of_none_or_of_a_job_that_ended_is_found() {
        assert_eq!(found(vec![previewed(1, 9)]), 1, "the second attempt ran");
        assert_eq!(found(vec![previewed(2, 10)]), 1, "it had ended");
        assert_eq!(found(vec![previewed(3, 8)]), 1, "nobody drew it");
        assert_eq!(found(vec![previewed(2, 8), previewed(1, 8)]), 1, "it went back");
    }

    #[test]
    fn it_counts_for_what_is_published() {
        assert_eq!(broken(&evidence([success(), vec![previewed(1, 0)]].concat())), ["I6"]);
    }
}
