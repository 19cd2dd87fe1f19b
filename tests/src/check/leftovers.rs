//! What is there when all is over.

use super::{Evidence, story::Stories};
use crate::history::Note;

/// How the keys begin that may stay for as long as a session lasts, besides those of jobs that are kept.
const KEPT: [&str; 31] = [
    "session",
    "counters",
    "events",
    "job:",
    "jobs:",
    "refs",
    "users:",
    "finished",
    "leases",
    "delayed",
    "lane:",
    "again:",
    "order:",
    "durations:",
    "turns:",
    "waiting:",
    "heads",
    "unserved",
    "agents",
    "lost",
    "agent:",
    "quarantine",
    "memory",
    "offers:",
    "free:",
    "warm:",
    "judge",
    "image:",
    "idem:",
    "mail:",
    "replica:",
];

/// I16: no process, no file of an attempt that did not win, no key beyond those that a session has.
pub(super) fn nothing_is_left_behind(evidence: &Evidence, _: &Stories<'_>) -> Vec<String> {
    let mut wrong: Vec<String> =
        evidence.ending.iter().filter(|sentence| sentence.starts_with("left behind")).cloned().collect();
    for file in &evidence.stored {
        let won = evidence.jobs.get(&file.job).and_then(|job| job.result.as_ref());
        if won != Some(&file.attempt) {
            wrong.push(format!("{}/{}/{} belongs to no result", file.job, file.attempt, file.name));
        }
    }
    let strange = evidence.forever.iter().filter(|key| !KEPT.iter().any(|kept| key.starts_with(kept)));
    wrong.extend(strange.map(|key| format!("the key {key} never expires")));
    for key in &evidence.forever {
        let job = key.strip_prefix("job:").map(|rest| rest.split(':').next().unwrap_or(rest));
        if job.is_some_and(|job| !evidence.jobs.contains_key(job)) {
            wrong.push(format!("the key {key} belongs to no job"));
        }
    }
    wrong
}

/// I17: no secret stands in any log.
pub(super) fn no_secret_is_told(evidence: &Evidence, _: &Stories<'_>) -> Vec<String> {
    evidence.ending.iter().filter(|sentence| sentence.contains("secrets")).cloned().collect()
}

/// I18: each process that was asked to end did so with 0 in time.
pub(super) fn every_process_ends_well(evidence: &Evidence, _: &Stories<'_>) -> Vec<String> {
    let others = |sentence: &&String| !sentence.starts_with("left behind") && !sentence.contains("secrets");
    evidence.ending.iter().filter(others).cloned().collect()
}

/// A run whose faults did not happen proves nothing.
pub(super) fn every_fault_fired(evidence: &Evidence, _: &Stories<'_>) -> Vec<String> {
    let idle = evidence.records.iter().filter_map(|record| match &record.note {
        Note::Fault { row, disturbed: 0 } => Some(format!("{row} disturbed nothing")),
        _ => None,
    });
    idle.collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::story::tests::{broken, but, evidence, success},
        *,
    };
    use crate::check::Stored;

    #[test]
    fn each_kind_of_leftover_counts_for_its_invariant() {
        for (sentence, invariant) in [
            ("left behind: 12 python", "I16"),
            ("2 secrets of 9 stand in a log", "I17"),
            ("api-1 ended with signal: 6", "I18"),
        ] {
            let mut found = evidence(success());
            found.ending.push(sentence.to_owned());
            assert_eq!(broken(&found), [invariant]);
        }
    }

    #[test]
    fn a_file_of_an_attempt_that_lost_and_a_key_that_never_expires_are_found() {
        let mut found = evidence(success());
        found.stored.push(Stored {
            name: "0-bb".to_owned(),
            attempt: "lost".to_owned(),
            ..found.stored[0].clone()
        });
        assert_eq!(broken(&found), ["I16"]);
        for key in ["surprise", "job:ghost:input"] {
            let mut found = evidence(success());
            found.forever.push(key.to_owned());
            assert_eq!(broken(&found), ["I16"]);
        }
    }

    #[test]
    fn a_fault_that_did_not_fire_is_found() {
        let idle = Note::Fault { row: "F1".to_owned(), disturbed: 0 };
        assert_eq!(broken(&but(11, vec![idle])), ["faults"]);
    }
}
