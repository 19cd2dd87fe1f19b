//! `GET /api/images/{id}`: an uploaded picture, for who uploaded it. Looking at it is a use.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};

use super::{
    super::{
        caller::Caller,
        docs::{Operation, Tag},
        jobs::{Cache, StoredFile, send},
        problem::{Code, Problem},
    },
    EXAMPLE_IMAGE,
};
use crate::{
    app::App,
    storage::input_path,
    store::{ImageId, KeptImage},
};
use serde_json::json;
use spool_shared::workflow::PICTURE;

pub(crate) async fn get(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let unknown =
        || Problem::new(Code::NotFound, "there is no such picture; uploads are kept for a while only");
    let id: ImageId = path.parse().map_err(|_| unknown())?;
    let KeptImage { picture, .. } = app.store.use_image(caller.owner(), &id).await?.ok_or_else(unknown)?;
    let file = StoredFile {
        path: input_path(&picture.sha256).map_err(Problem::internal)?,
        content_type: &picture.content_type,
        sha256: &picture.sha256,
        bytes: picture.bytes,
        name: format!("spool-{}", picture.sha256.get(..8).unwrap_or_default()),
        cache: Cache::Asked,
    };
    send(&app, &request, &file).await
}

pub(crate) fn doc() -> Operation {
    let id = json!({"type": "string", "pattern": "^[0-9a-f]{64}\\.[1-8]$"});
    Operation::new("getImage", Tag::Files, "An uploaded picture")
        .about("For its owner. Looking at it is a use, which keeps it longer.")
        .path("id", "The picture.", &id, EXAMPLE_IMAGE)
        .query(
            "download",
            "Present, with any value: to be saved rather than shown.",
            &json!({"type": "string"}),
        )
        .file(PICTURE.content_types)
        .problems(&[Code::NotFound, Code::Gone])
}
