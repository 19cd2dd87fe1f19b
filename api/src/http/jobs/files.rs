//! `GET /api/jobs/{id}/inputs/{n}`, `/outputs/{n}` and `/outputs/{n}/poster`: files, in parts if wanted.

use std::ops::Range;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::SizedStream,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    web::{Data, Path},
};
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use serde_json::json;
use spool_shared::{protocol::Part, workflow::PICTURE};

use super::{
    super::{
        caller::Caller,
        docs::{Operation, Tag},
        problem::{Code, Problem},
        query,
    },
    find, id, index_schema, of_job,
    range::{Wanted, wanted},
};
use crate::{
    app::App,
    storage::{ObjectPath, ResultFile, StorageError, input_path},
    store::Record,
};

/// Types that browsers may show; all others are downloaded.
const SHOWN: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "video/mp4"];

/// A stored file with what its answer says of it.
pub(crate) struct StoredFile<'a> {
    pub(crate) path: ObjectPath,
    pub(crate) content_type: &'a str,
    pub(crate) sha256: &'a str,
    pub(crate) bytes: u64,
    /// Without its ending.
    pub(crate) name: String,
    pub(crate) cache: Cache,
}

/// What a browser may do with a file that it has. The bytes under an address never change, unless it is a preview's,
/// but they may be deleted before they expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cache {
    /// Ask each time whether it is still there.
    Asked,
    /// Show it for an hour: pages have hundreds of small pictures, and bring them back as one scrolls. Only for the
    /// same caller.
    Kept,
}

impl Cache {
    fn describe(self, response: &mut HttpResponseBuilder) {
        match self {
            Self::Asked => response.insert_header((header::CACHE_CONTROL, "private, no-cache")),
            Self::Kept => response
                .insert_header((header::CACHE_CONTROL, "private, max-age=3600, immutable"))
                .insert_header((header::VARY, "Cookie, Authorization")),
        };
    }
}

pub(crate) async fn input(
    app: Data<App>,
    caller: Caller,
    path: Path<(String, usize)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (job, index) = path.into_inner();
    let record = find(&app, &caller, id(&job)?).await?;
    let input = record.inputs.get(index).ok_or_else(|| no_file("input", index))?;
    let file = StoredFile {
        path: input_path(&input.sha256).map_err(Problem::internal)?,
        content_type: &input.content_type,
        sha256: &input.sha256,
        bytes: input.bytes,
        name: format!("{}-input-{index}", name(&record)),
        cache: Cache::Asked,
    };
    send(&app, &request, &file).await
}

pub(crate) fn input_doc() -> Operation {
    let about = "As it is stored: without metadata, and not yet turned by its `orientation`.";
    of_file("getInput", "A picture that was sent").about(about).file(PICTURE.content_types)
}

pub(crate) async fn output(
    app: Data<App>,
    caller: Caller,
    path: Path<(String, u32)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    result(&app, &caller, path.into_inner(), Part::Output, &request).await
}

pub(crate) fn output_doc() -> Operation {
    of_file("getOutput", "A result")
        .about("The video or the picture, once the job has succeeded.")
        .file(&SHOWN)
}

pub(crate) async fn poster(
    app: Data<App>,
    caller: Caller,
    path: Path<(String, u32)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    result(&app, &caller, path.into_inner(), Part::Poster, &request).await
}

pub(crate) fn poster_doc() -> Operation {
    of_file("getPoster", "A still of a result")
        .about("The first frame of a video.")
        .file(PICTURE.content_types)
}

pub(super) fn of_file(id: &'static str, summary: &str) -> Operation {
    of_job(Operation::new(id, Tag::Files, summary))
        .path("index", "Which one, from 0.", &index_schema(), 0)
        .query(
            "download",
            "To be saved rather than shown, unless it is false or 0.",
            &json!({"type": "string"}),
        )
}

async fn result(
    app: &App,
    caller: &Caller,
    (job, index): (String, u32),
    part: Part,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let record = find(app, caller, id(&job)?).await?;
    let missing = || no_file(part.as_str(), index);
    let token = record.result.as_ref().ok_or_else(missing)?;
    let output = record.outputs.iter().find(|output| output.index == index).ok_or_else(missing)?;
    let (content_type, bytes, sha256) = match part {
        Part::Output => (&output.content_type, output.bytes, &output.sha256),
        Part::Poster => {
            let poster = output.poster.as_ref().ok_or_else(missing)?;
            (&poster.content_type, poster.bytes, &poster.sha256)
        }
    };
    let file = ResultFile { job: record.id, token, index, part, sha256 };
    let (suffix, cache) = match part {
        Part::Output if record.outputs.len() == 1 => (String::new(), Cache::Asked),
        Part::Output => (format!("-{index}"), Cache::Asked),
        Part::Poster => (format!("-{index}-poster"), Cache::Kept),
    };
    let file = StoredFile {
        path: file.path().map_err(Problem::internal)?,
        content_type,
        sha256,
        bytes,
        name: format!("{}{suffix}", name(&record)),
        cache,
    };
    send(app, request, &file).await
}

pub(super) fn no_file(what: &str, index: impl std::fmt::Display) -> Problem {
    Problem::new(Code::NotFound, format!("the job has no {what} {index}"))
}

