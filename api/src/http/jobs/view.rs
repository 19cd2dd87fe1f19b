//! A job as JSON: the same object everywhere, every key always there.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};
use spool_shared::{
    class::Class,
    ids::{AgentId, JobId},
    job::{FailureCode, Phase, Status},
    protocol::{Output, Timings},
    workflow::{Priority, Workflow, i2v::I2vParams, qwen::QwenParams, upscale::UpscaleParams},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Ref, RefOr, Schema, schema::AnyOfBuilder},
};

use super::super::time::{SpanView, rfc3339};
use crate::store::{JobError, Record, Resting, Seat, StoredInput, Unservable};

/// The object. Times are RFC 3339, spans milliseconds, sizes pixels and bytes; addresses are relative to the host.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub(crate) struct JobView<'a> {
    id: JobId,
    workflow: Workflow,
    engine: Option<&'a str>,
    status: Status,
    version: u64,
    priority: Priority,
    params: Params<'a>,
    inputs: Vec<InputView<'a>>,
    progress: Option<ProgressView>,
    queue_position: Option<u64>,
    /// From now; only for a job that waits, and once something like it was measured.
    starts_in_ms: Option<SpanView>,
    unservable: Option<UnservableView>,
    attempts: u32,
    failures: u32,
    losses: u32,
    bounces: u32,
    drains: u32,
    agent: Option<AgentView<'a>>,
    error: Option<ErrorView<'a>>,
    outputs: Vec<OutputView<'a>>,
    timings: Option<TimingsView>,
    parent_id: Option<JobId>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    started_at: Option<String>,
    #[schema(format = DateTime)]
    finished_at: Option<String>,
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    urls: Urls,
}

/// What can change of a job that a browser knows, all of it: one patch alone brings it up to date.
#[derive(Debug, Serialize)]
pub(crate) struct PatchView<'a> {
    id: JobId,
    engine: Option<&'a str>,
    status: Status,
    version: u64,
    progress: Option<ProgressView>,
    queue_position: Option<u64>,
    starts_in_ms: Option<SpanView>,
    unservable: Option<UnservableView>,
    attempts: u32,
    failures: u32,
    losses: u32,
    bounces: u32,
    drains: u32,
    agent: Option<AgentView<'a>>,
    error: Option<ErrorView<'a>>,
    outputs: Vec<OutputView<'a>>,
    started_at: Option<String>,
    finished_at: Option<String>,
    expires_at: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Params<'a> {
    All(&'a Map<String, Value>),
    /// In lists.
    Prompt(Prompt<'a>),
}

#[derive(Debug, Serialize, ToSchema)]
struct Prompt<'a> {
    #[schema(value_type = Option<String>)]
    prompt: Option<&'a Value>,
}

/// Which schema holds follows from the workflow; in lists only the prompt is there.
impl ToSchema for Params<'_> {
    fn name() -> Cow<'static, str> {
        "JobParams".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((I2vParams::name().into(), I2vParams::schema()));
        I2vParams::schemas(schemas);
        schemas.push((QwenParams::name().into(), QwenParams::schema()));
        QwenParams::schemas(schemas);
        schemas.push((UpscaleParams::name().into(), UpscaleParams::schema()));
        UpscaleParams::schemas(schemas);
        schemas.push((Prompt::name().into(), Prompt::schema()));
    }
}

impl PartialSchema for Params<'_> {
    fn schema() -> RefOr<Schema> {
        let names = [I2vParams::name(), QwenParams::name(), UpscaleParams::name(), Prompt::name()];
        let any =
            names.into_iter().fold(AnyOfBuilder::new(), |any, name| any.item(Ref::from_schema_name(name)));
        any.description(Some("Complete; in lists only the prompt.")).into()
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JobInput)]
struct InputView<'a> {
    index: usize,
    content_type: &'a str,
    bytes: u64,
    width: u32,
    height: u32,
    /// EXIF 1–8: how the picture is to be turned; the file says nothing of it any more.
    orientation: u8,
    url: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JobProgress)]
