//! What a job may cost.

use std::collections::BTreeMap;

use spool_shared::job::Status;

use super::{
    Evidence,
    story::{Stories, Told},
};
use crate::{history::Note, job::Spent};

/// How often a job may go back to the queue for each reason; what counts for nothing has no limit.
const BUDGETS: [(&str, usize); 3] = [("retried", 1), ("lost", 3), ("bounced", 9)];

/// I7: one retry after a failure, three requeues after losses, ten hand-outs that came to nothing; the workers began no
/// more executions than hand-outs were made; and what a record says that it spent is what happened, no more and no less.
pub(super) fn no_budget_is_overspent(evidence: &Evidence, stories: &Stories<'_>) -> Vec<String> {
    let mut began: BTreeMap<&str, usize> = BTreeMap::new();
    for record in &evidence.records {
        if let Note::Began { execution } = &record.note {
            *began.entry(&execution.job).or_default() += 1;
        }
    }
    let mut wrong = super::ownership::seen_in_redis(evidence, "I7");
    for (job, told) in stories.of_last_session() {
        let times = |transition: &str| told.iter().filter(|told| told.transition == transition).count();
        for (reason, most) in BUDGETS {
            if times(reason) > most {
                wrong.push(format!("job {job} was {reason} {} times", times(reason)));
            }
        }
        let (executions, hand_outs) = (began.get(job).copied().unwrap_or_default(), times("assigned"));
        if executions > hand_outs {
            wrong.push(format!("job {job} was executed {executions} times and handed out {hand_outs} times"));
        }
    }
    for record in &evidence.records {
        let Note::Stands { job, status, spent, code, .. } = &record.note else { continue };
        let told = stories.told.get(job.as_str()).map(Vec::as_slice).unwrap_or_default();
        let failed = (*status == Status::Failed).then_some(code.as_deref().unwrap_or_default());
        let happened = happened(told.iter().filter(|told| told.record < record.line), failed);
        if happened != *spent {
            wrong.push(format!(
                "job {job} ({status:?}, {code:?}) has spent {spent:?}, but this happened: {happened:?}"
            ));
        }
        let enough = match failed {
            Some("poison_job") => spent.losses == LOSSES,
            Some("no_agent") => spent.bounces == BOUNCES,
            _ => true,
        };
        if !enough {
            wrong.push(format!("job {job} was given up with {code:?} after {spent:?}"));
        }
    }
    wrong
}

/// The loss and the hand-out with which a job is given up.
const LOSSES: u32 = 4;
const BOUNCES: u32 = 10;

/// What a job has spent, by its transitions; the last of them, if it failed, is told from others by the code.
fn happened<'a>(told: impl Iterator<Item = &'a Told<'a>>, failed: Option<&str>) -> Spent {
    let mut spent = Spent::default();
    for told in told {
        match told.transition {
            "started" => spent.attempts += 1,
            "retried" => spent.failures += 1,
            "lost" => spent.losses += 1,
            "bounced" => spent.bounces += 1,
            "drained" => spent.drains += 1,
            _ => {}
        }
    }
    match failed {
        Some("poison_job") => spent.losses += 1,
        Some("no_agent") => spent.bounces += 1,
        Some("expired") | None => {}
        Some(_) => spent.failures += 1,
    }
    spent
}

#[cfg(test)]
mod tests {
    use super::{
        super::story::tests::{JOB, broken, evidence, execution, stands, success, told},
        *,
    };

    #[test]
    fn a_second_retry_or_a_fourth_loss_is_found() {
        for (reason, most) in BUDGETS {
            let mut notes = success();
            let end = notes.split_off(4);
            let mut version = 1;
            for _ in 0..=most {
                version += 2;
                notes.push(told(JOB, "assigned", version - 1, Status::Assigned));
                notes.push(told(JOB, reason, version, Status::Queued));
            }
            notes.extend(end.into_iter().map(|note| match note {
                Note::Told { job, transition, version: old, status, .. } => {
                    told(&job, &transition, version + old, status)
                }
                Note::Leased { job, version: old, lease, agent } => {
                    Note::Leased { job, version: version + old, lease, agent }
                }
                Note::Saw { job, status, version: old } => Note::Saw { job, status, version: version + old },
                other => other,
            }));
            assert_eq!(broken(&evidence(notes)), ["I7"], "{reason}");
        }
    }

    #[test]
    fn an_execution_without_a_hand_out_is_found() {
        let mut notes = success();
        notes.push(Note::Began { execution: execution(2, 900) });
        assert_eq!(broken(&evidence(notes)), ["I7"]);
    }

    #[test]
    fn a_record_that_says_something_else_than_what_happened_is_found() {
        let once = Spent { attempts: 1, ..Spent::default() };
        for spent in [
            Spent { attempts: 2, ..once },
            Spent { failures: 1, ..once },
            Spent { losses: 1, ..once },
            Spent { bounces: 1, ..once },
            Spent { drains: 1, ..once },
        ] {
            let mut notes = success();
            notes.push(stands(Status::Succeeded, None, spent));
            assert!(broken(&evidence(notes)).contains(&"I7"), "{spent:?}");
        }
    }

    #[test]
    fn a_job_that_is_given_up_too_soon_is_found() {
        for (code, spent) in [
            ("poison_job", Spent { losses: 1, attempts: 1, ..Spent::default() }),
            ("no_agent", Spent { bounces: 1, attempts: 1, ..Spent::default() }),
        ] {
            let mut notes = success();
            notes[8] = told(JOB, "failed", 5, Status::Failed);
            notes.push(stands(Status::Failed, Some(code), spent));
            assert!(broken(&evidence(notes)).contains(&"I7"), "{code}");
        }
    }
}
