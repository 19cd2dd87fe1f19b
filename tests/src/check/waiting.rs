//! Who waits, and for how long.

use super::{Evidence, story::Stories};
use crate::history::Note;

/// How soon a job that could go goes.
const SOON_MS: u64 = 2_000;
/// After the last fault agents and replicas need this long to find one another again.
const SETTLE_MS: u64 = 1_000;
/// However much is disturbed, nothing that is disturbed for so long is planned.
const EVER_MS: u64 = 10_000;

/// I12: while a good agent has a free place and a job that fits is due, it is handed out soon.
pub(super) fn nothing_waits_beside_a_free_place(evidence: &Evidence, stories: &Stories<'_>) -> Vec<String> {
    let Some(quiet) = stories.quiet_ms else { return vec!["the faults never ended".to_owned()] };
    let found = evidence.records.iter().filter_map(|record| match &record.note {
        Note::Waits { job, for_ms }
            if *for_ms > EVER_MS
                || (*for_ms).min(record.at_ms.saturating_sub(quiet + SETTLE_MS)) > SOON_MS =>
        {
            Some(format!("job {job} had waited for {for_ms} ms beside a free place"))
        }
        _ => None,
    });
    found.collect()
}

/// I14: of a hundred hand-outs in a row to agents that are equal and free, none got two more than another.
/// `agents` names who got each, `all` who could have.
#[must_use]
pub fn fair(agents: &[&str], all: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (from, hundred) in agents.windows(100.min(agents.len().max(1))).enumerate() {
        let counts = all.iter().map(|agent| hundred.iter().filter(|got| got == &agent).count());
        let (least, most) =
            counts.fold((usize::MAX, 0), |(least, most), count| (least.min(count), most.max(count)));
        if most > least + 1 {
            wrong.push(format!(
                "I14: of the hand-outs from number {from} one agent got {most}, another {least}"
            ));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::{
        super::story::tests::{JOB, broken, evidence, success},
        *,
    };

    #[test]
    fn a_job_that_waits_beside_a_free_place_is_found_once_all_is_quiet() {
        for (at_ms, for_ms, wanted) in [
            (2_900, 2_500, vec![]),
            (9_000, 1_500, vec![]),
            (9_000, 2_500, vec!["I12"]),
            (300, 11_000, vec!["I12"]),
        ] {
            let mut notes = success();
            notes.push(Note::Waits { job: JOB.to_owned(), for_ms });
            let mut found = evidence(notes);
            found.records.last_mut().expect("a record").at_ms = at_ms;
            assert_eq!(broken(&found), wanted);
        }
    }

    #[test]
    fn an_agent_that_gets_two_more_than_another_is_found() {
        assert_eq!(fair(&["a", "b", "a", "b", "a"], &["a", "b"]), Vec::<String>::new());
        assert_eq!(fair(&["a", "a", "b", "a"], &["a", "b"]).len(), 1);
        assert_eq!(fair(&["a", "b"], &["a", "b", "c"]), Vec::<String>::new());
    }
}