struct ProgressView {
    phase: Phase,
    step: u32,
    steps: u32,
    fraction: f64,
    /// Absent as long as there is nothing to estimate from.
    eta_ms: Option<SpanView>,
}

/// What is missing to run the job: no agent that takes jobs offers its class.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Unservable)]
pub(crate) struct UnservableView {
    message: String,
    /// The class that it needs.
    missing: Class,
    /// Connected agents that offer its workflow.
    agents: u32,
    /// Another class of theirs that is most like it.
    closest: Option<Class>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JobAgent)]
struct AgentView<'a> {
    id: AgentId,
    name: &'a str,
    slot: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JobError)]
struct ErrorView<'a> {
    code: FailureCode,
    message: &'a str,
    hint: Option<&'a str>,
    retryable: bool,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JobOutput)]
struct OutputView<'a> {
    index: u32,
    content_type: &'a str,
    bytes: u64,
    sha256: &'a str,
    width: u32,
    height: u32,
    frames: Option<u32>,
    fps: Option<u32>,
    duration_ms: Option<u64>,
    url: String,
    poster_url: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JobTimings)]
struct TimingsView {
    queued_ms: Option<u64>,
    #[serde(flatten)]
    attempt: Timings,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JobUrls)]
struct Urls {
    #[serde(rename = "self")]
    itself: String,
    events: String,
    cancel: String,
    retry: String,
    config: String,
}

impl<'a> JobView<'a> {
    /// Everything that is known of a job.
    #[must_use]
    pub(crate) fn of(record: &'a Record) -> Self {
        let itself = format!("/api/jobs/{}", record.id);
        let counters = &record.counters;
        Self {
            id: record.id,
            workflow: record.workflow,
            engine: record.engine.as_deref(),
            status: record.status,
            version: record.version,
            priority: record.priority,
            params: Params::All(&record.params),
            inputs: record
                .inputs
                .iter()
                .enumerate()
                .map(|(index, input)| input_view(&itself, index, input))
                .collect(),
            progress: progress(record),
            queue_position: record.queue_position,
            starts_in_ms: record.starts_in.map(SpanView::of),
            unservable: record.unservable.as_ref().map(unservable),
            attempts: counters.attempts,
            failures: counters.failures,
            losses: counters.losses,
            bounces: counters.bounces,
            drains: counters.drains,
            agent: record.agent.as_ref().map(agent),
            error: record.error.as_ref().map(error),
            outputs: record.outputs.iter().map(|output| output_view(&itself, output)).collect(),
            timings: record.timings.map(|attempt| TimingsView { queued_ms: queued_ms(record), attempt }),
            parent_id: record.parent,
            created_at: rfc3339(record.created_at),
            started_at: record.started_at.map(rfc3339),
            finished_at: record.finished_at.map(rfc3339),
            expires_at: record.expires_at.map(rfc3339),
            urls: Urls {
                events: format!("{itself}/events"),
                cancel: format!("{itself}/cancel"),
                retry: format!("{itself}/retry"),
                config: format!("{itself}/config"),
                itself,
            },
        }
    }

    /// As it stands in lists: of the parameters only the prompt, and no timings.
    #[must_use]
    pub(crate) fn light(record: &'a Record) -> Self {
        let params = Params::Prompt(Prompt { prompt: record.params.get("prompt") });
        Self { params, timings: None, ..Self::of(record) }
    }
}

impl<'a> From<JobView<'a>> for PatchView<'a> {
    fn from(job: JobView<'a>) -> Self {
        Self {
            id: job.id,
            engine: job.engine,
            status: job.status,
            version: job.version,
            progress: job.progress,
            queue_position: job.queue_position,
            starts_in_ms: job.starts_in_ms,
            unservable: job.unservable,
            attempts: job.attempts,
            failures: job.failures,
            losses: job.losses,
            bounces: job.bounces,
            drains: job.drains,
            agent: job.agent,
            error: job.error,
            outputs: job.outputs,
            started_at: job.started_at,
            finished_at: job.finished_at,
            expires_at: job.expires_at,
        }
    }
}

