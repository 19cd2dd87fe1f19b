//! What everyone did and saw in a run: one file, one line of JSON for each thing, in the order in which it happened.
//!
//! Whoever does something notes it before it is done, and what came of it afterwards; so between the two lines anything
//! may have happened, and nothing outside of them. The file ends with a line that says how many there are: a history
//! that was cut is told from one that is whole.

pub mod auditor;
pub mod executions;
mod note;
mod tidings;

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

pub use note::{Execution, Note, Shown, Verb};

/// Whoever makes the faults of a schedule, as the history calls it.
pub const NEMESIS: &str = "nemesis";

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its place, from 0.
    pub line: u64,
    /// Since the run began.
    pub at_ms: u64,
    /// Who noted it.
    pub who: String,
    #[serde(flatten)]
    pub note: Note,
}

/// Writes a history; clones write the same one.
#[derive(Clone)]
pub struct Recorder {
    shared: Arc<Mutex<Writer>>,
    who: Arc<str>,
}

struct Writer {
    file: BufWriter<File>,
    path: PathBuf,
    began: Instant,
    next: u64,
}

impl Recorder {
    /// Begins a history in a new file.
    #[must_use]
    pub fn create(path: &Path) -> Self {
        let file = BufWriter::new(File::create(path).expect("a file for the history"));
        let writer = Writer { file, path: path.to_owned(), began: Instant::now(), next: 0 };
        Self { shared: Arc::new(Mutex::new(writer)), who: "run".into() }
    }

    /// The same history, written by somebody else.
    #[must_use]
    pub fn named(&self, who: &str) -> Self {
        Self { shared: self.shared.clone(), who: who.into() }
    }

    /// Since the run began.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).began.elapsed()
    }

    /// How many lines there are.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).next
    }

    /// Adds a line.
    pub fn note(&self, note: Note) {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).write(&self.who, note);
    }

    /// What was written so far.
    #[must_use]
    pub fn so_far(&self) -> Vec<Record> {
        let mut writer = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        writer.file.flush().expect("the history is written");
        let text = std::fs::read_to_string(&writer.path).expect("the history's file");
        text.lines().map(|line| serde_json::from_str(line).expect("a record")).collect()
    }

    /// Adds the last line and returns the file's path. Whoever still writes afterwards writes into nothing.
    #[must_use]
    pub fn close(&self) -> PathBuf {
        let mut writer = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = writer.next;
        writer.write(&self.who, Note::End { lines });
        writer.file.flush().expect("the history is written");
        let path = writer.path.clone();
        writer.file = BufWriter::new(File::options().write(true).open("/dev/null").expect("nowhere"));
        path
    }
}

impl Writer {
    fn write(&mut self, who: &str, note: Note) {
        let at_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let record = Record { line: self.next, at_ms, who: who.to_owned(), note };
        let line = serde_json::to_string(&record).expect("a record is JSON");
        writeln!(self.file, "{line}").expect("the history is written");
        self.next += 1;
    }
}

/// Why a file is no history.
#[derive(Debug, PartialEq, Eq)]
pub enum Cut {
    /// A line that is no record.
    Unreadable { line: usize },
    /// A line is missing before this one.
    Gap { line: usize },
    /// It does not end with the last line, or that one names another number of lines.
    Open,
}

/// Reads a history; one that is cut is none. The last line is not among the records.
pub fn read(path: &Path) -> Result<Vec<Record>, Cut> {
    parse(&std::fs::read_to_string(path).expect("the history's file"))
}

fn parse(text: &str) -> Result<Vec<Record>, Cut> {
    let mut records = Vec::new();
    for (line, text) in text.lines().enumerate() {
        let record: Record = serde_json::from_str(text).map_err(|_| Cut::Unreadable { line })?;
        if record.line != line as u64 {
            return Err(Cut::Gap { line });
        }
        records.push(record);
    }
    match records.pop().map(|record| record.note) {
        Some(Note::End { lines }) if lines == records.len() as u64 => Ok(records),
        _ => Err(Cut::Open),
    }
}

#[cfg(test)]
mod tests {
    use spool_shared::job::Status;

    use super::*;

    fn told() -> Note {
        let (job, transition) = ("j".to_owned(), "queued".to_owned());
        Note::Told { number: 7, job, transition, version: 1, status: Status::Queued, not_before: 0 }
    }

    fn written() -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let recorder = Recorder::create(&folder.path().join("history.jsonl"));
        recorder.note(Note::Quiet {});
        recorder.named("client-1").note(told());
        std::fs::read_to_string(recorder.close()).expect("a file")
    }

    #[test]
    fn a_whole_history_is_read_as_it_was_written() {
        let records = parse(&written()).expect("a history");
        assert_eq!(records.len(), 2);
        assert_eq!((records[1].line, records[1].who.as_str()), (1, "client-1"));
        assert_eq!(records[1].note, told());
    }

    #[test]
    fn a_history_without_its_end_a_middle_line_or_half_a_line_is_none() {
        let text = written();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(parse(&lines[..2].join("\n")), Err(Cut::Open));
        assert_eq!(parse(&[lines[0], lines[2]].join("\n")), Err(Cut::Gap { line: 1 }));
        assert_eq!(parse(&text[..text.len() - 5]), Err(Cut::Unreadable { line: 2 }));
        assert_eq!(parse(""), Err(Cut::Open));
    }
}
