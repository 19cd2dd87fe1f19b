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
        problem::{Code, Problem},
        workflows::{enqueue, idempotency_key},
    },
    find, finished, id,
};
use crate::{
    app::App,
    storage::{StorageError, input_path},
    store::{Idempotency, NewJob, Record},
};

pub(crate) async fn retry(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let key = idempotency_key(&request)?;
    let record = find(&app, &caller, id(&path)?).await?;
    finished(&record)?;
    still_stored(&app, &record).await?;
    let idempotency = key.map(|key| Idempotency {
        key: hex::encode(Sha256::digest(key)),
        body: hex::encode(Sha256::digest(format!("retry {}", record.id))),
    });
    enqueue(&app, again(*record, idempotency)).await
}

async fn still_stored(app: &App, record: &Record) -> Result<(), Problem> {
    for input in &record.inputs {
        match app.storage.size(&input_path(&input.sha256).map_err(Problem::internal)?).await {
            Ok(_) => {}
            Err(StorageError::Missing) => {
                let detail = "a picture of the job is no longer stored; send it with a new request";
                return Err(Problem::new(Code::Gone, detail));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
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
