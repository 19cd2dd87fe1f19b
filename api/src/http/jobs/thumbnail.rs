//! `GET /api/jobs/{id}/inputs/{n}/thumbnail` and `/outputs/{n}/thumbnail`: small copies, upright, made when first
//! asked for and kept beside what they are copies of. A video's is made of its poster.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use bytes::Bytes;
use serde_json::json;
use spool_shared::{protocol::Part, workflow::PICTURE};
use tracing::info;

use super::{
    super::{
        caller::Caller,
        docs::Operation,
        problem::{Code, Problem},
        query,
    },
    files::{Cache, StoredFile, matches_none, name, no_file, of_file, send_bytes, unchanged},
    find, id,
};
use crate::{
    app::App,
    images::{Format, PictureError, THUMBNAIL_SIZES},
    storage::{ObjectPath, ResultFile, StorageError, input_path, input_thumbnail},
};

/// Where the size is not told: sharp on a dense screen at a third of its width.
const DEFAULT_SIZE: u32 = 512;

/// What a thumbnail is made of, and where it is kept.
struct Thumbnail {
    source: ObjectPath,
    kept: ObjectPath,
    orientation: u8,
    size: u32,
    /// Changes with the picture, the orientation and the size.
    version: String,
    name: String,
}

pub(crate) async fn input_thumbnail_of(
    app: Data<App>,
    caller: Caller,
    path: Path<(String, usize)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (job, index) = path.into_inner();
    let size = size(request.query_string())?;
    let record = find(&app, &caller, id(&job)?).await?;
    let input = record.inputs.get(index).ok_or_else(|| no_file("input", index))?;
    let thumbnail = Thumbnail {
        source: input_path(&input.sha256).map_err(Problem::internal)?,
        kept: input_thumbnail(&input.sha256, input.orientation, size).map_err(Problem::internal)?,
        orientation: input.orientation,
        size,
        version: format!("{}-{}-{size}", input.sha256, input.orientation),
        name: format!("{}-input-{index}-{size}", name(&record)),
    };
    answer(&app, &request, &thumbnail).await
}

pub(crate) fn input_thumbnail_doc() -> Operation {
    thumbnail(of_file("getInputThumbnail", "A small copy of a picture that was sent"))
}

pub(crate) async fn output_thumbnail_of(
    app: Data<App>,
    caller: Caller,
    path: Path<(String, u32)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (job, index) = path.into_inner();
    let size = size(request.query_string())?;
    let record = find(&app, &caller, id(&job)?).await?;
    let missing = || no_file("output", index);
    let token = record.result.as_ref().ok_or_else(missing)?;
    let output = record.outputs.iter().find(|output| output.index == index).ok_or_else(missing)?;
    let (part, sha256) = match &output.poster {
        Some(poster) => (Part::Poster, &poster.sha256),
        None if output.content_type.starts_with("image/") => (Part::Output, &output.sha256),
        None => return Err(Problem::new(Code::NotFound, format!("output {index} has no poster to show"))),
    };
    let file = ResultFile { job: record.id, token, index, part, sha256 };
    let thumbnail = Thumbnail {
        source: file.path().map_err(Problem::internal)?,
        kept: file.thumbnail(size),
        orientation: 1,
        size,
        version: format!("{sha256}-{size}"),
        name: format!("{}-{index}-{size}", name(&record)),
    };
    answer(&app, &request, &thumbnail).await
}

pub(crate) fn output_thumbnail_doc() -> Operation {
    thumbnail(of_file("getOutputThumbnail", "A small copy of a result"))
}

fn thumbnail(operation: Operation) -> Operation {
    let size = json!({"type": "integer", "enum": THUMBNAIL_SIZES, "default": DEFAULT_SIZE});
    operation
        .about("Upright; of a video, of its poster. Made when first asked for.")
        .query("size", "Its longer side, pixels.", &size)
        .file(PICTURE.content_types)
        .problems(&[Code::ValidationFailed, Code::StorageFull])
}

fn size(query: &str) -> Result<u32, Problem> {
    let mut size = DEFAULT_SIZE;
    query::each(query, |name, value| match name {
        "size" => {
            let known = value.parse().ok().filter(|size| THUMBNAIL_SIZES.contains(size));
            size = known.ok_or_else(|| query::one_of(name, &THUMBNAIL_SIZES))?;
            Ok(())
        }
        "download" => Ok(()),
        _ => Err(query::unknown("a thumbnail has only the parameters size and download")),
    })?;
    Ok(size)
}

async fn answer(app: &App, request: &HttpRequest, thumbnail: &Thumbnail) -> Result<HttpResponse, Problem> {
    let etag = format!("\"{}\"", thumbnail.version);
    if matches_none(request.headers(), &etag) {
        return Ok(unchanged(etag, Cache::Kept));
    }
    let bytes = found_or_made(app, thumbnail).await?;
    let format = Format::of(&bytes).ok_or_else(|| Problem::internal("a thumbnail is no picture"))?;
    let file = StoredFile {
        path: thumbnail.kept.clone(),
        content_type: format.content_type(),
        sha256: &thumbnail.version,
        bytes: bytes.len() as u64,
        name: thumbnail.name.clone(),
        cache: Cache::Kept,
    };
    send_bytes(request, &file, &bytes)
}

async fn found_or_made(app: &App, thumbnail: &Thumbnail) -> Result<Bytes, Problem> {
    if let Some(bytes) = found(app, &thumbnail.kept).await? {
        return Ok(bytes);
    }
    let _making = app.pictures.turns.take(thumbnail.kept.as_ref()).await;
    if let Some(bytes) = found(app, &thumbnail.kept).await? {
        return Ok(bytes);
    }
    match made(app, thumbnail).await? {
        Ok((_, bytes)) => {
            app.storage.put(&thumbnail.kept, bytes.clone()).await?;
            Ok(bytes)
        }
        Err(PictureError::Closed) => {
            Err(Problem::new(Code::Unavailable, "the server is stopping; try again"))
        }
        // What an agent sent may be anything.
        Err(error) => {
            if let Some(cause) = error.cause() {
                info!(cause, path = %thumbnail.source, "A file has no thumbnail: {cause}");
            }
            Err(Problem::new(Code::NotFound, format!("there is no thumbnail: the file {error}")))
        }
    }
}

/// Reads the file only when there is room for it, and never one that is too large.
async fn made(app: &App, thumbnail: &Thumbnail) -> Result<Result<(Format, Bytes), PictureError>, Problem> {
    let gone = || Problem::new(Code::Gone, "the file is no longer stored");
    let bytes = match app.storage.size(&thumbnail.source).await {
        Ok(bytes) => bytes,
        Err(StorageError::Missing) => return Err(gone()),
        Err(error) => return Err(error.into()),
    };
    let _room = match app.pictures.room_for_source(bytes).await {
        Ok(room) => room,
        Err(refused) => return Ok(Err(refused)),
    };
    let source = found(app, &thumbnail.source).await?.ok_or_else(gone)?;
    Ok(app.pictures.thumbnail(source, thumbnail.orientation, thumbnail.size).await)
}

async fn found(app: &App, path: &ObjectPath) -> Result<Option<Bytes>, Problem> {
    match app.storage.read_whole(path).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(StorageError::Missing) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
