//! `POST /api/jobs/{id}/cancel`: exactly this job, final at once.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use tracing::info;

use super::{
    super::{
        caller::Caller,
        problem::{Code, Problem},
    },
    JobView, find, id,
};
use crate::{app::App, auth::Scope, store::Canceled};

pub(crate) async fn cancel(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
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
