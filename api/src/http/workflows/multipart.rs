//! A submit as multipart: a part `params` with the JSON object, and a part with the file of each picture.

use actix_multipart::{Field as Part, Multipart, MultipartError};
use actix_web::http::header::HeaderMap;
use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use spool_shared::workflow::{Field, PICTURE, Violation, ViolationCode, Workflow};

use super::{
    super::{
        bodies::Body,
        limits::unreadable,
        problem::{Code, Problem},
    },
    body::Submission,
    json,
    pictures::{SentPicture, Source},
};

/// The part with the parameters.
const PARAMS: &str = "params";
/// Parts that a body may have: more than any workflow needs, few enough to answer.
const MAX_PARTS: usize = 16;
/// The largest `params`, bytes. Pictures belong into parts of their own.
const MAX_PARAMS: usize = 64 * 1024;

pub(super) async fn read(workflow: Workflow, headers: &HeaderMap, body: Body) -> Result<Submission, Problem> {
    let mut parts = Multipart::new(headers, body);
    let mut submission = Submission::default();
    let mut params = None;
    let mut seen = 0;
    while let Some(mut part) = parts.try_next().await.map_err(|error| broken(&error))? {
        seen += 1;
        if seen > MAX_PARTS {
            return Err(Problem::new(
                Code::MalformedBody,
                format!("the body has more than {MAX_PARTS} parts"),
            ));
        }
        let name = part.name().unwrap_or_default().to_owned();
        if name == PARAMS {
            if params.replace(read_params(&mut part).await?).is_some() {
                return Err(Problem::new(Code::MalformedBody, "the body has more than one part params"));
            }
        } else if let Some(field) = workflow.pictures().iter().find(|field| field.name == name) {
            read_picture(&mut submission, field, &mut part).await?;
        } else {
            drain(&mut part).await?;
            submission.violations.push(unknown(workflow, &name));
        }
    }
    if let Some(params) = params {
        // Its fields may hold pictures as text, as a JSON body's do.
        let inline = json::take_pictures(workflow, json::object(&params)?);
        submission.fields = inline.fields;
        submission.pictures.extend(inline.pictures);
        submission.violations.extend(inline.violations);
        submission.too_large.extend(inline.too_large);
    }
    let place =
        |sent: &SentPicture| workflow.pictures().iter().position(|field| field.name == sent.field.name);
    submission.pictures.sort_by_key(place);
    Ok(submission)
}

async fn read_params(part: &mut Part) -> Result<Bytes, Problem> {
    match collect(part, MAX_PARAMS).await? {
        Collected::Whole(bytes) => Ok(bytes),
        Collected::TooLong(_) => Err(Problem::new(
            Code::BodyTooLarge,
            format!("the part params may have at most {MAX_PARAMS} bytes"),
        )),
    }
}

async fn read_picture(
    submission: &mut Submission,
    field: &'static Field,
    part: &mut Part,
) -> Result<(), Problem> {
    let before = submission.pictures.iter().filter(|sent| sent.field.name == field.name).count();
    let pointer = match field.kind {
        spool_shared::workflow::Kind::Pictures(limits) if limits.max > 1 => {
            format!("/{}/{before}", field.name)
        }
        _ => format!("/{}", field.name),
    };
    match collect(part, PICTURE.max_bytes).await? {
        Collected::Whole(bytes) => {
            submission.pictures.push(SentPicture { field, pointer, source: Source::File(bytes) });
        }
        Collected::TooLong(length) => {
            let message =
                format!("{} may have at most {} bytes, not {length}", field.name, PICTURE.max_bytes);
            submission.too_large.push(Violation { pointer, code: ViolationCode::TooLarge, message });
        }
    }
    Ok(())
}

enum Collected {
    Whole(Bytes),
    /// How long it was.
    TooLong(usize),
}

/// Reads a part to its end, keeping no more than `max` bytes, so that the parts behind it are heard too.
async fn collect(part: &mut Part, max: usize) -> Result<Collected, Problem> {
    let mut kept = BytesMut::new();
    let mut length = 0;
    while let Some(bytes) = part.try_next().await.map_err(|error| broken(&error))? {
        length += bytes.len();
        if length <= max {
            kept.extend_from_slice(&bytes);
        } else {
            kept.clear();
        }
    }
    Ok(if length <= max { Collected::Whole(kept.freeze()) } else { Collected::TooLong(length) })
}

async fn drain(part: &mut Part) -> Result<(), Problem> {
    collect(part, 0).await.map(drop)
}

fn unknown(workflow: Workflow, name: &str) -> Violation {
    let pictures: Vec<_> = workflow.pictures().iter().map(|field| field.name).collect();
    let name: String = name.chars().take(60).collect();
    let message = format!(
        "{name:?} is not a part of this workflow; parameters go as JSON into the part params, files into {}",
        pictures.join(", ")
    );
    Violation::new(&name, ViolationCode::UnknownField, message)
}

/// What a client is told of a multipart body that cannot be read.
pub(in crate::http) fn broken(error: &MultipartError) -> Problem {
    match error {
        MultipartError::Payload(error) => unreadable(error),
        other => Problem::new(Code::MalformedBody, format!("the multipart body cannot be read: {other}")),
    }
}
