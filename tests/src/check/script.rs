//! Jobs do what their scripts say.

use std::collections::BTreeSet;

use spool_shared::job::Status;

use super::{Evidence, story::Stories};
use crate::history::{Note, Verb};

/// Rows of faults that can make an attempt fail whose script has no trouble in it, and with which code.
const FROM_OUTSIDE: [(&str, &str); 6] = [
    // A worker is killed.
    ("F26", "worker_crashed"),
    // What the agent stores, or the replica, may not grow.
    ("F59", "storage"),
    // A worker that is started meanwhile may open no more files either.
    ("F59", "engine_error"),
    ("F58", "server_storage"),
    // A result came with a wrong bit, twice.
    ("F47", "server_storage"),
    // No agent was there for longer than a job waits.
    ("F72", EXPIRED),
];

const EXPIRED: &str = "expired";

/// What a script does to its execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble<'a> {
    None,
    /// It fails so in the first attempts, or in each.
    Fails {
        code: &'a str,
        always: bool,
    },
}

impl<'a> Trouble<'a> {
    fn of(script: &'a str) -> Self {
        let value = |word: &str| {
            script.split(' ').find_map(|part| part.strip_prefix(word).and_then(|rest| rest.strip_prefix('=')))
        };
        let has = |word: &str| value(word).is_some();
        let ends = ["crash_at", "exit_at", "segv_at"];
        if has("fail_at") {
            Self::Fails { code: value("fail").unwrap_or("engine_error"), always: !has("fail_times") }
        } else if ends.into_iter().any(has) {
            Self::Fails { code: "worker_crashed", always: !has("crash_times") }
        } else if has("hang_at") {
            Self::Fails { code: "stalled", always: true }
        } else if has("output") {
            Self::Fails { code: "engine_error", always: true }
        } else {
            Self::None
        }
    }
}

/// The promise of all promises: a job succeeds unless its script fails, somebody canceled it, or its budgets were spent
/// (see I7 for those); and one whose script always fails does not succeed.
pub(super) fn each_job_does_what_it_is_told(evidence: &Evidence, stories: &Stories<'_>) -> Vec<String> {
    let from_outside = from_outside(evidence);
    let (mut wrong, mut fine, mut succeeded) = (Vec::new(), 0_usize, 0_usize);
    for (job, told) in stories.of_last_session() {
        let Some(end) = told.iter().find(|told| told.status.is_terminal()) else { continue };
        let Some(script) = stories.script(job) else { continue };
        let trouble = Trouble::of(script);
        if trouble == Trouble::None && end.status != Status::Canceled && code(evidence, job) != Some(EXPIRED)
        {
            fine += 1;
            succeeded += usize::from(end.status == Status::Succeeded);
        }
        match end.status {
            Status::Canceled if !asked(evidence, job, end.record) => {
                wrong.push(format!("job {job} was canceled and nobody had asked for it"));
            }
            Status::Succeeded if matches!(trouble, Trouble::Fails { always: true, .. }) => {
                wrong.push(format!("job {job} succeeded, though its script fails: {script}"));
            }
            Status::Failed => match code(evidence, job) {
                None => wrong.push(format!("job {job} failed without a code")),
                Some("poison_job" | "no_agent") => {}
                Some(code) if from_outside.contains(code) => {}
                Some(code) if matches!(trouble, Trouble::Fails { code: own, .. } if own == code) => {}
                Some(code) => wrong.push(format!("job {job} failed with {code}, its script: {script}")),
            },
            _ => {}
        }
    }
    if too_few(succeeded, fine) {
        wrong.push(format!("of {fine} jobs without trouble {succeeded} succeeded"));
    }
    wrong
}

/// The codes that the faults of this run explain.
fn from_outside(evidence: &Evidence) -> BTreeSet<&'static str> {
    let fired: BTreeSet<&str> = evidence
        .records
        .iter()
        .filter_map(|record| match &record.note {
            Note::Fault { row, .. } => Some(row.as_str()),
            _ => None,
        })
        .collect();
    FROM_OUTSIDE.into_iter().filter(|(row, _)| fired.contains(row)).map(|(_, code)| code).collect()
}

