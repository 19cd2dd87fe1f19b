//! Leases and executions: who had a job, who ran it, and whose result it is.

use std::collections::{BTreeMap, BTreeSet};

use spool_shared::job::Status;

use super::{
    Evidence,
    story::{Stories, Told},
};
use crate::history::{Execution, Note};

/// Whether a lease begins with this transition.
fn begins(told: &Told<'_>) -> bool {
    matches!(told.transition, "assigned" | "readopted")
}

/// I5: the result is that of the lease that began last before the end, and its bytes were written by an execution of
/// that attempt on that agent. A lease whose token nobody saw is at least none of those before.
pub(super) fn the_last_lease_wins(evidence: &Evidence, stories: &Stories<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    let none = BTreeMap::new();
    for record in &evidence.records {
        let Note::Stands { job, status: Status::Succeeded, spent, result, .. } = &record.note else {
            continue;
        };
        let told = stories.told.get(job.as_str()).map(Vec::as_slice).unwrap_or_default();
        let known = stories.leases.get(job.as_str()).unwrap_or(&none);
        let end = told.iter().position(|told| told.status == Status::Succeeded).unwrap_or(told.len());
        let begun: Vec<u64> =
            told.iter().take(end).filter(|told| begins(told)).map(|told| told.version).collect();
        let Some((last, before)) = begun.split_last() else {
            wrong.push(format!("job {job} succeeded and nobody ever had it"));
            continue;
        };
        let won = result.as_deref().unwrap_or_default();
        let winner = known.get(last);
        if winner.is_some_and(|(lease, _)| *lease != won)
            || before.iter().filter_map(|version| known.get(version)).any(|(lease, _)| *lease == won)
        {
            wrong.push(format!("job {job} has the result of {won}, but the last lease was {winner:?}"));
        }
        let Some(sha256) = evidence.jobs.get(job).and_then(|job| job.sha256.as_ref()) else { continue };
        let own = |execution: &Execution| {
            execution.job == *job
                && execution.attempt == spent.attempts
                && winner.is_none_or(|(_, agent)| *agent == execution.agent)
        };
        let wrote = evidence.records.iter().any(
            |record| matches!(&record.note, Note::Wrote { execution, sha256: hash } if hash == sha256 && own(execution)),
        );
        if !wrote {
            wrong.push(format!(
                "the result of job {job} is not that of attempt {} on {winner:?}",
                spent.attempts
            ));
        }
    }
    wrong
}

/// I8: no two hand-outs share a token, and what was handed out once is executed once.
pub(super) fn one_token_one_execution(evidence: &Evidence, stories: &Stories<'_>) -> Vec<String> {
    let mut wrong = super::ownership::seen_in_redis(evidence, "I8");
    let mut leases = BTreeSet::new();
    for (job, known) in &stories.leases {
        for (version, (lease, _)) in known {
            if !leases.insert(*lease) {
                wrong.push(format!(
                    "the lease of job {job} at version {version} has a token that was there before"
                ));
            }
        }
    }
    let mut folders = BTreeSet::new();
    for record in &evidence.records {
        if let Note::Began { execution } = &record.note
            && !folders.insert(&execution.folder)
        {
            wrong.push(format!("{} of job {} was executed twice", execution.folder, execution.job));
        }
    }
    wrong
}

