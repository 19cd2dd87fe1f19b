//! Jobs: one operation in a file.

mod cancel;
mod config;
mod delete;
mod events;
mod files;
mod get;
mod list;
mod preview;
mod range;
mod retry;
mod thumbnail;
mod view;

pub(super) use cancel::cancel;
pub(super) use config::config;
pub(super) use delete::delete;
pub(super) use events::events;
pub(super) use files::{StoredFile, input, output, poster, send};
pub(super) use get::get;
pub(super) use list::list;
pub(super) use preview::preview;
pub(super) use retry::retry;
pub(super) use thumbnail::{input_thumbnail_of, output_thumbnail_of};
pub(super) use view::{JobView, PatchView};

use spool_shared::ids::JobId;

use super::{
    caller::Caller,
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