/// What a download is called: the workflow and the beginning of the id.
pub(super) fn name(record: &Record) -> String {
    let id: String = record.id.to_string().chars().take(8).collect();
    format!("spool-{}-{id}", record.workflow)
}

/// Answers with the file, or with the part of it that the request wants.
pub(crate) async fn send(
    app: &App,
    request: &HttpRequest,
    file: &StoredFile<'_>,
) -> Result<HttpResponse, Problem> {
    let (mut response, part) = match answer(request, file)? {
        Answer::Unchanged(response) => return Ok(response),
        Answer::Bytes(response, part) => (response, part),
    };
    let length = part.as_ref().map_or(file.bytes, |part| part.end - part.start);
    let reading = match app.storage.read(&file.path, part).await {
        Ok(reading) => reading,
        Err(StorageError::Missing) => return Err(Problem::new(Code::Gone, "the file is no longer stored")),
        Err(error) => return Err(error.into()),
    };
    if reading.size != file.bytes {
        return Err(Problem::internal(format!(
            "{} has {} bytes instead of {}",
            file.path, reading.size, file.bytes
        )));
    }
    Ok(response.body(SizedStream::new(length, reading.bytes.map_err(std::io::Error::other))))
}

/// As [`send`], with a file that is in memory.
pub(super) fn send_bytes(
    request: &HttpRequest,
    file: &StoredFile<'_>,
    bytes: &Bytes,
) -> Result<HttpResponse, Problem> {
    match answer(request, file)? {
        Answer::Unchanged(response) => Ok(response),
        Answer::Bytes(mut response, None) => Ok(response.body(bytes.clone())),
        Answer::Bytes(mut response, Some(part)) => {
            let at = |offset| usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
            Ok(response.body(bytes.slice(at(part.start)..at(part.end))))
        }
    }
}

/// The head of an answer.
enum Answer {
    /// The client has the file.
    Unchanged(HttpResponse),
    /// What follows: the whole file, or a part of it.
    Bytes(HttpResponseBuilder, Option<Range<u64>>),
}

fn answer(request: &HttpRequest, file: &StoredFile<'_>) -> Result<Answer, Problem> {
    let etag = format!("\"{}\"", file.sha256);
    let headers = request.headers();
    let download = downloads(request.query_string());
    if matches_none(headers, &etag) {
        let mut response = described(HttpResponse::NotModified(), download, file, &etag);
        return Ok(Answer::Unchanged(response.finish()));
    }
    let range = text(headers, header::RANGE).filter(|_| same_version(headers, &etag));
    let (status, part) = match wanted(range, file.bytes) {
        Wanted::Whole => (StatusCode::OK, None),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, Some(part)),
        Wanted::Outside => {
            let problem =
                Problem::new(Code::RangeNotSatisfiable, format!("the file has {} bytes", file.bytes));
            let whole = format!("bytes */{}", file.bytes);
            return Err(problem.header(header::CONTENT_RANGE, value(&whole)));
        }
    };
    let mut response = described(HttpResponse::build(status), download, file, &etag);
    if let Some(part) = &part {
        let range = format!("bytes {}-{}/{}", part.start, part.end - 1, file.bytes);
        response.insert_header((header::CONTENT_RANGE, range));
    }
    Ok(Answer::Bytes(response, part))
}

/// Whether the query asks for a file to be saved. Other parameters are whoever's links carry.
fn downloads(query: &str) -> bool {
    url::form_urlencoded::parse(query.as_bytes())
        .any(|(name, value)| name == "download" && query::flag(&name, &value) != Ok(false))
}

/// The headers that whole, part and unchanged file share.
fn described(
    mut response: HttpResponseBuilder,
    download: bool,
    file: &StoredFile<'_>,
    etag: &str,
) -> HttpResponseBuilder {
    let shown = SHOWN.contains(&file.content_type);
    let content_type = if shown { file.content_type } else { "application/octet-stream" };
    let download = !shown || download;
    let how = if download { "attachment" } else { "inline" };
    let disposition = format!("{how}; filename=\"{}.{}\"", file.name, ending(content_type));
    response
        .insert_header((header::CONTENT_TYPE, content_type))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .insert_header((header::ETAG, etag))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"));
    file.cache.describe(&mut response);
    response
}

fn ending(content_type: &str) -> &'static str {
    match content_type {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        "video/mp4" => "mp4",
        _ => "bin",
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// For a client that has this very file. What it may do with it is told again: this answer's word counts from now on.
pub(super) fn unchanged(etag: String, cache: Cache) -> HttpResponse {
    let mut response = HttpResponse::NotModified();
    cache.describe(&mut response);
    response.insert_header((header::ETAG, etag)).finish()
}

/// `If-None-Match`: the client has this very file. Weak comparison, as for every GET.
pub(in crate::http) fn matches_none(headers: &HeaderMap, etag: &str) -> bool {
    let same = |known: &str| {
        let known = known.trim();
        known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag
    };
    text(headers, header::IF_NONE_MATCH).is_some_and(|list| list.split(',').any(same))
}

/// `If-Range`: the part fits what the client has. There are no dates to compare, so only the same tag does.
fn same_version(headers: &HeaderMap, etag: &str) -> bool {
    text(headers, header::IF_RANGE).is_none_or(|known| known == etag)
}
