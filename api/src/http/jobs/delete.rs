//! `DELETE /api/jobs/{id}`: a finished job goes before its retention ends, with everything that it made.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use tracing::info;

use super::{
    super::{
        caller::Caller,
        docs::{Operation, Tag},
        problem::{Code, Problem},
    },
    find, finished, id, of_job,
};
use crate::{app::App, auth::Scope, store::Forgotten};

pub(crate) async fn delete(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    caller.may(Scope::Submit)?;
    let record = find(&app, &caller, id(&path)?).await?;
    finished(&record)?;
    let id = record.id;
    // A record without files would be a lie; files without a record are only rubbish, which is swept. The pictures
    // that were sent may belong to other jobs, too: they go when nothing refers to them any more.
    app.storage.delete_job(id).await?;
    match app.store.forget(id, true).await? {
        Forgotten::Now => {
            info!(job.id = %id, "Job {id} was deleted");
            Ok(HttpResponse::NoContent().finish())
        }
        Forgotten::Gone => Err(Problem::gone_job()),
        Forgotten::Missing => Err(Problem::no_job()),
        Forgotten::NotYet => Err(Problem::new(Code::NotFinished, "the job has not finished yet")),
    }
}

pub(crate) fn doc() -> Operation {
    let about =
        "Its record and its results go before their retention ends. The address answers 410 for a while.";
    of_job(Operation::new("deleteJob", Tag::Jobs, "Delete a finished job").about(about))
        .empty(204, "It is deleted.")
        .problems(&[Code::Forbidden, Code::NotFinished])
}