/// I13: a slot never runs two executions at once.
pub(super) fn a_slot_runs_one_job(evidence: &Evidence, _: &Stories<'_>) -> Vec<String> {
    let mut wrong = super::ownership::seen_in_redis(evidence, "I13");
    let mut slots: BTreeMap<&str, Vec<(&Execution, Option<u64>)>> = BTreeMap::new();
    let mut over: BTreeMap<(&str, u32), u64> = BTreeMap::new();
    for record in &evidence.records {
        if let Note::Over { execution } = &record.note {
            over.insert((&execution.folder, execution.pid), execution.at_us);
        }
    }
    for record in &evidence.records {
        if let Note::Began { execution } = &record.note {
            let end = over.get(&(execution.folder.as_str(), execution.pid)).copied();
            slots.entry(&execution.slot).or_default().push((execution, end));
        }
    }
    for (slot, mut executions) in slots {
        executions.sort_by_key(|(execution, _)| execution.at_us);
        for pair in executions.windows(2) {
            let [(before, end), (after, _)] = pair else { continue };
            // What was killed says no end, but its process runs nothing more.
            let overlaps = end.map_or(before.pid == after.pid, |end| end > after.at_us);
            if overlaps {
                wrong.push(format!("{slot} ran job {} while it still ran job {}", after.job, before.job));
            }
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::{
        super::story::tests::{JOB, broken, evidence, execution, stands, success, told},
        *,
    };
    use crate::job::Spent;

    fn leased(version: u64, lease: &str) -> Note {
        Note::Leased { job: JOB.to_owned(), version, lease: lease.to_owned(), agent: "g".to_owned() }
    }

    /// Handed out, lost and handed out again before it succeeds; `won` is the lease of the second one.
    fn again(won: &str, first: &str) -> Vec<Note> {
        let mut notes = success();
        notes.truncate(notes.len() - 2);
        notes[8] = told(JOB, "lost", 5, Status::Queued);
        notes.remove(9);
        let more = [
            told(JOB, "assigned", 6, Status::Assigned),
            told(JOB, "accepted", 7, Status::Assigned),
            told(JOB, "started", 8, Status::Running),
            told(JOB, "succeeded", 9, Status::Succeeded),
            Note::Saw { job: JOB.to_owned(), status: Status::Succeeded, version: 9 },
        ];
        notes.splice(9..9, more);
        notes.push(leased(2, first));
        notes.push(leased(6, won));
        notes.push(Note::Began { execution: execution(2, 400) });
        notes.push(stands(Status::Succeeded, None, Spent { attempts: 2, losses: 1, ..Spent::default() }));
        notes
    }

    fn written_by(attempt: u32) -> Note {
        Note::Wrote { execution: execution(attempt, 500), sha256: "aa".to_owned() }
    }

    #[test]
    fn a_result_of_a_lease_that_was_superseded_is_found() {
        let mut notes = again("won", "first");
        notes.push(written_by(2));
        assert_eq!(broken(&evidence(notes)), Vec::<&str>::new());
        let mut notes = again("second", "won");
        notes.push(written_by(2));
        assert_eq!(broken(&evidence(notes)), ["I5"], "the first one's result is the job's");
        let mut unseen = again("second", "won");
        unseen.retain(|note| !matches!(note, Note::Leased { lease, .. } if lease == "second"));
        unseen.push(written_by(2));
        assert_eq!(broken(&evidence(unseen)), ["I5"], "also where the second one's token is not known");
    }

    #[test]
    fn bytes_that_an_earlier_attempt_or_another_agent_wrote_are_found() {
        assert_eq!(broken(&evidence(again("won", "first"))), ["I5"], "only attempt 1 wrote them");
        let mut notes = success();
        for note in &mut notes {
            if let Note::Wrote { execution, .. } = note {
                execution.agent = "other".to_owned();
            }
        }
        assert_eq!(broken(&evidence(notes)), ["I5"]);
    }

    #[test]
    fn a_token_that_is_given_twice_and_a_lease_that_is_executed_twice_are_found() {
        let mut notes = again("first", "first");
        notes.push(written_by(2));
        assert!(broken(&evidence(notes)).contains(&"I8"));
        let mut notes = success();
        notes[4] = told(JOB, "assigned", 2, Status::Assigned);
        notes.push(Note::Began { execution: execution(1, 900) });
        assert!(broken(&evidence(notes)).contains(&"I8"));
    }

    #[test]
    fn a_slot_with_two_executions_at_once_is_found() {
        for (began, pid, wanted) in [(250, 8, true), (250, 7, true), (350, 7, false)] {
            let mut other = execution(2, began);
            (other.pid, other.job) = (pid, "other".to_owned());
            let mut notes = success();
            notes.push(Note::Began { execution: other });
            assert_eq!(broken(&evidence(notes)).contains(&"I13"), wanted, "{began} {pid}");
        }
    }
}
