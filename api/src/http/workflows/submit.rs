//! `POST /api/workflows/{workflow}`: validates a request, stores its pictures, and puts the job into the queue.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderName, HeaderValue},
    web::{Data, Path, Payload},
};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use spool_faults::{Point, pass};
use spool_shared::{
    ids::JobId,
    workflow::{PARENT_FIELD, Params, Priority, Request, Violation, ViolationCode, Workflow},
};
use tracing::info;

use super::{
    super::{
        caller::Caller,
        jobs::JobView,
        limits::within,
        problem::{Code, Problem},
    },
    body::{self, Submission},
    parent::parent,
    pictures::{Pictures, SentPicture},
};
use crate::{
    app::App,
    store::{Found, Idempotency, NewJob, Record, StoredInput, Submitted},
};

static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
static IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
pub(super) const MAX_KEY: usize = 255;

pub(crate) async fn submit(
    app: Data<App>,
    caller: Caller,
    workflow: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let workflow = Workflow::from_word(&workflow)
        .ok_or_else(|| Problem::new(Code::NotFound, "there is no such workflow"))?;
    caller.may_write(&app)?;
    let key = idempotency_key(&request)?;
    // Held to the end: the bytes of the pictures live as long as the request.
    let (body, _held) = app.bodies.begin(&caller, &request, payload).await?;
    let sent = body::read(workflow, &request, body).await?;
    pass(Point::ApiBodyRead);
    Box::pin(within(&app, accept(&app, &caller, workflow, sent, key))).await
}

async fn accept(
    app: &App,
    caller: &Caller,
    workflow: Workflow,
    sent: Submission,
    key: Option<String>,
) -> Result<HttpResponse, Problem> {
    let Checked { request, beside, files } = checked(app, caller, workflow, sent).await?;
    caller.may_ask_for(beside.priority)?;
    let canonical = request.canonical();
    let pictures = Pictures::of(app, caller, &files).await?;
    let sizes: Vec<_> = pictures.inputs.iter().map(StoredInput::oriented_size).collect();
    let params = request.resolve(&sizes, rand::random()).map_err(Problem::validation)?;
    let idempotency = key.map(|key| Idempotency {
        key: hex::encode(Sha256::digest(key)),
        body: body_hash(workflow, beside, &canonical, &files, &pictures.inputs),
    });
    pictures.store(app).await?;
    let owner = caller.owner().to_owned();
    enqueue(app, new_job(owner, workflow, beside, &params, pictures.inputs, idempotency)).await
}

/// Puts the job into the queue and answers with it, or with the first one under its key.
pub(in crate::http) async fn enqueue(app: &App, job: NewJob) -> Result<HttpResponse, Problem> {
    match app.store.submit(&job).await? {
        Submitted::Accepted(how) => {
            pass(Point::ApiSubmitted);
            app.bell.ring();
            info!(job.id = %job.id, job.class = %job.class, "Job {} was accepted", job.id);
            Ok(accepted(&app.store.waits(job, how).await, false))
        }
        Submitted::Replayed(first) => match app.store.find(first).await? {
            Found::Job(record) => Ok(accepted(&record, true)),
            Found::Gone(_) | Found::Missing => {
                let detail = "the job of this Idempotency-Key was deleted; use a new key to run it again";
                Err(Problem::new(Code::Gone, detail))
            }
        },
        Submitted::KeyReused => {
            let detail = "this Idempotency-Key came with another request before; use a new one";
            Err(Problem::new(Code::IdempotencyKeyReused, detail))
        }
        Submitted::OwnerFull { limit } => {
            let detail = format!("{limit} jobs of this key wait already; try again later");
            Err(Problem::new(Code::QueueFull, detail))
        }
        Submitted::QueueFull { limit } => {
            Err(Problem::new(Code::QueueFull, format!("{limit} jobs wait already; try again later")))
        }
    }
}

/// A request whose parameters are within their limits.
struct Checked {
    request: Request,
    beside: Beside,
    files: Vec<SentPicture>,
}

/// What a request says beside its parameters.
#[derive(Clone, Copy)]
struct Beside {
    priority: Priority,
    parent: Option<JobId>,
}

