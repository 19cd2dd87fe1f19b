//! Jobs: one operation in a file.

mod cancel;
mod config;
mod delete;
mod events;
mod files;
mod get;
mod inline;
mod list;
mod preview;
mod range;
mod retry;
pub(super) mod sample;
mod thumbnail;
mod view;

pub(super) use cancel::{cancel, doc as cancel_doc};
pub(super) use config::{config, doc as config_doc};
pub(super) use delete::{delete, doc as delete_doc};
pub(super) use events::{doc as events_doc, events};
pub(super) use files::{
    Cache, StoredFile, input, input_doc, matches_none, output, output_doc, poster, poster_doc, send,
};
pub(super) use get::{doc as get_doc, get};
pub(super) use list::{doc as list_doc, list};
pub(super) use preview::{doc as preview_doc, preview};
pub(super) use retry::{doc as retry_doc, retry};
pub(super) use sample::EXAMPLE_ID;
pub(super) use thumbnail::{
    input_thumbnail_doc, input_thumbnail_of, output_thumbnail_doc, output_thumbnail_of,
};
pub(super) use view::{JobView, PatchView, UnservableView, unservable};

use serde_json::{Value, json};
use spool_shared::ids::JobId;

use super::{
    caller::Caller,
    docs::Operation,
    problem::{Code, Problem},
};
use crate::{
    app::App,
    store::{Found, Record},
};

/// The id in an address. A text that is no id names no job.
pub(super) fn id(text: &str) -> Result<JobId, Problem> {
    text.parse().map_err(|_| Problem::no_job())
}

/// The caller's job. Another owner's looks like none.
pub(super) async fn find(app: &App, caller: &Caller, id: JobId) -> Result<Box<Record>, Problem> {
    match app.store.find(id).await? {
        Found::Job(record) if record.owner == caller.owner() => Ok(record),
        Found::Gone(owner) if owner == caller.owner() => Err(Problem::gone_job()),
        Found::Job(_) | Found::Gone(_) | Found::Missing => Err(Problem::no_job()),
    }
}

/// Refuses what can only be done with a job that has ended.
fn finished(record: &Record) -> Result<(), Problem> {
    if record.status.is_terminal() {
        return Ok(());
    }
    let detail = format!("the job is {}; cancel it or wait for its end first", record.status);
    Err(Problem::new(Code::NotFinished, detail))
}

/// An operation on one job.
fn of_job(operation: Operation) -> Operation {
    operation.path("id", "The job.", &id_schema(), EXAMPLE_ID).problems(&[Code::NotFound, Code::Gone])
}

pub(super) fn id_schema() -> Value {
    json!({"type": "string", "format": "uuid"})
}

/// The place of a file in its list.
pub(super) fn index_schema() -> Value {
    json!({"type": "integer", "minimum": 0})
}
