//! A job as stored.

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use spool_shared::{
    class::Class,
    ids::{AgentId, JobId, Token},
    job::{
        Counters, FailureCode, Phase, Progress, Status,
        estimate::{self, Pace, Span},
    },
    protocol::{InputRef, Output, Timings},
    workflow::{Priority, Size, Workflow},
};

use super::{NewJob, Outlook, StoreError, Unservable, fail::Failed, submit::Request, succeed::Finished};

/// Everything known of a job. Times are milliseconds since the epoch by Redis' clock.
#[derive(Debug, Clone)]
pub struct Record {
    pub id: JobId,
    pub workflow: Workflow,
    pub class: Class,
    pub engine: Option<String>,
    pub status: Status,
    pub version: u64,
    pub priority: Priority,
    pub owner: String,
    pub params: Map<String, Value>,
    pub inputs: Vec<StoredInput>,
    pub progress: Option<Progress>,
    /// How long the running attempt still takes.
    pub rest: Option<Span>,
    /// 1 for the next one of its lane; only while it waits there.
    pub queue_position: Option<u64>,
    /// When a waiting job starts, from now.
    pub starts_in: Option<Span>,
    pub counters: Counters,
    pub agent: Option<Seat>,
    pub error: Option<JobError>,
    pub outputs: Vec<Output>,
    /// The token of the attempt whose files are the result.
    pub result: Option<Token>,
    pub timings: Option<Timings>,
    pub parent: Option<JobId>,
    /// It waits, and no connected agent offers its class.
    pub unservable: Option<Unservable>,
    pub created_at: u64,
    pub started_at: Option<u64>,
    pub finished_at: Option<u64>,
    pub expires_at: Option<u64>,
}

/// An input picture as stored under its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredInput {
    pub content_type: String,
    pub bytes: u64,
    pub sha256: String,
    pub width: u32,
    pub height: u32,
    /// EXIF orientation 1–8, not yet applied.
    pub orientation: u8,
}

impl StoredInput {
    /// The size that people see.
    #[must_use]
    pub const fn oriented_size(&self) -> Size {
        // 5 to 8 swap rows and columns.
        if self.orientation >= 5 {
            Size::new(self.height, self.width)
        } else {
            Size::new(self.width, self.height)
        }
    }

    /// The picture as an agent is told of it.
    #[must_use]
    pub fn to_ref(&self, index: u32) -> InputRef {
        let Self { content_type, bytes, sha256, width, height, orientation } = self.clone();
        InputRef { index, content_type, bytes, sha256, width, height, orientation }
    }
}

/// Where a job runs or ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    pub id: AgentId,
    pub name: String,
    pub slot: Option<u32>,
}

/// Why a job failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobError {
    pub code: FailureCode,
    pub message: String,
    pub hint: Option<String>,
    pub retryable: bool,
}

/// The fields of a hash, with errors that name key and field but never a value.
pub(super) struct Fields {
    pub(super) key: String,
    pub(super) values: HashMap<String, String>,
}

impl Fields {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    fn read<T>(&self, name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
        let odd = || StoreError::record(&self.key, format!("field {name} is unreadable"));
        self.text(name).map(|text| parse(text).ok_or_else(odd)).transpose()
    }

    pub(super) fn must<T>(&self, name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
        self.read(name, parse)?
            .ok_or_else(|| StoreError::record(&self.key, format!("field {name} is missing")))
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, StoreError> {
        self.read(name, |text| text.parse().ok())
    }

    pub(super) fn count(&self, name: &str) -> Result<u32, StoreError> {
        Ok(self.read(name, |text| text.parse().ok())?.unwrap_or(0))
    }
}

/// What belongs to a record beside its hash.
pub(super) struct Beside {
    pub(super) input: Option<String>,
    pub(super) output: Option<String>,
    pub(super) waiting: Waiting,
    /// Only for jobs that wait or run.
    pub(super) outlook: Option<Arc<Outlook>>,
    pub(super) now: u64,
    pub(super) retention_ms: u64,
}

/// Where a waiting job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Waiting {
    /// In its lane, from 1.
    pub(super) position: Option<u64>,
    /// An agent that takes jobs offers its class.
    pub(super) offered: bool,
}

impl Record {
    /// A job that has just begun to wait.
    pub(super) fn submitted(
        job: NewJob,
        created_at: u64,
        waiting: Waiting,
        outlook: Option<&Outlook>,
    ) -> Self {
        let start = |position| outlook.and_then(|outlook| outlook.start(job.class, job.priority, position));
        let missing = outlook.filter(|_| !waiting.offered);
        Self {
            id: job.id,
            workflow: job.workflow,
            class: job.class,
            engine: None,
            status: Status::Queued,
            version: 1,
            priority: job.priority,
            progress: None,
            rest: None,
            queue_position: waiting.position,
            starts_in: waiting.position.and_then(start),
            counters: Counters::default(),
            agent: None,
            error: None,
            outputs: Vec::new(),
            result: None,
            timings: None,
            unservable: missing.map(|outlook| outlook.missing(job.class)),
            created_at,
            started_at: None,
            finished_at: None,
            expires_at: None,
            owner: job.owner,
            params: job.params,
            inputs: job.inputs,
            parent: job.parent,
        }
    }

