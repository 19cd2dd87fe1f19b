//! The history of each job, taken out of the history of all.

use std::collections::{BTreeMap, BTreeSet};

use spool_shared::job::Status;

use crate::history::{Note, Record};

/// One transition, as Redis told it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) record: u64,
    pub(super) at_ms: u64,
    pub(super) session: usize,
    pub(super) transition: &'a str,
    pub(super) version: u64,
    pub(super) status: Status,
}

/// The same history by job and by key.
#[derive(Debug, Default)]
pub(super) struct Stories<'a> {
    /// Job → its transitions in order.
    pub(super) told: BTreeMap<&'a str, Vec<Told<'a>>>,
    /// Key → the jobs with which it was answered.
    pub(super) accepted: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// Key → the record of its first submit.
    pub(super) submitted: BTreeMap<&'a str, u64>,
    /// Jobs that were made by retries.
    pub(super) made: BTreeSet<&'a str>,
    /// The records in which a session began.
    pub(super) sessions: Vec<u64>,
    /// When every fault was over.
    pub(super) quiet_ms: Option<u64>,
}

impl<'a> Stories<'a> {
    pub(super) fn of(records: &'a [Record]) -> Self {
        let mut stories = Self::default();
        for record in records {
            stories.take(record);
        }
        stories
    }

    fn take(&mut self, Record { line, at_ms, note, .. }: &'a Record) {
        match note {
            Note::Submits { key, .. } => {
                self.submitted.entry(key).or_insert(*line);
            }
            Note::Accepted { key, job, .. } => {
                self.accepted.entry(key).or_default().insert(job);
            }
            Note::Answered { made: Some(job), .. } => {
                self.made.insert(job);
            }
            Note::Session { .. } => self.sessions.push(*line),
            Note::Quiet {} => self.quiet_ms = Some(*at_ms),
            Note::Told { job, transition, version, status, .. } => {
                let (version, status) = (*version, *status);
                let session = self.sessions.len();
                let told = Told { record: *line, at_ms: *at_ms, session, transition, version, status };
                self.told.entry(job).or_default().push(told);
            }
            _ => {}
        }
    }

    /// The number of sessions, which is also the number of the last one.
    pub(super) fn last_session(&self) -> usize {
        self.sessions.len()
    }

    /// The session that Redis held at this record.
    pub(super) fn session_at(&self, record: u64) -> usize {
        self.sessions.iter().filter(|began| **began < record).count()
    }

    /// Whether a session ended after this record: what was under way then may have gone with it.
    pub(super) fn session_ended_after(&self, record: u64) -> bool {
        self.sessions.iter().skip(1).any(|began| *began > record)
    }

    /// The jobs of the last session.
    pub(super) fn of_last_session(&self) -> impl Iterator<Item = (&'a str, &[Told<'a>])> {
        let last = self.last_session();
        let told = self.told.iter().map(|(job, told)| (*job, told.as_slice()));
        told.filter(move |(_, told)| told.first().is_some_and(|first| first.session == last))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::check::{Evidence, FinalJob, Stored, judge};

    pub(in crate::check) const JOB: &str = "job-1";

    /// Records of these notes, 10 ms apart, all by one client but those that Redis tells.
    pub(in crate::check) fn records(notes: Vec<Note>) -> Vec<Record> {
        let record = |(line, note)| {
            let who = if matches!(note, Note::Told { .. }) { "redis" } else { "client" };
            Record { line: line as u64, at_ms: 10 * line as u64, who: who.to_owned(), note }
        };
        notes.into_iter().enumerate().map(record).collect()
    }

    pub(in crate::check) fn told(job: &str, transition: &str, version: u64, status: Status) -> Note {
        let (job, transition) = (job.to_owned(), transition.to_owned());
        Note::Told { number: version, job, transition, version, status }
    }

    pub(in crate::check) fn session(id: &str) -> Note {
        Note::Session { id: id.to_owned() }
    }

    pub(in crate::check) fn accepted(key: &str, job: &str) -> Note {
        Note::Accepted { key: key.to_owned(), job: job.to_owned(), replayed: false }
    }

    pub(in crate::check) fn submits(key: &str) -> Note {
        Note::Submits { key: key.to_owned(), script: String::new() }
    }

    /// A job that was submitted, ran once, succeeded and was served.
    pub(in crate::check) fn success() -> Vec<Note> {
        let (job, sha256) = (JOB.to_owned(), "aa".to_owned());
        vec![
            session("s"),
            submits("k"),
            told(JOB, "queued", 1, Status::Queued),
            accepted("k", JOB),
            told(JOB, "assigned", 2, Status::Assigned),
            told(JOB, "accepted", 3, Status::Assigned),
            told(JOB, "started", 4, Status::Running),
            Note::Saw { job: job.clone(), status: Status::Running, version: 4 },
            told(JOB, "succeeded", 5, Status::Succeeded),
            Note::Saw { job: job.clone(), status: Status::Succeeded, version: 5 },
            Note::Served { job: job.clone(), sha256: sha256.clone() },
            Note::Fault { row: "F1".to_owned(), disturbed: 1 },
            Note::Quiet {},
            Note::Began { job: job.clone(), attempt: 1, pid: 7 },
            Note::Wrote { job, attempt: 1, pid: 7, sha256 },
        ]
    }

    /// What such a job leaves.
    pub(in crate::check) fn evidence(notes: Vec<Note>) -> Evidence {
        let job = FinalJob {
            status: Status::Succeeded,
            attempts: 1,
            result: Some("won".to_owned()),
            sha256: Some("aa".to_owned()),
        };
        let stored = Stored { job: JOB.to_owned(), attempt: "won".to_owned(), name: "0-aa".to_owned() };
        Evidence {
            records: records(notes),
            jobs: [(JOB.to_owned(), job)].into(),
            stored: vec![stored],
            inputs: vec!["ee".to_owned()],
            sent: vec!["ee".to_owned()],
            ..Evidence::default()
        }
    }

    /// The invariants that the checker finds broken.
    pub(in crate::check) fn broken(evidence: &Evidence) -> Vec<&'static str> {
        let mut found: Vec<&str> = judge(evidence).violations.iter().map(|found| found.invariant).collect();
        found.dedup();
        found
    }

    /// As [`success`], with `notes` in the place of the note at `index`.
    pub(in crate::check) fn but(index: usize, notes: Vec<Note>) -> Evidence {
        let mut all = success();
        all.splice(index..=index, notes);
        evidence(all)
    }

    #[test]
    fn a_run_without_a_flaw_breaks_nothing() {
        let verdict = judge(&evidence(success()));
        assert_eq!(verdict.violations, []);
        assert_eq!((verdict.counts.attempts, verdict.counts.acknowledged, verdict.counts.faults), (1, 1, 1));
    }
}
