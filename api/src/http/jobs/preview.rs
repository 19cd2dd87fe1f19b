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
        docs::{Operation, Tag},
        problem::{Code, Problem},
    },
    files::{Cache, StoredFile, name, send_bytes},
    find, id, of_job,
};
use crate::{app::App, storage::ObjectPath};

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
        path: ObjectPath::default(),
        content_type: "image/webp",
        sha256: &sha256,
        bytes: picture.len() as u64,
        name: format!("{}-preview", name(&record)),
        cache: Cache::Asked,
    };
    send_bytes(&request, &file, &picture.into())
}

pub(crate) fn doc() -> Operation {
    let about = "The newest picture of the work so far. 404 while there is none, and once the job has ended.";
    of_job(Operation::new("getPreview", Tag::Files, "A preview of a running job").about(about))
        .file(&["image/webp"])
}
