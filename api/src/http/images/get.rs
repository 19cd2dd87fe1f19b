//! `GET /api/images/{id}`: an uploaded picture, for who uploaded it. Looking at it is a use.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};

use super::super::{
    caller::Caller,
    jobs::{StoredFile, send},
    problem::{Code, Problem},
};
use crate::{
    app::App,
    storage::input_path,
    store::{ImageId, KeptImage},
};

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
    };
    send(&app, &request, &file).await
}
