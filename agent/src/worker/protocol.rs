//! Messages between an agent and its worker, version 1. Each is a map with one key, the message's name, whose
//! value is a map with the fields in the order written here; `tests/fixtures/worker/v1` has golden bytes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use spool_shared::{
    class::Class,
    ids::JobId,
    job::{FailureCode, Phase},
    protocol::{Offer, Timings, Wire},
    workflow::Workflow,
};

/// The version in [`Hello`].
pub const VERSION: u32 = 1;
/// The largest message, bytes.
pub const MAX_FRAME_BYTES: usize = 1 << 20;

/// What an agent says to its worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToWorker {
    /// Do this job now.
    Run(Run),
    /// Stop this job before its next step, if it runs here.
    Cancel { job: JobId },
    /// Exit with status 0; nothing is to be finished.
    Stop {},
}

impl Wire for ToWorker {
    const NAMES: &'static [&'static str] = &["run", "cancel", "stop"];
    const MAX_BYTES: usize = MAX_FRAME_BYTES;
}

/// A job with everything that the worker needs to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub job: JobId,
    /// 1 for the first execution.
    pub attempt: u32,
    pub workflow: Workflow,
    pub class: Class,
    /// The resolved parameters: nothing is left to default.
    pub params: Map<String, Value>,
    /// In the order of the workflow's fields.
    pub inputs: Vec<Input>,
    /// The folder for the result's files.
    pub output_dir: String,
}

/// An input picture on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    pub path: String,
    pub content_type: String,
    /// EXIF orientation 1–8, for the worker to apply.
    pub orientation: u8,
}

/// What a worker says to its agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromWorker {
    /// The first message, after the engines were imported and before any model is loaded.
    Hello(Hello),
    /// The worker began this job.
    Started { job: JobId },
    /// `step` of `steps` in `phase` is done (0 of 0 where it has none); `fraction` is 0–1 of the whole job.
    Progress { job: JobId, phase: Phase, step: u32, steps: u32, fraction: f64 },
    /// A small picture of work in progress.
    Preview {
        job: JobId,
        content_type: String,
        width: u32,
        height: u32,
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// The files lie in the job's output folder; `warm` are the classes whose models are loaded now.
    Succeeded { job: JobId, outputs: Vec<OutputFile>, timings: WorkerTimings, warm: Vec<Class> },
    /// The job cannot be finished. `code` is one of [`failure_code`]'s.
    Failed { job: JobId, code: String, message: String, hint: Option<String>, retryable: bool },
    /// The cancel was obeyed.
    Canceled { job: JobId },
}

impl Wire for FromWorker {
    const NAMES: &'static [&'static str] =
        &["hello", "started", "progress", "preview", "succeeded", "failed", "canceled"];
    const MAX_BYTES: usize = MAX_FRAME_BYTES;
}

/// What a worker can do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hello {
    pub protocol: u32,
    pub pid: u32,
    /// The version of the Python package.
    pub version: String,
    pub offers: Vec<Offer>,
    #[serde(default)]
    pub missing: Vec<Missing>,
}

/// A workflow that was asked for and cannot be run here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    pub workflow: Workflow,
    pub engine: String,
    /// A sentence or two that say what is missing.
    pub why: String,
}

/// A finished file of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputFile {
    pub path: String,
    pub content_type: String,
    pub width: u32,
    pub height: u32,
    /// Video only.
    pub frames: Option<u32>,
    /// Video only, frames a second.
    pub fps: Option<u32>,
    pub poster: Option<PosterFile>,
}

/// A still picture that stands for an output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PosterFile {
    pub path: String,
    pub content_type: String,
}

/// Where the worker's time went, milliseconds; absent where a phase did not occur.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerTimings {
    pub load_ms: Option<u64>,
    pub denoise_ms: Option<u64>,
    pub decode_ms: Option<u64>,
    pub encode_ms: Option<u64>,
    pub gpu_ms: Option<u64>,
}

impl WorkerTimings {
    /// With the time that only the agent knows.
    #[must_use]
    pub const fn with_upload(self, upload_ms: u64) -> Timings {
        let Self { load_ms, denoise_ms, decode_ms, encode_ms, gpu_ms } = self;
        Timings { load_ms, denoise_ms, decode_ms, encode_ms, upload_ms: Some(upload_ms), gpu_ms }
    }
}

/// The failures that a worker may report; any other word is an engine's error.
#[must_use]
pub fn failure_code(word: &str) -> FailureCode {
    use FailureCode::{BadInput, EngineError, MissingWeights, OutOfMemory, ResultTooLarge, Storage};
    let reported = [BadInput, MissingWeights, OutOfMemory, ResultTooLarge, Storage];
    reported.into_iter().find(|code| code.as_str() == word).unwrap_or(EngineError)
}
