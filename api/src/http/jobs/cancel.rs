//! `POST /api/jobs/{id}/cancel`: exactly this job, final at once.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use tracing::info;

use super::{
    super::{
        caller::Caller,
        docs::{Operation, Tag},
        no_body::NoBody,
        problem::{Code, Problem},
    },
    JobView, find, id, of_job, sample,
};
use crate::{app::App, auth::Scope, store::Canceled};

pub(crate) async fn cancel(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
    _: NoBody,
) -> Result<HttpResponse, Problem> {
    caller.may(Scope::Submit)?;
    let id = id(&path)?;
    // Also proves that the job is the caller's.
    find(&app, &caller, id).await?;
    match app.store.cancel(id).await? {
        Canceled::Now => {
            info!(job.id = %id, "Job {id} was canceled");
            // A place may have become free.
            app.bell.ring();
        }
        Canceled::Already => {}
        Canceled::Finished(status) => {
            let detail = format!("the job has {status} already; there is nothing to cancel");
            return Err(Problem::new(Code::AlreadyFinished, detail));
        }
        Canceled::Gone => return Err(Problem::gone_job()),
        Canceled::Missing => return Err(Problem::no_job()),
    }
    let record = find(&app, &caller, id).await?;
    Ok(HttpResponse::Ok().json(JobView::of(&record)))
}

pub(crate) fn doc() -> Operation {
    let about = "Final at once, whether the job waits or runs; its GPU stops within one denoising step. Canceling a \
                 canceled job again changes nothing.";
    of_job(Operation::new("cancelJob", Tag::Jobs, "Cancel a job").about(about))
        .json::<JobView<'_>>(200, "The job, canceled.", sample::canceled())
        .problems(&[
            Code::Forbidden,
            Code::AlreadyFinished,
            Code::MalformedBody,
            Code::BodyTooSlow,
            Code::UnsupportedMediaType,
        ])
}
