//! What a job may cost.

use std::collections::BTreeMap;

use super::{Evidence, story::Stories};
use crate::history::Note;

/// How often a job may go back to the queue for each reason; what counts for nothing has no limit.
const BUDGETS: [(&str, usize); 3] = [("retried", 1), ("lost", 3), ("bounced", 9)];

/// I7: one retry after a failure, three requeues after losses, ten hand-outs that came to nothing; and the workers
/// began no more executions than hand-outs were made.
pub(super) fn no_budget_is_overspent(evidence: &Evidence, stories: &Stories<'_>) -> Vec<String> {
    let mut began: BTreeMap<&str, usize> = BTreeMap::new();
    for record in &evidence.records {
        if let Note::Began { job, .. } = &record.note {
            *began.entry(job).or_default() += 1;
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
    wrong
}

#[cfg(test)]
mod tests {
    use spool_shared::job::Status;

    use super::{
        super::story::tests::{JOB, broken, evidence, success, told},
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
                Note::Saw { job, status, version: old } => Note::Saw { job, status, version: version + old },
                other => other,
            }));
            assert_eq!(broken(&evidence(notes)), ["I7"], "{reason}");
        }
    }

    #[test]
    fn an_execution_without_a_hand_out_is_found() {
        let mut notes = success();
        notes.push(Note::Began { job: JOB.to_owned(), attempt: 1, pid: 9 });
        assert_eq!(broken(&evidence(notes)), ["I7"]);
    }
}