/// Everything that can be checked without decoding a picture, told at once.
async fn checked(
    app: &App,
    caller: &Caller,
    workflow: Workflow,
    mut sent: Submission,
) -> Result<Checked, Problem> {
    let priority = priority(&mut sent.fields, &mut sent.violations);
    let parent = parent(app, caller, &mut sent.fields, &mut sent.violations).await?;
    let (files, request) = judged(workflow, sent)?;
    Ok(Checked { request, beside: Beside { priority, parent }, files })
}

/// The pictures and the parameters of a submit, or everything that is wrong with it.
pub(super) fn judged(
    workflow: Workflow,
    mut sent: Submission,
) -> Result<(Vec<SentPicture>, Request), Problem> {
    let mut violations = sent.violations;
    violations.extend(other_workflow(workflow, &mut sent.fields));
    let request = workflow.read(&sent.fields).map_err(|more| violations.extend(more)).ok();
    if !sent.too_large.is_empty() && violations.is_empty() {
        let detail = sent.too_large.first().map_or_else(String::new, |violation| violation.message.clone());
        return Err(Problem { errors: sent.too_large, ..Problem::new(Code::ImageTooLarge, detail) });
    }
    violations.extend(sent.too_large);
    match request {
        Some(request) if violations.is_empty() => Ok((sent.pictures, request)),
        _ => Err(Problem::validation(violations)),
    }
}

pub(super) fn priority(fields: &mut Map<String, Value>, violations: &mut Vec<Violation>) -> Priority {
    let given = match fields.remove("priority") {
        None | Some(Value::Null) => return Priority::Normal,
        Some(value) => value.as_str().and_then(Priority::from_word),
    };
    given.unwrap_or_else(|| {
        let message = r#"priority must be "high", "normal" or "low""#;
        violations.push(Violation::new("priority", ViolationCode::NotAChoice, message));
        Priority::Normal
    })
}

/// A body may name its workflow, but no other than the address does.
fn other_workflow(workflow: Workflow, fields: &mut Map<String, Value>) -> Option<Violation> {
    let named = fields.remove("workflow").filter(|value| !value.is_null())?;
    if named.as_str() == Some(workflow.as_str()) {
        return None;
    }
    let message = format!("workflow must be {:?}, as in the address, or left out", workflow.as_str());
    Some(Violation::new("workflow", ViolationCode::Conflict, message))
}

/// One hash for requests that mean the same, whichever encoding they came in. The seed that is drawn for a request
/// without one is not part of it.
fn body_hash(
    workflow: Workflow,
    beside: Beside,
    canonical: &str,
    sent: &[SentPicture],
    inputs: &[StoredInput],
) -> String {
    let mut hash = Sha256::new();
    for part in [workflow.as_str(), beside.priority.as_str(), canonical] {
        hash.update(part);
        hash.update([0]);
    }
    for (sent, input) in sent.iter().zip(inputs) {
        hash.update(sent.field.name);
        hash.update([0, input.orientation]);
        hash.update(&input.sha256);
    }
    // Nothing where there is none, so that the hash of such a request stays what it was.
    if let Some(parent) = beside.parent {
        hash.update(PARENT_FIELD.name);
        hash.update(parent.to_string());
    }
    hex::encode(hash.finalize())
}

fn new_job(
    owner: String,
    workflow: Workflow,
    beside: Beside,
    params: &Params,
    inputs: Vec<StoredInput>,
    idempotency: Option<Idempotency>,
) -> NewJob {
    NewJob {
        id: JobId::from_random(rand::random()),
        workflow,
        class: params.class(),
        priority: beside.priority,
        owner,
        params: params.to_map(),
        inputs,
        parent: beside.parent,
        idempotency,
    }
}

/// 202 with the job.
fn accepted(record: &Record, replayed: bool) -> HttpResponse {
    let mut response = HttpResponse::Accepted();
    response.insert_header((header::LOCATION, format!("/api/jobs/{}", record.id)));
    if replayed {
        response.insert_header((IDEMPOTENT_REPLAYED.clone(), HeaderValue::from_static("true")));
    }
    response.json(JobView::of(record))
}

pub(in crate::http) fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let Some(value) = request.headers().get(&IDEMPOTENCY_KEY) else { return Ok(None) };
    let plain =
        |key: &&str| (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if let Some(key) = value.to_str().ok().filter(plain) {
        return Ok(Some(key.to_owned()));
    }
    let detail = format!("Idempotency-Key must be 1 to {MAX_KEY} visible ASCII characters");
    Err(Problem::new(Code::BadRequest, detail))
}
