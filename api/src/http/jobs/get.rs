//! `GET /api/jobs/{id}`

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

use super::{super::problem::Problem, JobView, find, id};
use crate::app::App;

pub(crate) async fn get(app: Data<App>, path: Path<String>) -> Result<HttpResponse, Problem> {
    let record = find(&app, id(&path)?).await?;
    Ok(HttpResponse::Ok().json(JobView::of(&record)))
}
