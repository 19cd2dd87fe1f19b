//! What is there when all is over.

use spool_shared::job::Status;

use super::{Evidence, FinalJob, story::Stories};
use crate::history::Note;

/// The keys that may be there when nothing waits and nothing runs, and why. What ends with a colon is followed by a name.
/// All others expire, or are gone with the last job that waits or runs.
const KEPT: [&str; 20] = [
    // One each, for as long as Redis lives: the session, its numbers, its events, of which it keeps so many.
    "session",
    "counters",
    "events",
    "judge",
    // A job that is kept, its list, its pictures and when it expires.
    "job:",
    "jobs:",
    "refs",
    "users:",
    "finished",
    // How long the last attempts of a class took: a list of bounded length for each.
    "durations:",
    // Each agent that is connected, or was of late.
    "agents",
    "lost",
    "agent:",
    "quarantine",
    "memory",
    // What agents offer, and who of them is free.
    "offers:",
    "free:",
    "warm:",
    // Classes that nobody offers.
    "unserved",
    // Pictures that were sent before the request that names them.
    "image:",
];

/// A replica that is killed leaves half written at most what all agents were sending.
const SENDING: usize = 8;

/// I16: no process, no file of an attempt that did not win, no file half written by one that lives, no work of a job in
/// an agent's folder, and no key but those that may stay.
pub(super) fn nothing_is_left_behind(evidence: &Evidence, _: &Stories<'_>) -> Vec<String> {
    let mut wrong: Vec<String> =
        evidence.ending.iter().filter(|sentence| sentence.starts_with("left behind")).cloned().collect();
    for file in &evidence.stored {
        let job = evidence.jobs.get(&file.job);
        let has_none = job.is_some_and(ends_without_a_result);
        if !has_none && job.and_then(|job| job.result.as_ref()) != Some(&file.attempt) {
            wrong.push(format!("{}/{}/{} belongs to no result", file.job, file.attempt, file.name));
        }
    }
    if evidence.half_written.len() > SENDING * evidence.restarts {
        wrong.push(format!("half written and nobody was killed: {:?}", evidence.half_written));
    }
    if evidence.scratch.len() > evidence.away {
        wrong.push(format!("work of jobs that ended lies in {:?}", evidence.scratch));
    }
    let agents =
        evidence.forever.iter().filter(|key| key.strip_prefix("agent:").is_some_and(|id| !id.contains(':')));
    let agents = agents.count();
    if agents > evidence.agents {
        wrong.push(format!("{agents} agents are kept for ever, and there are {}", evidence.agents));
    }
    wrong.extend(evidence.forever.iter().filter_map(|key| stays_wrongly(key, evidence)));
    wrong
}

const fn ends_without_a_result(job: &FinalJob) -> bool {
    matches!(job.status, Status::Failed | Status::Canceled)
}

/// I16: of a job that failed or was canceled no file stays but its pictures, and its record names none.
pub(super) fn a_job_without_a_result_has_no_file(evidence: &Evidence, _: &Stories<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (id, job) in evidence.jobs.iter().filter(|(_, job)| ends_without_a_result(job)) {
        let status = job.status.as_str();
        let files = evidence.stored.iter().filter(|file| file.job == *id);
        wrong.extend(
            files.map(|file| format!("job {id} is {status}, and {}/{} stays", file.attempt, file.name)),
        );
        if job.result.is_some() || job.sha256.is_some() {
            wrong.push(format!("job {id} is {status} and names a result: {job:?}"));
        }
    }
    wrong
}

/// Why a key may not stay.
fn stays_wrongly(key: &str, evidence: &Evidence) -> Option<String> {
    let may = |kept: &str| key == kept || (kept.ends_with(':') && key.starts_with(kept));
    if !KEPT.iter().any(|kept| may(kept)) {
        return Some(format!("the key {key} never expires"));
    }
    if key.starts_with("agent:") && key.ends_with(":places") {
        return Some(format!("{key}: a place is taken and nothing runs"));
    }
    let job = key.strip_prefix("job:").map(|rest| rest.split(':').next().unwrap_or(rest));
    job.filter(|job| !evidence.jobs.contains_key(*job)).map(|_| format!("the key {key} belongs to no job"))
}

