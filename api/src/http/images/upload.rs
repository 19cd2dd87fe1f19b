//! `POST /api/images`: takes a picture under an id that requests can name instead of sending it.

use actix_multipart::Multipart;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Payload},
};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, TryStreamExt as _};
use serde::Serialize;
use serde_json::{Map, Value, json};
use spool_shared::workflow::{PICTURE, Violation, ViolationCode};
use tracing::info;
use utoipa::ToSchema;

use super::{
    super::{
        bodies::Body,
        caller::Caller,
        docs::{Operation, Tag},
        limits::{unreadable, within},
        pictures::{SentFile, decoded, store, stored},
        problem::{Code, Problem},
        time::rfc3339,
    },
    EXAMPLE_IMAGE,
};
use crate::{app::App, store::KeptImage};

/// The part of a multipart body, and what a sentence calls the picture.
const IMAGE: &str = "image";
const POINTER: &str = "/image";

#[derive(Serialize, ToSchema)]
#[schema(as = Image)]
struct ImageView {
    /// Hand it in as `{"image_id": …}` wherever a request takes a picture.
    id: String,
    content_type: String,
    /// Of what is stored: the file without metadata.
    bytes: u64,
    width: u32,
    height: u32,
    /// EXIF 1–8: how the picture is to be turned; the stored file says nothing of it any more.
    orientation: u8,
    /// When it goes if nothing uses it; each use sets the time anew.
    #[schema(format = DateTime)]
    expires_at: String,
    url: String,
}

pub(crate) async fn upload(
    app: Data<App>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.may_write(&app)?;
    // Held to the end: the bytes live as long as the request.
    let (body, _held) = app.bodies.begin(&caller, &request, payload).await?;
    let bytes = read(&request, body).await?;
    Box::pin(within(&app, keep(&app, &caller, bytes))).await
}

pub(crate) fn doc() -> Operation {
    let about = format!(
        "Requests then name it instead of sending it. At most {} bytes, {} pixels a side and {} in all; a PNG, JPEG or \
         WebP by content.",
        PICTURE.max_bytes, PICTURE.max_side, PICTURE.max_pixels
    );
    let mut content: Map<String, Value> =
        PICTURE.content_types.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
    let file = json!({"type": "string", "format": "binary"});
    let form = json!({"type": "object", "required": [IMAGE], "properties": {(IMAGE): file}, "additionalProperties": false});
    content.insert("multipart/form-data".into(), json!({"schema": form}));
    let url = format!("/api/images/{EXAMPLE_IMAGE}");
    let image = json!({
        "id": EXAMPLE_IMAGE, "content_type": "image/png", "bytes": 240_512, "width": 451, "height": 300,
        "orientation": 1, "expires_at": "2026-09-02T12:00:00Z", "url": url,
    });
    Operation::new("uploadImage", Tag::Files, "Upload a picture")
        .about(about)
        .body("The file itself, or a form with a part `image`.", &Value::Object(content))
        .json::<ImageView>(201, "It is stored.", image)
        .answer_header(201, "Location", "The picture's address.", &url)
        .problems(&[
            Code::Forbidden,
            Code::RateLimited,
            Code::MalformedBody,
            Code::BodyTooSlow,
            Code::BodyTooLarge,
            Code::ImageTooLarge,
            Code::UnsupportedMediaType,
            Code::ValidationFailed,
            Code::ImageUnreadable,
            Code::StorageFull,
        ])
}

async fn keep(app: &App, caller: &Caller, bytes: Bytes) -> Result<HttpResponse, Problem> {
    let pictures = decoded(app, &[SentFile { name: IMAGE, pointer: POINTER, bytes }]).await?;
    let Some(picture) = pictures.first() else { return Err(missing()) };
    store(app, &pictures).await?;
    let KeptImage { picture, expires_at } = app.store.keep_image(caller.owner(), stored(picture)).await?;
    let id = picture.image_id().to_string();
    info!(image.id = id, "A picture was uploaded");
    let url = format!("/api/images/{id}");
    Ok(HttpResponse::Created().insert_header((header::LOCATION, url.as_str())).json(ImageView {
        id,
        content_type: picture.content_type,
        bytes: picture.bytes,
        width: picture.width,
        height: picture.height,
        orientation: picture.orientation,
        expires_at: rfc3339(expires_at),
        url,
    }))
}

/// Reads the file by the declared type of the body; what the file is shows later, by its content.
async fn read(request: &HttpRequest, body: Body) -> Result<Bytes, Problem> {
    let declared = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let declared: Option<mime::Mime> = declared.and_then(|text| text.parse().ok());
    match declared.as_ref().map(|mime| (mime.type_(), mime.subtype())) {
        Some((mime::IMAGE, _)) => collected(body.map_err(|error| unreadable(&error))).await,
        Some((mime::MULTIPART, mime::FORM_DATA)) => {
            let mut parts = Multipart::new(request.headers(), body);
            let mut file = None;
            while let Some(part) = parts.try_next().await.map_err(|error| broken(&error))? {
                let name = part.name().unwrap_or_default().to_owned();
                let bytes = collected(part.map_err(|error| broken(&error))).await;
                if name != IMAGE || file.is_some() {
                    return Err(Problem::validation(vec![other_part(&name)]));
                }
                file = Some(bytes?);
            }
            file.ok_or_else(missing)
        }
        _ => {
            let detail = "the body must be the file itself, with a Content-Type such as image/png, \
                          or multipart/form-data with a part image";
            Err(Problem::new(Code::UnsupportedMediaType, detail))
        }
    }
}

/// Reads to the end, keeping no more than a picture may have, so that the client hears how much it was.
async fn collected(mut bytes: impl Stream<Item = Result<Bytes, Problem>> + Unpin) -> Result<Bytes, Problem> {
    let mut kept = BytesMut::new();
    let mut length = 0;
    while let Some(more) = bytes.try_next().await? {
        length += more.len();
        if length <= PICTURE.max_bytes {
            kept.extend_from_slice(&more);
        }
    }
    if length <= PICTURE.max_bytes {
        return Ok(kept.freeze());
    }
    let message = format!("{IMAGE} may have at most {} bytes, not {length}", PICTURE.max_bytes);
    let violation = Violation::new(IMAGE, ViolationCode::TooLarge, message.clone());
    Err(Problem { errors: vec![violation], ..Problem::new(Code::ImageTooLarge, message) })
}

fn broken(error: &actix_multipart::MultipartError) -> Problem {
    super::super::workflows::broken_multipart(error)
}

fn missing() -> Problem {
    Problem::validation(vec![Violation::new(IMAGE, ViolationCode::Missing, "image is required")])
}

fn other_part(name: &str) -> Violation {
    let name: String = name.chars().take(60).collect();
    let message = format!("{name:?} is one part too many: an upload has one part, image");
    Violation::new(&name, ViolationCode::UnknownField, message)
}
