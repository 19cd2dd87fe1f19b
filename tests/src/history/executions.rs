//! What the workers wrote down about their executions.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Note, Recorder};

/// The setting that has scripted workers write.
pub const SETTING: &str = "SPOOL_SCRIPTED_LOG";

/// Where the workers of a world write.
#[must_use]
pub fn file(folder: &Path) -> PathBuf {
    folder.join("executions.jsonl")
}

#[derive(Deserialize)]
struct Line {
    job: String,
    attempt: u32,
    pid: u32,
    sha256: Option<String>,
}

/// Takes what the workers wrote into the history. The times are those of this moment: only the order counts.
pub fn take_in(folder: &Path, recorder: &Recorder) {
    let recorder = recorder.named("workers");
    let text = std::fs::read_to_string(file(folder)).unwrap_or_default();
    for line in text.lines() {
        let Line { job, attempt, pid, sha256 } =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        recorder.note(match sha256 {
            None => Note::Began { job, attempt, pid },
            Some(sha256) => Note::Wrote { job, attempt, pid, sha256 },
        });
    }
}
