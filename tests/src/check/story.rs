//! The history of each job, taken out of the history of all.

use std::collections::{BTreeMap, BTreeSet};

use spool_shared::job::Status;

use crate::history::{Note, Record};

/// One transition, as Redis told it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) record: u64,
    pub(super) session: usize,
    pub(super) transition: &'a str,
    pub(super) version: u64,
    pub(super) status: Status,
    /// It happened after the line of this number was written.
    pub(super) not_before: u64,
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
    /// Key → what its job is to do.
    pub(super) wanted: BTreeMap<&'a str, &'a str>,
    /// Job that was made by a retry → the job that was tried again.
    pub(super) made: BTreeMap<&'a str, &'a str>,
    /// Job → the leases that are known, by the version at which each began: the attempt's folder and the agent.
    pub(super) leases: BTreeMap<&'a str, BTreeMap<u64, (&'a str, &'a str)>>,
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
            Note::Submits { key, script } => {
                self.wanted.insert(key, script);
                self.submitted.entry(key).or_insert(*line);
            }
            Note::Accepted { key, job, .. } => {
                self.accepted.entry(key).or_default().insert(job);
            }
            Note::Answered { job, made: Some(made), .. } => {
                self.made.insert(made, job);
            }
            Note::Leased { job, version, lease, agent } => {
                self.leases.entry(job).or_default().insert(*version, (lease, agent));
            }
            Note::Session { .. } => self.sessions.push(*line),
            Note::Quiet {} => self.quiet_ms = Some(*at_ms),
            Note::Told { job, transition, version, status, not_before, .. } => {
                let (version, status, not_before) = (*version, *status, *not_before);
                let session = self.sessions.len();
                let record = *line;
                let told = Told { record, session, transition, version, status, not_before };
                self.told.entry(job).or_default().push(told);
            }
            _ => {}
        }
    }

    /// What a job is to do, if whoever wanted it is known: a retry does the same again.
    pub(super) fn script(&self, job: &str) -> Option<&'a str> {
        let first = self.made.get(job).copied().unwrap_or(job);
        let key = self.accepted.iter().find(|(_, jobs)| jobs.contains(first)).map(|(key, _)| key);
        key.and_then(|key| self.wanted.get(key)).copied()
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
    use crate::{
        check::{Evidence, FinalJob, Stored, judge},
        history::Execution,
        job::Spent,
    };

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
        Note::Told { number: version, job, transition, version, status, not_before: 0 }
    }

    pub(in crate::check) fn session(id: &str) -> Note {
        Note::Session { id: id.to_owned() }
    }

    pub(in crate::check) fn accepted(key: &str, job: &str) -> Note {
        Note::Accepted { key: key.to_owned(), job: job.to_owned(), replayed: false }
    }

    pub(in crate::check) fn submits(key: &str) -> Note {
        Note::Submits { key: key.to_owned(), script: "steps=2".to_owned() }
    }

    /// An execution of the job in the only slot, at this time.
    pub(in crate::check) fn execution(attempt: u32, at_us: u64) -> Execution {
        let (job, agent, slot) = (JOB.to_owned(), "g".to_owned(), "slot-0".to_owned());
        Execution { job, attempt, pid: 7, agent, slot, folder: format!("work-{attempt}"), at_us }
    }

    pub(in crate::check) fn stands(status: Status, code: Option<&str>, spent: Spent) -> Note {
        let result = (status == Status::Succeeded).then(|| "won".to_owned());
        Note::Stands { job: JOB.to_owned(), status, spent, code: code.map(str::to_owned), result }
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
            Note::Began { execution: execution(1, 100) },
            Note::Wrote { execution: execution(1, 200), sha256 },
            Note::Over { execution: execution(1, 300) },
            Note::Leased { job, version: 2, lease: "won".to_owned(), agent: "g".to_owned() },
            stands(Status::Succeeded, None, Spent { attempts: 1, ..Spent::default() }),
        ]
    }

    /// What such a job leaves.
    pub(in crate::check) fn evidence(notes: Vec<Note>) -> Evidence {
        let job = FinalJob {
            status: Status::Succeeded,
            version: 5,
            parent: None,
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
