//! What is published.

use std::collections::{BTreeMap, BTreeSet};

use spool_shared::job::Status;

use super::{Evidence, story::Stories};
use crate::history::Note;

/// Job → the hashes of all results that any of its executions wrote.
fn written(evidence: &Evidence) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut written: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for record in &evidence.records {
        if let Note::Wrote { execution, sha256 } = &record.note {
            written.entry(&execution.job).or_default().insert(sha256);
        }
    }
    written
}

/// I5: a job that succeeded has the result of one attempt, whose file is stored under that attempt's token, is what an
/// execution of this job wrote, and can be had for as long as the job is there.
pub(super) fn the_result_is_that_of_the_winning_attempt(
    evidence: &Evidence,
    stories: &Stories<'_>,
) -> Vec<String> {
    let written = written(evidence);
    let mut wrong = super::ownership::seen_in_redis(evidence, "I5");
    wrong.extend(super::attempts::the_last_lease_wins(evidence, stories));
    for (id, job) in evidence.jobs.iter().filter(|(_, job)| job.status == Status::Succeeded) {
        let (Some(result), Some(sha256)) = (&job.result, &job.sha256) else {
            wrong.push(format!("job {id} succeeded without a result"));
            continue;
        };
        let name = format!("0-{sha256}");
        if !evidence.stored.iter().any(|file| (&file.job, &file.attempt, &file.name) == (id, result, &name)) {
            wrong.push(format!("the file of job {id} is not stored under the attempt that won"));
        }
        if !written.get(id.as_str()).is_some_and(|hashes| hashes.contains(sha256.as_str())) {
            wrong.push(format!("no execution of job {id} wrote its result {sha256}"));
        }
    }
    let current: BTreeSet<&str> = stories.of_last_session().map(|(job, _)| job).collect();
    for record in &evidence.records {
        if let Note::NotServed { job, status } = &record.note
            && current.contains(job.as_str())
        {
            wrong.push(format!("the result of job {job} was promised and answered with {status:?}"));
        }
    }
    wrong
}

/// I6: whatever was served is the result of the attempt that won, at any time and to anybody.
pub(super) fn no_other_byte_is_served(evidence: &Evidence, _: &Stories<'_>) -> Vec<String> {
    let written = written(evidence);
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    let mut wrong = Vec::new();
    for record in &evidence.records {
        let Note::Served { job, sha256 } = &record.note else { continue };
        let before = *first.entry(job).or_insert(sha256);
        if before != sha256 {
            wrong.push(format!("job {job} was served as {before} and as {sha256}"));
        }
        if !written.get(job.as_str()).is_some_and(|hashes| hashes.contains(sha256.as_str())) {
            wrong.push(format!("job {job} was served as {sha256}, which none of its executions wrote"));
        }
        let recorded = evidence.jobs.get(job).and_then(|record| record.sha256.as_ref());
        if recorded.is_some_and(|recorded| recorded != sha256) {
            wrong.push(format!("job {job} was served as {sha256}, which is not its result"));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::{
        super::story::tests::{JOB, broken, but, evidence, execution, success},
        *,
    };

    #[test]
    fn a_result_that_no_execution_wrote_or_that_lies_elsewhere_is_found() {
        let mut elsewhere = evidence(success());
        elsewhere.stored[0].attempt = "lost".to_owned();
        assert!(broken(&elsewhere).contains(&"I5"));
        assert_eq!(broken(&but(14, vec![])), ["I5", "I6"]);
    }

    #[test]
    fn a_result_that_was_promised_and_cannot_be_had_is_found() {
        let gone = Note::NotServed { job: JOB.to_owned(), status: Some(410) };
        assert_eq!(broken(&but(10, vec![gone])), ["I5"]);
    }

    #[test]
    fn bytes_of_another_execution_that_were_served_are_found() {
        let (job, sha256) = (JOB.to_owned(), "bb".to_owned());
        let other = Note::Wrote { execution: execution(1, 250), sha256: sha256.clone() };
        let mut notes = success();
        notes.insert(10, Note::Served { job, sha256 });
        notes.push(other);
        assert_eq!(broken(&evidence(notes)), ["I6"]);
    }
}
