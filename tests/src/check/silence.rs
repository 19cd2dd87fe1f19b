//! A run in which nothing happened proves nothing.

use super::{Evidence, story::Stories};
use crate::history::Note;

/// What a run must have shown at least.
pub(super) fn a_run_is_not_silent(evidence: &Evidence, _: &Stories<'_>) -> Vec<String> {
    let count = |is: fn(&Note) -> bool| evidence.records.iter().filter(|record| is(&record.note)).count();
    let (least, seen) = (evidence.least, evidence.seen);
    let words = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let floors = [
        ("results were served", count(|note| matches!(note, Note::Served { .. })), least.served),
        ("states were shown", count(|note| matches!(note, Note::Saw { .. })), least.saw),
        ("results were written", count(|note| matches!(note, Note::Wrote { .. })), least.wrote),
        ("looks were taken", words(seen.looks), words(least.looks)),
        ("transitions were told", words(seen.transitions), words(least.transitions)),
        // Some letters are gone before they are read; most are not.
        ("tokens of leases were seen", words(seen.leases_known), words(seen.leases - seen.leases / 4)),
    ];
    let missed = floors.into_iter().filter(|(_, number, least)| number < least);
    let mut wrong: Vec<String> =
        missed.map(|(what, number, least)| format!("{number} {what}, {least} at least")).collect();
    wrong.extend(super::ownership::seen_in_redis(evidence, "audit"));
    wrong
}

#[cfg(test)]
mod tests {
    use super::super::{
        evidence::Least,
        story::tests::{broken, evidence, success},
    };
    use super::*;

    #[test]
    fn each_floor_that_is_missed_is_found() {
        let none = Least::default();
        for least in [
            Least { served: 2, ..none },
            Least { saw: 3, ..none },
            Least { wrote: 2, ..none },
            Least { looks: 1, ..none },
            Least { transitions: 1, ..none },
        ] {
            let mut found = evidence(success());
            assert_eq!(broken(&found), Vec::<&str>::new());
            found.least = least;
            assert_eq!(broken(&found), ["silence"], "{least:?}");
        }
        let mut found = evidence(success());
        (found.seen.leases, found.seen.leases_known) = (10, 7);
        assert_eq!(broken(&found), ["silence"]);
    }

    #[test]
    fn a_look_that_failed_is_found() {
        let mut notes = success();
        notes.push(Note::Impossible { sentence: "audit: a look failed".to_owned() });
        assert_eq!(broken(&evidence(notes)), ["silence"]);
    }
}
