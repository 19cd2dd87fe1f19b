//! `GET /api/jobs`: newest first, in pages.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use serde::Serialize;
use serde_json::{Value, json};
use spool_shared::{
    job::Status,
    workflow::{ViolationCode, Workflow},
};
use utoipa::ToSchema;

use super::{
    super::{
        caller::Caller,
        docs::{Operation, Tag},
        problem::{Code, Problem},
        query,
    },
    JobView, sample,
};
use crate::{app::App, store::PageQuery};

const DEFAULT_LIMIT: usize = 50;
const MAX_LIMIT: usize = 100;

#[derive(Serialize, ToSchema)]
#[schema(as = JobList)]
struct ListView<'a> {
    items: Vec<JobView<'a>>,
    /// Hand it in as `cursor` for the next page; `null` on the last one.
    cursor: Option<String>,
    /// What the page knows of: resume the events from here.
    position: String,
}

pub(crate) async fn list(
    app: Data<App>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let page = app.store.page(&parsed(caller.owner(), request.query_string())?).await?;
    let list = ListView {
        items: page.items.iter().map(JobView::light).collect(),
        cursor: page.next.map(|before| format!("{before:x}")),
        position: page.position.to_string(),
    };
    Ok(HttpResponse::Ok().json(list))
}

pub(crate) fn doc() -> Operation {
    let limit = json!({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT});
    let page = json!({"items": [sample::in_list()], "cursor": null, "position": sample::POSITION});
    Operation::new("listJobs", Tag::Jobs, "List jobs")
        .about("Newest first, in pages. Of the parameters only the prompt is there, and `timings` is null. An empty parameter counts as absent.")
        .query("limit", "How many jobs a page has.", &limit)
        .query("status", "Only jobs in this state.", &json!({"type": "string", "enum": or_empty(Status::WORDS)}))
        .query("workflow", "Only jobs of this workflow.", &json!({"type": "string", "enum": or_empty(Workflow::WORDS)}))
        .query(
            "cursor",
            "The `cursor` of the page before.",
            &json!({"type": "string", "pattern": "^[0-9a-f]{0,16}$"}),
        )
        .json::<ListView<'_>>(200, "A page.", page)
        .problems(&[Code::ValidationFailed])
}

fn or_empty(words: &[&str]) -> Value {
    words.iter().copied().chain([""]).collect()
}

/// Reads the query; an empty value counts as absent.
fn parsed(owner: &str, query: &str) -> Result<PageQuery, Problem> {
    let mut page = PageQuery {
        owner: owner.to_owned(),
        status: None,
        workflow: None,
        limit: DEFAULT_LIMIT,
        before: None,
    };
    query::each(query, |name, value| {
        match name {
            _ if value.is_empty() => {}
            "limit" => page.limit = limit(value)?,
            "status" => {
                let status = Status::from_word(value);
                page.status = Some(status.ok_or_else(|| query::one_of(name, Status::WORDS))?);
            }
            "workflow" => {
                let workflow = Workflow::from_word(value);
                page.workflow = Some(workflow.ok_or_else(|| query::one_of(name, Workflow::WORDS))?);
            }
            "cursor" => page.before = Some(cursor(value)?),
            _ => {
                let rule = "a list has only the parameters limit, status, workflow and cursor";
                return Err(query::unknown(rule));
            }
        }
        Ok(())
    })?;
    Ok(page)
}

fn limit(value: &str) -> Result<usize, query::Wrong> {
    let limit = value.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| (ViolationCode::OutOfRange, format!("limit must be from 1 to {MAX_LIMIT}")))
}

fn cursor(value: &str) -> Result<u64, query::Wrong> {
    let written = value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let before = u64::from_str_radix(value, 16).ok().filter(|_| written);
    before.ok_or_else(|| (ViolationCode::WrongType, "cursor must be the cursor of a page before".to_owned()))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn query(text: &str) -> Result<PageQuery, Problem> {
        parsed("-", text)
    }

    #[test]
    fn without_parameters_a_page_has_fifty_jobs() {
        let all = query("status=&cursor=").unwrap();
        assert_eq!((all.limit, all.status, all.before), (50, None, None));
        let some = query("limit=100&status=failed&workflow=qwen&cursor=ff").unwrap();
        assert_eq!((some.limit, some.status, some.before), (100, Some(Status::Failed), Some(255)));
    }

    #[test]
    fn every_wrong_parameter_is_named() {
        let problem = query("limit=101&status=done&workflow=x&cursor=!&page=2").unwrap_err();
        let lines: Vec<_> = problem.errors.iter().map(|error| error.message.as_str()).collect();
        assert_snapshot!(lines.join("\n"), @r"
        limit must be from 1 to 100
        status must be one of queued, assigned, running, succeeded, failed, canceled
        workflow must be one of i2v, qwen, upscale
        cursor must be the cursor of a page before
        a list has only the parameters limit, status, workflow and cursor
        ");
        assert!(query("limit=0").is_err() && query("limit=-1").is_err());
    }
}
