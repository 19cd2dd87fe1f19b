//! `GET /api/jobs/{id}`

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

use super::{
    super::{caller::Caller, problem::Problem},
    JobView, find, id,
};
use crate::app::App;

pub(crate) async fn get(app: Data<App>, caller: Caller, path: Path<String>) -> Result<HttpResponse, Problem> {
    let record = find(&app, &caller, id(&path)?).await?;
    Ok(HttpResponse::Ok().json(JobView::of(&record)))
}
