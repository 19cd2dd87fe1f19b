//! The entry of the fuzz targets: a submit is read and checked as ever, without a server and its store.

use actix_web::{http::header, test::TestRequest};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use spool_shared::workflow::{Request, Workflow};

use super::{
    super::{limits::paced, problem::Problem},
    body,
    submit::{judged, priority},
};

/// Reads a body of this type that comes in these chunks, up to where its pictures would be decoded.
pub async fn submission(
    workflow: Workflow,
    content_type: &str,
    chunks: Vec<Bytes>,
) -> Result<Request, Problem> {
    let request = TestRequest::post().insert_header((header::CONTENT_TYPE, content_type)).to_http_request();
    let body = paced(stream::iter(chunks.into_iter().map(Ok)), None).boxed_local();
    let mut sent = body::read(workflow, &request, body).await?;
    priority(&mut sent.fields, &mut sent.violations);
    judged(workflow, sent).map(|(_, request)| request)
}