fn progress(record: &Record) -> Option<ProgressView> {
    let progress =
        record.progress.filter(|_| !record.status.is_terminal() || record.status == Status::Succeeded)?;
    Some(ProgressView {
        phase: progress.phase,
        step: progress.step,
        steps: progress.steps,
        fraction: if record.status == Status::Succeeded { 1.0 } else { progress.fraction },
        eta_ms: record.rest.map(SpanView::of),
    })
}

pub(crate) fn unservable(missing: &Unservable) -> UnservableView {
    let Unservable { class, agents, closest, resting } = *missing;
    let workflow = class.workflow();
    let message = match (resting, agents, closest) {
        (Some(resting), ..) => format!("the agents that offer {class} take no jobs now{}", reasons(resting)),
        (None, 0, _) | (None, _, None) => format!("no connected agent offers {workflow}"),
        (None, 1, Some(closest)) => format!(
            "no connected agent offers {class}; one agent offers {workflow}, the closest it can do is {closest}"
        ),
        (None, _, Some(closest)) => format!(
            "no connected agent offers {class}; {agents} agents offer {workflow}, the closest they can do is {closest}"
        ),
    };
    UnservableView { message, missing: class, agents, closest }
}

/// How many agents rest for which reason, after a colon; nothing where none is known any more.
fn reasons(resting: Resting) -> String {
    let Resting { drained, quarantined, paused, broken } = resting;
    let counted = [
        (drained, "drained"),
        (quarantined, "in quarantine"),
        (paused, "paused"),
        (broken, "without a healthy slot"),
    ];
    let words = counted.iter().filter(|(count, _)| *count > 0).map(|(count, why)| format!("{count} {why}"));
    let words: Vec<String> = words.collect();
    if words.is_empty() { String::new() } else { format!(": {}", words.join(", ")) }
}

fn input_view<'a>(job: &str, index: usize, input: &'a StoredInput) -> InputView<'a> {
    InputView {
        index,
        content_type: &input.content_type,
        bytes: input.bytes,
        width: input.width,
        height: input.height,
        orientation: input.orientation,
        url: format!("{job}/inputs/{index}"),
    }
}

fn output_view<'a>(job: &str, output: &'a Output) -> OutputView<'a> {
    let url = format!("{job}/outputs/{}", output.index);
    let duration = |(frames, fps): (u32, u32)| (u64::from(frames) * 1000).checked_div(u64::from(fps));
    OutputView {
        index: output.index,
        content_type: &output.content_type,
        bytes: output.bytes,
        sha256: &output.sha256,
        width: output.width,
        height: output.height,
        frames: output.frames,
        fps: output.fps,
        duration_ms: output.frames.zip(output.fps).and_then(duration),
        poster_url: output.poster.is_some().then(|| format!("{url}/poster")),
        url,
    }
}

fn agent(seat: &Seat) -> AgentView<'_> {
    AgentView { id: seat.id, name: &seat.name, slot: seat.slot }
}

fn error(error: &JobError) -> ErrorView<'_> {
    let hint = error.hint.as_deref();
    ErrorView { code: error.code, message: &error.message, hint, retryable: error.retryable }
}

/// From the request to the first attempt.
fn queued_ms(record: &Record) -> Option<u64> {
    record.started_at.map(|started| started.saturating_sub(record.created_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_nobody_takes_says_what_keeps_the_agents_that_could() {
        let class: Class = "upscale.2x".parse().unwrap();
        let message = |resting| {
            unservable(&Unservable { class, agents: 4, closest: None, resting: Some(resting) }).message
        };
        let resting = Resting { drained: 1, quarantined: 1, paused: 0, broken: 2 };
        assert_eq!(
            message(resting),
            "the agents that offer upscale.2x take no jobs now: 1 drained, 1 in quarantine, 2 without a healthy slot"
        );
        assert_eq!(message(Resting::default()), "the agents that offer upscale.2x take no jobs now");
    }
}
