//! `parent_id` of a submit: the job whose result this one begins with.

use serde_json::{Map, Value};
use spool_shared::{
    ids::JobId,
    workflow::{PARENT_FIELD, Violation, ViolationCode},
};

use super::super::{caller::Caller, problem::Problem};
use crate::{app::App, store::Found};

/// Takes it out of the request. Another owner's job looks like none, and so does what is no id.
pub(super) async fn parent(
    app: &App,
    caller: &Caller,
    fields: &mut Map<String, Value>,
    violations: &mut Vec<Violation>,
) -> Result<Option<JobId>, Problem> {
    let name = PARENT_FIELD.name;
    let id = match fields.remove(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.parse::<JobId>().ok(),
        Some(_) => {
            let message = format!("{name} must be the id of a job, as text");
            violations.push(Violation::new(name, ViolationCode::WrongType, message));
            return Ok(None);
        }
    };
    if let Some(id) = id
        && let Found::Job(record) = app.store.find(id).await?
        && record.owner == caller.owner()
    {
        return Ok(Some(id));
    }
    let message = format!("{name} names a job that is not found, or no longer");
    violations.push(Violation::new(name, ViolationCode::UnknownJob, message));
    Ok(None)
}
