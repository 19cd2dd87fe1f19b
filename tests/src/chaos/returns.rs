//! Jobs that came back to the agent that had been given up.

use std::{collections::BTreeMap, path::Path};

use crate::history::{Execution, Note, Record};

/// The row of an agent whose job comes back to itself.
pub(super) const RETURNED: &str = "F34";

/// How often a job was lost with its agent, and was begun once more by the same start of the agent's program: that one
/// had only been silent, and has the same job under two tokens.
pub(super) fn returns(records: &[Record]) -> u64 {
    let (mut begun, mut told) = (BTreeMap::<&str, Vec<&Execution>>::new(), BTreeMap::<&str, Told>::new());
    for record in records {
        match &record.note {
            Note::Began { execution } => begun.entry(&execution.job).or_default().push(execution),
            Note::Told { job, transition, version, .. } => match transition.as_str() {
                "started" => told.entry(job).or_default().started.push(*version),
                "lost" => told.entry(job).or_default().lost.push(*version),
                _ => {}
            },
            _ => {}
        }
    }
    let of_job = |(job, executions): (&&str, &Vec<&Execution>)| {
        let Some(told) = told.get(job) else { return 0 };
        let mut executions = executions.clone();
        executions.sort_by_key(|execution| execution.attempt);
        let again = executions.iter().zip(executions.iter().skip(1));
        again.filter(|(one, next)| program(one) == program(next) && told.lost_between(one, next)).count()
    };
    begun.iter().map(of_job).sum::<usize>() as u64
}

/// Versions of one job.
#[derive(Default)]
struct Told {
    started: Vec<u64>,
    lost: Vec<u64>,
}

impl Told {
    fn lost_between(&self, one: &Execution, next: &Execution) -> bool {
        // The first attempt is the one that was started first.
        let began = |execution: &Execution| self.started.get(execution.attempt.checked_sub(1)? as usize);
        let (Some(one), Some(next)) = (began(one), began(next)) else { return false };
        self.lost.iter().any(|lost| one < lost && lost < next)
    }
}

/// Each start of an agent makes a folder, in which its slots have theirs.
fn program(execution: &Execution) -> Option<&Path> {
    Path::new(&execution.slot).parent()
}

#[cfg(test)]
mod tests {
    use spool_shared::job::Status;

    use super::*;

    fn began(attempt: u32, slot: &str) -> Note {
        let [job, agent, folder] = ["j", "g", "f"].map(str::to_owned);
        let slot = slot.to_owned();
        Note::Began { execution: Execution { job, attempt, pid: 1, agent, slot, folder, at_us: 1 } }
    }

    fn found(transitions: &[&str], second: &str) -> u64 {
        let told = transitions.iter().zip(1..).map(|(transition, version)| Note::Told {
            number: version,
            job: "j".to_owned(),
            transition: (*transition).to_owned(),
            version,
            status: Status::Queued,
            not_before: 0,
        });
        let notes = told.chain([began(1, "/a/slot-0"), began(2, second)]);
        let record = |(line, note)| Record { line, at_ms: 0, who: "c".to_owned(), note };
        returns(&(0..).zip(notes).map(record).collect::<Vec<_>>())
    }

    #[test]
    fn a_job_that_was_lost_and_begun_again_by_the_same_program_has_come_back() {
        assert_eq!(found(&["started", "lost", "assigned", "started"], "/a/slot-1"), 1);
    }

    #[test]
    fn one_that_another_program_began_or_that_failed_in_between_has_not() {
        assert_eq!(found(&["started", "lost", "assigned", "started"], "/b/slot-0"), 0);
        assert_eq!(found(&["started", "retried", "assigned", "started"], "/a/slot-0"), 0);
        assert_eq!(found(&["started", "lost", "assigned"], "/a/slot-0"), 0);
    }
}
