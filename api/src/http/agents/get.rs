//! `GET /api/agents/{id}`

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

use super::{
    super::{caller::Caller, problem::Problem},
    id, shown,
};
use crate::app::App;

pub(crate) async fn get(app: Data<App>, caller: Caller, path: Path<String>) -> Result<HttpResponse, Problem> {
    shown(&app, &caller, id(&path)?).await
}
