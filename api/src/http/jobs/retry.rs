//! `POST /api/jobs/{id}/retry`: a finished job again, as a new one: the same parameters and seed, the same pictures.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use sha2::{Digest as _, Sha256};
use spool_shared::ids::JobId;

use super::{
    super::{
        caller::Caller,
        docs::{Operation, Tag},
        no_body::NoBody,
        problem::{Code, Problem},
        workflows::{accepts, enqueue, idempotency_key, is_stored},
    },
    find, finished, id, of_job,
};
use crate::{
    app::App,
    store::{Idempotency, NewJob, Record},
};

pub(crate) async fn retry(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
    request: HttpRequest,
    _: NoBody,
) -> Result<HttpResponse, Problem> {
    caller.may_write(&app)?;
    let key = idempotency_key(&request)?;
    let record = find(&app, &caller, id(&path)?).await?;
    caller.may_ask_for(record.priority)?;
    finished(&record)?;
    // Held first: the job may be deleted at this moment.
    app.store.hold(record.inputs.iter().map(|input| input.sha256.as_str())).await?;
    if !is_stored(&app, &record.inputs).await? {
        let detail = "a picture of the job is no longer stored; send it with a new request";
        return Err(Problem::new(Code::Gone, detail));
    }
    let idempotency = key.map(|key| Idempotency {
        key: hex::encode(Sha256::digest(key)),
        body: hex::encode(Sha256::digest(format!("retry {}", record.id))),
    });
    enqueue(&app, again(*record, idempotency)).await
}

pub(crate) fn doc() -> Operation {
    let about = "A new job with the same parameters, seed and pictures; its `parent_id` is the first one.";
    accepts(of_job(Operation::new("retryJob", Tag::Jobs, "Run a finished job again").about(about))).problems(
        &[
            Code::NotFinished,
            Code::StorageFull,
            Code::MalformedBody,
            Code::BodyTooSlow,
            Code::UnsupportedMediaType,
        ],
    )
}

fn again(record: Record, idempotency: Option<Idempotency>) -> NewJob {
    NewJob {
        id: JobId::from_random(rand::random()),
        workflow: record.workflow,
        class: record.class,
        priority: record.priority,
        owner: record.owner,
        params: record.params,
        inputs: record.inputs,
        parent: Some(record.id),
        idempotency,
    }
}