/// I17: no secret stands in any log.
pub(super) fn no_secret_is_told(evidence: &Evidence, _: &Stories<'_>) -> Vec<String> {
    evidence.ending.iter().filter(|sentence| sentence.contains("secrets")).cloned().collect()
}

/// I18: each process that was asked to end did so with 0 in time, also those that were ended before the run; none ended
/// that nobody asked, and none panicked.
pub(super) fn every_process_ends_well(evidence: &Evidence, _: &Stories<'_>) -> Vec<String> {
    let others = |sentence: &&String| !sentence.starts_with("left behind") && !sentence.contains("secrets");
    let mut wrong: Vec<String> = evidence.ending.iter().filter(others).cloned().collect();
    wrong.extend(evidence.records.iter().filter_map(|record| match &record.note {
        Note::Exited { process, wrong: Some(sentence) } => Some(format!("{process}: {sentence}")),
        _ => None,
    }));
    wrong
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
    fn a_file_of_a_job_that_failed_or_was_canceled_and_a_result_that_its_record_names_are_found() {
        let found = |status, result: Option<&str>, stored: bool| {
            let mut found = evidence(success());
            let job = FinalJob { status, result: result.map(str::to_owned), ..found.jobs["job-1"].clone() };
            found.jobs.insert("job-2".to_owned(), FinalJob { sha256: None, ..job });
            let file = Stored { job: "job-2".to_owned(), ..found.stored[0].clone() };
            found.stored.extend(stored.then_some(file));
            let stories = Stories::of(&found.records);
            let behind = nothing_is_left_behind(&found, &stories).len();
            (a_job_without_a_result_has_no_file(&found, &stories).len(), behind)
        };
        for status in [Status::Failed, Status::Canceled] {
            assert_eq!(found(status, None, false), (0, 0));
            assert_eq!(found(status, None, true), (1, 0));
            assert_eq!(found(status, Some("won"), false), (1, 0));
        }
        assert_eq!(found(Status::Succeeded, Some("won"), true), (0, 0));
    }

    #[test]
    fn what_is_at_rest_only_while_something_waits_or_runs_is_found() {
        for key in ["lane:x/normal/", "again:x/normal/", "order:x/normal/", "leases", "delayed", "heads"] {
            let mut found = evidence(success());
            found.forever.push(key.to_owned());
            assert_eq!(broken(&found), ["I16"], "{key}");
        }
        for key in ["agent:g:places", "mail:r", "replica:r", "idem::k", "sessions"] {
            let mut found = evidence(success());
            found.forever.push(key.to_owned());
            assert_eq!(broken(&found), ["I16"], "{key}");
        }
        let mut found = evidence(success());
        found.forever.extend(["session", "job:job-1", "agent:g"].map(str::to_owned));
        assert_eq!(broken(&found), ["I16"], "there is no agent");
        found.agents = 1;
        assert_eq!(broken(&found), Vec::<&str>::new());
    }

    #[test]
    fn half_written_files_and_work_in_the_folder_of_an_agent_are_found_unless_that_was_killed_or_is_away() {
        for (restarts, away, wanted) in [(0, 1, vec!["I16"]), (1, 0, vec!["I16"]), (1, 1, vec![])] {
            let mut found = evidence(success());
            found.half_written.push("ee#1".to_owned());
            found.scratch.push("spool-agent-a".to_owned());
            (found.restarts, found.away) = (restarts, away);
            assert_eq!(broken(&found), wanted);
        }
    }

    #[test]
    fn a_process_that_ended_badly_before_the_run_did_is_found() {
        for (wrong, broke) in [(None, vec![]), (Some("did not end in time".to_owned()), vec!["I18"])] {
            let mut notes = success();
            notes.push(Note::Exited { process: "api-1".to_owned(), wrong });
            assert_eq!(broken(&evidence(notes)), broke);
        }
    }

    #[test]
    fn a_fault_that_did_not_fire_is_found() {
        let idle = Note::Fault { row: "F1".to_owned(), disturbed: 0 };
        assert_eq!(broken(&but(11, vec![idle])), ["faults"]);
    }
}