/// Faults cost some jobs their budgets, not most.
const fn too_few(succeeded: usize, fine: usize) -> bool {
    succeeded + fine / 4 + 2 < fine
}

/// Whether somebody had asked for the job's cancel before this record.
fn asked(evidence: &Evidence, job: &str, before: u64) -> bool {
    let asks = |note: &Note| matches!(note, Note::Asks { verb: Verb::Cancel, job: asked } if asked == job);
    evidence.records.iter().any(|record| record.line < before && asks(&record.note))
}

/// The code with which the job failed, by its record.
fn code<'a>(evidence: &'a Evidence, job: &str) -> Option<&'a str> {
    evidence.records.iter().rev().find_map(|record| match &record.note {
        Note::Stands { job: stands, code, .. } if stands == job => code.as_deref(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::story::tests::{JOB, broken, evidence, stands, submits, success, told},
        *,
    };
    use crate::job::Spent;

    /// A job with this script that fails at last with this code.
    fn failed(script: &str, code: &str) -> Vec<&'static str> {
        let mut notes = success();
        notes[1] = Note::Submits { key: "k".to_owned(), script: script.to_owned() };
        notes[8] = told(JOB, "failed", 5, Status::Failed);
        notes.drain(9..=10);
        notes.pop();
        notes.push(stands(
            Status::Failed,
            Some(code),
            Spent { attempts: 1, failures: 1, ..Spent::default() },
        ));
        let mut found = evidence(notes);
        found.jobs.clear();
        found.stored.clear();
        broken(&found).into_iter().filter(|invariant| *invariant == "success").collect()
    }

    #[test]
    fn a_job_that_fails_and_was_to_succeed_is_found() {
        assert_eq!(failed("steps=2", "engine_error"), ["success"]);
        assert_eq!(failed("steps=2", "worker_crashed"), ["success"]);
        assert_eq!(failed("steps=2 fail_at=1", "worker_crashed"), ["success"]);
        assert_eq!(failed("steps=2 fail_at=1", "engine_error"), Vec::<&str>::new());
        for (script, code) in [
            ("steps=2 exit_at=1", "worker_crashed"),
            ("steps=2 segv_at=2", "worker_crashed"),
            ("steps=2 hang_at=2", "stalled"),
            ("steps=2 fail_at=2 fail=out_of_memory", "out_of_memory"),
            ("steps=2 output=junk", "engine_error"),
        ] {
            assert_eq!(failed(script, code), Vec::<&str>::new());
            assert_eq!(failed(script, "bad_input"), ["success"]);
        }
    }

    #[test]
    fn a_run_in_which_most_jobs_lose_their_budgets_is_found() {
        assert!(too_few(0, 3) && too_few(27, 40));
        assert!(!too_few(0, 2) && !too_few(28, 40));
    }

    #[test]
    fn a_job_that_succeeds_and_was_to_fail_is_found() {
        let mut notes = success();
        notes[1] = Note::Submits { key: "k".to_owned(), script: "fail_at=2".to_owned() };
        assert_eq!(broken(&evidence(notes)), ["success"]);
        let mut notes = success();
        notes[1] = Note::Submits { key: "k".to_owned(), script: "fail_at=2 fail_times=1".to_owned() };
        assert_eq!(broken(&evidence(notes)), Vec::<&str>::new());
    }

    #[test]
    fn a_cancel_that_nobody_asked_for_is_found() {
        let mut notes = vec![success().swap_remove(0), submits("k")];
        notes.push(told(JOB, "queued", 1, Status::Queued));
        notes.push(told(JOB, "canceled", 2, Status::Canceled));
        notes.push(super::super::story::tests::accepted("k", JOB));
        notes.push(Note::Quiet {});
        assert!(broken(&evidence(notes)).contains(&"success"));
    }
}
