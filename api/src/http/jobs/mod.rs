//! Jobs: one operation in a file.

mod cancel;
mod events;
mod files;
mod get;
mod list;
mod range;
mod view;

pub(super) use cancel::cancel;
pub(super) use events::events;
pub(super) use files::{StoredFile, input, output, poster, send};
pub(super) use get::get;
pub(super) use list::list;
pub(super) use view::JobView;

use spool_shared::ids::JobId;

use super::{OWNER, problem::Problem};
use crate::{
    app::App,
    store::{Found, Record},
};

/// The id in an address. A text that is no id names no job.
pub(super) fn id(text: &str) -> Result<JobId, Problem> {
    text.parse().map_err(|_| Problem::no_job())
}

/// The caller's job. Another owner's looks like none.
pub(super) async fn find(app: &App, id: JobId) -> Result<Box<Record>, Problem> {
    match app.store.find(id).await? {
        Found::Job(record) if record.owner == OWNER => Ok(record),
        Found::Job(_) | Found::Missing => Err(Problem::no_job()),
        Found::Gone => Err(Problem::gone_job()),
    }
}
