//! `GET /api/jobs/{id}/preview`: the newest picture of a running job's work.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use sha2::{Digest as _, Sha256};
use spool_shared::job::Status;

use super::{
    super::{
        caller::Caller,
        problem::{Code, Problem},
    },
    files::{StoredFile, name, send_bytes},
    find, id,
};
use crate::app::App;

pub(crate) async fn preview(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let record = find(&app, &caller, id(&path)?).await?;
    let nothing = |why: String| Problem::new(Code::NotFound, why);
    if record.status != Status::Running {
        return Err(nothing(format!("the job is {}; only a running job has previews", record.status)));
    }
    let found = app.store.previewed(record.id).await?;
    let (_, picture) =
        found.ok_or_else(|| nothing("the job has no preview yet, or none for a while".into()))?;
    let sha256 = hex::encode(Sha256::digest(&picture));
    let file = StoredFile {
        path: object_store::path::Path::default(),
        content_type: "image/webp",
        sha256: &sha256,
        bytes: picture.len() as u64,
        name: format!("{}-preview", name(&record)),
    };
    send_bytes(&request, &file, &picture.into())
}
