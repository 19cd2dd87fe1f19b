//! Cancels that came in the same instant as something else.

use std::collections::BTreeMap;

use crate::history::{Note, Record, Verb};

/// Row of the matrix → how many cancels were under way, asked for and not yet answered, when their job ended, or when it
/// was handed out or came back to the queue. One that nobody answered proves nothing.
pub(super) fn races(records: &[Record]) -> BTreeMap<&'static str, u64> {
    let mut open: BTreeMap<&str, Option<&'static str>> = BTreeMap::new();
    let mut races = BTreeMap::new();
    for record in records {
        match &record.note {
            Note::Asks { verb: Verb::Cancel, job } => {
                open.insert(job, None);
            }
            Note::Told { job, transition, .. } => {
                if let (Some(met), Some(row)) = (open.get_mut(job.as_str()), row_of(transition)) {
                    *met = Some(row);
                }
            }
            Note::Answered { verb: Verb::Cancel, job, status, .. } => {
                let met = open.remove(job.as_str()).flatten();
                if let Some(row) = met.filter(|_| matches!(status, Some(200 | 409))) {
                    *races.entry(row).or_default() += 1;
                }
            }
            _ => {}
        }
    }
    races
}

/// The row that is about a cancel in the instant of this transition.
fn row_of(transition: &str) -> Option<&'static str> {
    match transition {
        "succeeded" | "failed" => Some("F53"),
        "assigned" | "accepted" | "started" | "retried" | "lost" | "bounced" | "returned" | "taken_back"
        | "drained" | "readopted" => Some("F54"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use spool_shared::job::Status;

    use super::*;

    fn found(told: &str, told_first: bool, status: Option<u16>) -> BTreeMap<&'static str, u64> {
        let job = || "j".to_owned();
        let (transition, verb) = (told.to_owned(), Verb::Cancel);
        let told = Note::Told {
            number: 2,
            job: job(),
            transition,
            version: 2,
            status: Status::Queued,
            not_before: 0,
        };
        let asks = Note::Asks { verb, job: job() };
        let answered = Note::Answered { verb, job: job(), status, made: None };
        let notes = if told_first { [told, asks, answered] } else { [asks, told, answered] };
        let record = |(line, note)| Record { line: line as u64, at_ms: 0, who: "c".to_owned(), note };
        races(&notes.into_iter().enumerate().map(record).collect::<Vec<_>>())
    }

    #[test]
    fn a_cancel_counts_if_something_else_became_of_its_job_before_it_was_answered() {
        assert_eq!(found("succeeded", false, Some(409)), BTreeMap::from([("F53", 1)]));
        assert_eq!(found("retried", false, Some(200)), BTreeMap::from([("F54", 1)]));
    }

    #[test]
    fn a_cancel_of_an_ended_job_one_without_an_answer_and_one_that_met_nothing_count_nothing() {
        for (told, told_first, status) in
            [("succeeded", true, Some(409)), ("assigned", false, None), ("canceled", false, Some(200))]
        {
            assert_eq!(found(told, told_first, status), BTreeMap::new(), "{told}");
        }
    }
}
