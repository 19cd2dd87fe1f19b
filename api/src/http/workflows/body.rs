//! A submit's body, in either encoding: parameters and the bytes of pictures.

use actix_web::{HttpRequest, http::header};
use bytes::BytesMut;
use futures_util::TryStreamExt as _;
use serde_json::{Map, Value};
use spool_shared::workflow::{Field, FieldDefault, Kind, Violation, ViolationCode, Workflow};

use super::{
    super::{
        bodies::Body,
        limits::{MAX_BODY, unreadable},
        problem::{Code, Problem},
    },
    json, multipart,
    pictures::SentPicture,
};

/// Bodies above this are parsed where they hold nobody up, bytes.
const PARSED_INLINE: usize = 64 * 1024;

/// What a client sent, with everything that is wrong with its shape.
#[derive(Debug, Default)]
pub(super) struct Submission {
    /// The parameters, without pictures.
    pub(super) fields: Map<String, Value>,
    /// In the order of the workflow's table.
    pub(super) pictures: Vec<SentPicture>,
    pub(super) violations: Vec<Violation>,
    /// Pictures that are too large to be looked at.
    pub(super) too_large: Vec<Violation>,
}

/// Reads the body by its declared type.
pub(super) async fn read(
    workflow: Workflow,
    request: &HttpRequest,
    body: Body,
) -> Result<Submission, Problem> {
    let declared = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let declared: Option<mime::Mime> = declared.and_then(|text| text.parse().ok());
    let mut submission = match declared.as_ref().map(|mime| (mime.type_(), mime.subtype())) {
        Some((mime::APPLICATION, mime::JSON)) => read_json(workflow, body).await?,
        Some((mime::MULTIPART, mime::FORM_DATA)) => {
            multipart::read(workflow, request.headers(), body).await?
        }
        _ => {
            let detail =
                "the body must be application/json or multipart/form-data, and say so in Content-Type";
            return Err(Problem::new(Code::UnsupportedMediaType, detail));
        }
    };
    submission.count_pictures(workflow);
    Ok(submission)
}

async fn read_json(workflow: Workflow, body: Body) -> Result<Submission, Problem> {
    let body = body.try_fold(BytesMut::new(), async |mut body, bytes| {
        body.extend_from_slice(&bytes);
        Ok(body)
    });
    let body = body.await.map_err(|error| unreadable(&error))?.freeze();
    if body.len() <= PARSED_INLINE {
        return json::parse(workflow, &body);
    }
    debug_assert!(body.len() <= MAX_BODY, "the reader keeps to the limit");
    let parsed = tokio::task::spawn_blocking(move || json::parse(workflow, &body));
    parsed.await.map_err(Problem::internal)?
}

impl Submission {
    /// Notes pictures that are missing, and lists that are too long.
    fn count_pictures(&mut self, workflow: Workflow) {
        for field in workflow.pictures() {
            let Kind::Pictures(limits) = field.kind else { continue };
            let pointer = format!("/{}", field.name);
            let noted = |violation: &Violation| violation.pointer.starts_with(&pointer);
            if self.violations.iter().chain(&self.too_large).any(noted) {
                continue;
            }
            let count = self.pictures.iter().filter(|picture| picture.field.name == field.name).count();
            if count == 0 && field.default == FieldDefault::Required {
                self.violations.push(Violation::missing(field));
            } else if count > limits.max as usize {
                self.violations.push(too_many(field, count));
            }
        }
    }
}

/// A list of pictures that is longer than its field takes.
pub(super) fn too_many(field: &Field, count: usize) -> Violation {
    let max = match field.kind {
        Kind::Pictures(limits) => limits.max,
        _ => 0,
    };
    let many = if max == 1 { "one picture".to_owned() } else { format!("at most {max} pictures") };
    let message = format!("{} takes {many}, not {count}", field.name);
    Violation::new(field.name, ViolationCode::TooLong, message)
}
