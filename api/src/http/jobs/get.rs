//! `GET /api/jobs/{id}`

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

use super::{
    super::{
        caller::Caller,
        docs::{Operation, Tag},
        problem::Problem,
    },
    JobView, find, id, of_job, sample,
};
use crate::app::App;

pub(crate) async fn get(app: Data<App>, caller: Caller, path: Path<String>) -> Result<HttpResponse, Problem> {
    let record = find(&app, &caller, id(&path)?).await?;
    Ok(HttpResponse::Ok().json(JobView::of(&record)))
}

pub(crate) fn doc() -> Operation {
    let about = "Everything that is known of it. `version` grows with every change.";
    let examples = [
        ("queued", sample::queued()),
        ("running", sample::running()),
        ("succeeded", sample::succeeded()),
        ("failed", sample::failed()),
    ];
    of_job(Operation::new("getJob", Tag::Jobs, "Read a job").about(about))
        .json_like::<JobView<'_>>(200, "The job.", &examples)
}
