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
    did: Option<Did>,
}

/// What a worker says that it does as its script wants it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Did {
    Crash,
    Exit,
    Segv,
    Noise,
    Hang,
}

impl Did {
    /// The row of the matrix.
    const fn row(&self) -> &'static str {
        match self {
            Self::Crash | Self::Exit | Self::Segv | Self::Noise => "F27",
            Self::Hang => "F28",
        }
    }
}

/// Takes what the workers wrote into the history. The times are those of this moment: only the order counts.
pub fn take_in(folder: &Path, recorder: &Recorder) {
    let recorder = recorder.named("workers");
    let text = std::fs::read_to_string(file(folder)).unwrap_or_default();
    for line in text.lines() {
        let Line { job, attempt, pid, sha256, did } =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        recorder.note(match (did, sha256) {
            (Some(did), _) => Note::Fault { row: did.row().to_owned(), disturbed: 1 },
            (None, None) => Note::Began { job, attempt, pid },
            (None, Some(sha256)) => Note::Wrote { job, attempt, pid, sha256 },
        });
    }
}
