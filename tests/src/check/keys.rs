//! Idempotency keys.

use std::collections::{BTreeMap, BTreeSet};

use super::{Evidence, story::Stories};
use crate::history::{Note, Verb};

/// I10: under one Idempotency-Key there is one job in each session, whoever answers and however often; each answer but
/// the first says that it is a repetition; and so it is with retries, which each client asks for under one key a job.
pub(super) fn one_key_makes_one_job(evidence: &Evidence, stories: &Stories<'_>) -> Vec<String> {
    let mut retries: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut first: BTreeSet<&str> = BTreeSet::new();
    let mut wrong = Vec::new();
    for record in &evidence.records {
        match &record.note {
            Note::Accepted { key, job, replayed: false } if !first.insert(job) => {
                wrong.push(format!("job {job} was made twice under the key {key}"));
            }
            Note::Answered { verb: Verb::Retry, job, made: Some(made), .. } => {
                retries.entry(format!("of {} for a retry of {job}", record.who)).or_default().insert(made);
            }
            _ => {}
        }
    }
    let submits = stories.accepted.iter().map(|(key, jobs)| ((*key).to_owned(), jobs.clone()));
    for (key, jobs) in submits.chain(retries) {
        // What was never heard of went with its session, or is lost: see I1.
        let sessions: Vec<usize> =
            jobs.iter().filter_map(|job| stories.told.get(*job)?.first().map(|told| told.session)).collect();
        if sessions.len() > sessions.iter().collect::<BTreeSet<_>>().len() {
            wrong.push(format!("the key {key} made several jobs in one session: {jobs:?}"));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use spool_shared::job::Status;

    use super::{
        super::story::tests::{JOB, accepted, broken, evidence, session, success, told},
        *,
    };

    fn retried(made: &str) -> Note {
        let (job, made) = (JOB.to_owned(), Some(made.to_owned()));
        Note::Answered { verb: Verb::Retry, job, status: Some(202), made }
    }

    fn ran(job: &str) -> [Note; 2] {
        [told(job, "queued", 1, Status::Queued), told(job, "canceled", 2, Status::Canceled)]
    }

    /// What of this is wrong about keys, where a successful job was made under the key `k` before.
    fn found(notes: Vec<Note>) -> usize {
        let evidence = evidence([success(), notes].concat());
        one_key_makes_one_job(&evidence, &Stories::of(&evidence.records)).len()
    }

    #[test]
    fn a_key_under_which_two_jobs_were_made_in_one_session_is_found() {
        assert_eq!(found(ran("job-2").to_vec()), 0);
        assert_eq!(found([&ran("job-2")[..], &[accepted("other", "job-2")]].concat()), 0);
        assert_eq!(found([&ran("job-2")[..], &[accepted("k", "job-2")]].concat()), 1);
        assert_eq!(found([&[session("t")], &ran("job-2")[..], &[accepted("k", "job-2")]].concat()), 0);
        assert!(broken(&evidence([success(), vec![accepted("k", JOB)]].concat())).contains(&"I10"));
    }

    #[test]
    fn a_retry_that_was_answered_with_two_jobs_is_found() {
        let both = [ran("job-2"), ran("job-3")].concat();
        assert_eq!(found([&both[..], &[retried("job-2"), retried("job-2")]].concat()), 0);
        assert_eq!(found([&both[..], &[retried("job-2"), retried("job-3")]].concat()), 1);
    }

    #[test]
    fn a_second_answer_that_does_not_say_that_it_is_one_is_found() {
        let again = |replayed| Note::Accepted { key: "k".to_owned(), job: JOB.to_owned(), replayed };
        assert_eq!((found(vec![again(true)]), found(vec![again(false)])), (0, 1));
    }
}
