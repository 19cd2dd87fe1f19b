//! What the workers wrote down about their executions.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Execution, Note, Recorder};

/// The setting that has scripted workers write.
pub const SETTING: &str = "SPOOL_SCRIPTED_LOG";

/// The setting that tells a scripted worker the name of its agent.
pub const AGENT: &str = "SPOOL_SCRIPTED_AGENT";

/// Where the workers of a world write.
#[must_use]
pub fn file(folder: &Path) -> PathBuf {
    folder.join("executions.jsonl")
}

#[derive(Deserialize)]
struct Line {
    what: What,
    #[serde(flatten)]
    execution: Execution,
    sha256: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    Began,
    Wrote,
    Drew,
    Ended,
    // What it is about to do, as its script wants it.
    Crash,
    Exit,
    Segv,
    Hang,
    Noise,
    Fork,
}

/// Takes what the workers wrote into the history. Its times are those of this moment; an execution has its own.
pub fn take_in(folder: &Path, recorder: &Recorder) {
    let recorder = recorder.named("workers");
    let text = std::fs::read_to_string(file(folder)).unwrap_or_default();
    for line in text.lines() {
        let Line { what, execution, sha256 } =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let fault = |row: &str| Note::Fault { row: row.to_owned(), disturbed: 1 };
        recorder.note(match what {
            What::Began => Note::Began { execution },
            What::Wrote => Note::Wrote { execution, sha256: sha256.unwrap_or_default() },
            What::Drew => Note::Drew { execution, sha256: sha256.unwrap_or_default() },
            What::Ended => Note::Over { execution },
            What::Crash | What::Exit | What::Segv | What::Noise => fault("F27"),
            What::Hang => fault("F28"),
            What::Fork => fault("F32"),
        });
    }
}
