//! What pages were sent, as it came.

use std::collections::{BTreeMap, BTreeSet};

use spool_shared::job::Status;

use super::{Evidence, story::Stories};
use crate::history::{Note, Shown};

/// I2: a page that is loaded, or loaded again, never shows less than the same person saw before, and when all is over it
/// shows what Redis holds.
pub(super) fn a_page_is_never_behind(evidence: &Evidence, stories: &Stories<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<(&str, &str), (u64, Status)> = BTreeMap::new();
    for record in &evidence.records {
        match &record.note {
            Note::Saw { job, status, version } => {
                let newest = seen.entry((&record.who, job)).or_insert((*version, *status));
                if *version >= newest.0 {
                    *newest = (*version, *status);
                }
            }
            Note::Gone { job, .. } | Note::Reset { job } => {
                seen.remove(&(record.who.as_str(), job.as_str()));
            }
            Note::Snapshot { tab, jobs } | Note::LastLook { tab, jobs } => {
                for Shown { job, status, version } in jobs {
                    let newest = seen.entry((&record.who, job)).or_insert((*version, *status));
                    if *version < newest.0 || (newest.1.is_terminal() && newest.1 != *status) {
                        wrong.push(format!(
                            "{} saw job {job} as {newest:?}, and the tab {tab} was sent {version} {status:?}",
                            record.who
                        ));
                    }
                    *newest = (*version, *status);
                }
            }
            _ => {}
        }
        if let Note::LastLook { tab, jobs } = &record.note {
            wrong.extend(
                stays(evidence, stories, jobs).into_iter().map(|what| format!("the tab {tab} {what}")),
            );
        }
    }
    wrong
}

/// So many jobs a page is sent, the newest, besides those that have not ended.
const PAGE: usize = 50;

/// What is wrong with the last that a page shows.
fn stays(evidence: &Evidence, stories: &Stories<'_>, jobs: &[Shown]) -> Vec<String> {
    let mut wrong = Vec::new();
    for Shown { job, status, version } in jobs {
        match evidence.jobs.get(job) {
            None => wrong.push(format!("shows job {job}, which is not there any more")),
            Some(held) if (held.status, held.version) != (*status, *version) => {
                wrong.push(format!("shows job {job} as {version} {status:?}, but it is {held:?}"));
            }
            Some(_) => {}
        }
    }
    if jobs.len() >= PAGE {
        return wrong;
    }
    let shown: BTreeSet<&str> = jobs.iter().map(|shown| shown.job.as_str()).collect();
    let held = stories.of_last_session().map(|(job, _)| job).filter(|job| evidence.jobs.contains_key(*job));
    wrong.extend(held.filter(|job| !shown.contains(job)).map(|job| format!("does not show job {job}")));
    wrong
}

#[cfg(test)]
mod tests {
    use super::{
        super::story::tests::{JOB, broken, evidence, success},
        *,
    };

    fn shown(status: Status, version: u64) -> Vec<Shown> {
        vec![Shown { job: JOB.to_owned(), status, version }]
    }

    #[test]
    fn a_new_tab_that_is_sent_less_than_the_tab_before_is_found() {
        let tab = "2".to_owned();
        for (status, version, wanted) in [
            (Status::Succeeded, 5, vec![]),
            (Status::Running, 4, vec!["I2"]),
            (Status::Failed, 6, vec!["I2"]),
        ] {
            let mut notes = success();
            notes.push(Note::Snapshot { tab: tab.clone(), jobs: shown(status, version) });
            assert_eq!(broken(&evidence(notes)), wanted, "{status:?}");
        }
    }

    #[test]
    fn a_last_look_that_is_not_what_redis_holds_is_found() {
        let stranger = vec![Shown { job: "job-2".to_owned(), status: Status::Failed, version: 3 }];
        for (jobs, wanted) in [
            (shown(Status::Succeeded, 5), vec![]),
            (shown(Status::Succeeded, 6), vec!["I2"]),
            (vec![], vec!["I2"]),
            ([shown(Status::Succeeded, 5), stranger].concat(), vec!["I2"]),
        ] {
            let mut notes = success();
            notes.push(Note::LastLook { tab: "3".to_owned(), jobs });
            assert_eq!(broken(&evidence(notes)), wanted);
        }
    }
}
