//! Who has a job.

use spool_shared::job::Status::{self, Assigned, Canceled, Failed, Queued, Running, Succeeded};

use super::{Evidence, story::Stories};
use crate::history::Note;

/// The table of transitions, as Redis tells them: from where, by what, to where.
const TABLE: &[(&[Status], &str, Status)] = &[
    (&[Queued], "assigned", Assigned),
    (&[Assigned], "accepted", Assigned),
    (&[Assigned], "started", Running),
    (&[Queued], "readopted", Running),
    (&[Running], "succeeded", Succeeded),
    (&[Assigned, Running], "retried", Queued),
    (&[Assigned, Running], "lost", Queued),
    (&[Assigned], "bounced", Queued),
    (&[Assigned], "returned", Queued),
    (&[Assigned], "taken_back", Queued),
    (&[Assigned, Running], "drained", Queued),
    (&[Queued, Assigned, Running], "failed", Failed),
    (&[Queued, Assigned, Running], "canceled", Canceled),
    (&[Succeeded], "forgotten", Succeeded),
    (&[Failed], "forgotten", Failed),
    (&[Canceled], "forgotten", Canceled),
];

/// I3: at every transition a job is in exactly one state, and goes on from that one; the events have no gap, and the
/// counters are the counts.
pub(super) fn every_transition_is_one_of_the_table(
    evidence: &Evidence,
    stories: &Stories<'_>,
) -> Vec<String> {
    let mut wrong = seen_in_redis(evidence, "I3");
    for (job, told) in &stories.told {
        let mut from = None;
        for step in told {
            let fits = match from {
                None => (step.transition, step.status, step.version) == ("queued", Queued, 1),
                Some(from) => TABLE.iter().any(|(sources, transition, to)| {
                    sources.contains(&from) && (*transition, *to) == (step.transition, step.status)
                }),
            };
            if !fits {
                let (transition, status) = (step.transition, step.status.as_str());
                wrong.push(format!(
                    "job {job}: {transition} to {status} from {from:?} (record {})",
                    step.record
                ));
            }
            from = Some(step.status);
        }
    }
    wrong
}

/// What a look into Redis found against this invariant.
/// - I4: a queued job waits in exactly one place, one with an agent has exactly one lease, an ended one has neither.
/// - I8: no two jobs have the same token.
/// - I9: lanes and the delayed set hold exactly the queued jobs; there are no pending lists.
/// - I13: no agent has more jobs than slots, and each lease takes one place.
pub(super) fn seen_in_redis(evidence: &Evidence, invariant: &str) -> Vec<String> {
    let found = evidence.records.iter().filter_map(|record| match &record.note {
        Note::Impossible { sentence } => sentence.strip_prefix(invariant)?.strip_prefix(": "),
        _ => None,
    });
    found.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::story::tests::{JOB, broken, but, evidence, success, told},
        *,
    };

    #[test]
    fn a_transition_that_is_not_in_the_table_is_found() {
        assert!(broken(&but(4, vec![])).contains(&"I3"), "accepted without a hand-out");
        let twice = told(JOB, "assigned", 3, Assigned);
        assert!(broken(&but(5, vec![twice])).contains(&"I3"), "handed out while an agent has it");
    }

    #[test]
    fn what_a_look_into_redis_found_counts_for_its_own_invariant() {
        for invariant in ["I3", "I4", "I8", "I9", "I13"] {
            let mut notes = success();
            notes.push(Note::Impossible { sentence: format!("{invariant}: something") });
            assert_eq!(broken(&evidence(notes)), [invariant]);
        }
    }
}