    pub(super) fn read(id: JobId, fields: &Fields, beside: &Beside) -> Result<Self, StoreError> {
        let key = &fields.key;
        let status = fields.must("status", Status::from_word)?;
        let request: Request =
            parse_json(key, beside.input.as_deref().unwrap_or(r#"{"params":{},"inputs":[]}"#))?;
        let finished: Finished = match (&beside.output, status) {
            (Some(output), Status::Succeeded) => parse_json(key, output)?,
            _ => Finished::default(),
        };
        let class: Class = fields.must("class", |text| text.parse().ok())?;
        let priority = fields.must("priority", Priority::from_word)?;
        let waits = status == Status::Queued;
        let queue_position = beside.waiting.position.filter(|_| waits);
        let outlook = beside.outlook.as_deref();
        let missing = outlook.filter(|_| waits && !beside.waiting.offered);
        let finished_at = fields.number("finished")?;
        Ok(Self {
            id,
            workflow: fields.must("workflow", Workflow::from_word)?,
            class,
            engine: fields.text("engine").map(str::to_owned),
            status,
            version: fields.must("version", |text| text.parse().ok())?,
            priority,
            owner: fields.must("owner", |text| Some(text.to_owned()))?,
            params: request.params,
            inputs: request.inputs,
            progress: progress(fields)?,
            rest: match (status, outlook) {
                (Status::Running, Some(outlook)) => rest(fields, outlook, class, beside.now)?,
                _ => None,
            },
            queue_position,
            starts_in: queue_position
                .and_then(|position| outlook.and_then(|outlook| outlook.start(class, priority, position))),
            counters: counters(fields)?,
            agent: seat(fields)?,
            error: error(fields, beside.output.as_deref(), status)?,
            outputs: finished.outputs,
            result: fields.read("result", |text| text.parse().ok())?,
            timings: (status == Status::Succeeded).then_some(finished.timings),
            parent: fields.read("parent", |text| text.parse().ok())?,
            unservable: missing.map(|outlook| outlook.missing(class)),
            created_at: fields.must("created", |text| text.parse().ok())?,
            started_at: fields.number("started")?,
            finished_at,
            expires_at: finished_at.map(|at| at + beside.retention_ms),
        })
    }
}

pub(super) fn parse_json<T: serde::de::DeserializeOwned>(key: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::record(key, error))
}

pub(super) fn counters(fields: &Fields) -> Result<Counters, StoreError> {
    Ok(Counters {
        attempts: fields.count("attempts")?,
        failures: fields.count("failures")?,
        losses: fields.count("losses")?,
        bounces: fields.count("bounces")?,
        drains: fields.count("drains")?,
    })
}

pub(super) fn progress(fields: &Fields) -> Result<Option<Progress>, StoreError> {
    let Some(seq) = fields.number("seq")? else { return Ok(None) };
    Ok(Some(Progress {
        seq,
        phase: fields.must("phase", |word| Some(Phase::of_peer(word)))?,
        step: fields.count("step")?,
        steps: fields.count("steps")?,
        fraction: fields.must("fraction", |text| text.parse().ok())?,
    }))
}

/// How long the running attempt still takes: by those before it, and by its own pace.
fn rest(fields: &Fields, outlook: &Outlook, class: Class, now: u64) -> Result<Option<Span>, StoreError> {
    let Some(began) = fields.number("began")? else { return Ok(None) };
    let progress = progress(fields)?;
    let pace = fields.number("reported")?.zip(progress).map(|(reported, progress)| Pace {
        reported_after: reported.saturating_sub(began),
        fraction: progress.fraction,
        since_report: now.saturating_sub(reported),
    });
    let durations = outlook.classes.get(&class).map(|outlook| outlook.durations.as_slice());
    Ok(estimate::rest(durations.unwrap_or_default(), now.saturating_sub(began), pace))
}

fn seat(fields: &Fields) -> Result<Option<Seat>, StoreError> {
    let Some(id) = fields.read("agent", |text| text.parse().ok())? else { return Ok(None) };
    let slot = fields.read("slot", |text| text.parse().ok())?;
    Ok(Some(Seat { id, name: fields.text("agent_name").unwrap_or_default().to_owned(), slot }))
}

fn error(fields: &Fields, output: Option<&str>, status: Status) -> Result<Option<JobError>, StoreError> {
    if status != Status::Failed {
        return Ok(None);
    }
    let code = fields.must("code", |word| Some(FailureCode::of_peer(word)))?;
    let Failed { error } = parse_json(&fields.key, output.unwrap_or(r#"{"error":{"message":""}}"#))?;
    Ok(Some(JobError { code, message: error.message, hint: error.hint, retryable: error.retryable }))
}
