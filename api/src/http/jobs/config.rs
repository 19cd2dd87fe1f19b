//! `GET /api/jobs/{id}/config`: the request that makes this job again, seed included. Posted to its workflow it does.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web::{Data, Path},
};
use futures_util::future::try_join_all;
use serde_json::{Value, json};
use spool_shared::workflow::Workflow;

use super::{
    super::{
        caller::Caller,
        docs::{Operation, Tag},
        images::EXAMPLE_IMAGE,
        problem::{Code, Problem},
        query,
        workflows::{body_name, is_stored},
    },
    files::name,
    find, id,
    inline::Inline,
    of_job,
};
use crate::{app::App, store::Record};

pub(crate) async fn config(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let options = Options::of(request.query_string())?;
    let record = find(&app, &caller, id(&path)?).await?;
    let inline = if options.inline { Some(Inline::of(&app, &record).await?) } else { None };
    let pictures = match &inline {
        Some(inline) => inline.values(),
        None => by_id(&app, &record).await?,
    };
    let mut body = record.workflow.request_of(&record.params, pictures);
    body.insert("workflow".into(), record.workflow.as_str().into());
    body.insert("priority".into(), record.priority.as_str().into());
    let body = serde_json::to_string_pretty(&body).map_err(Problem::internal)?;
    let mut response = HttpResponse::Ok();
    if options.download {
        let disposition = format!("attachment; filename=\"{}.json\"", name(&record));
        response.insert_header((header::CONTENT_DISPOSITION, disposition));
    }
    response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static("application/json")));
    Ok(match inline {
        Some(inline) => response.body(inline.filled(&app, &body)),
        None => response.body(body),
    })
}

pub(crate) fn doc() -> Operation {
    let about = "Posted to its workflow it does. With the pictures by their ids, which stay usable as long as any \
                 upload, or inline, for another server.";
    let example = json!({
        "workflow": "i2v", "priority": "normal", "prompt": "the cat turns its head", "preset": "lightning",
        "num_inference_steps": 8, "cfg_scale": 1.0, "width": 768, "height": 512, "num_frames": 81, "fps": 16,
        "seed": 7, "input_image": {"image_id": EXAMPLE_IMAGE},
    });
    let bodies = Workflow::ALL
        .map(|workflow| json!({"$ref": format!("#/components/schemas/{}", body_name(workflow))}));
    of_job(Operation::new("exportJob", Tag::Jobs, "The request that makes a job again").about(about))
        .query("inline", "The pictures themselves instead of their ids.", &json!({"type": "boolean"}))
        .query("download", "To be saved rather than shown.", &json!({"type": "boolean"}))
        .answer(
            200,
            "The request.",
            &json!({"application/json": {"schema": {"anyOf": bodies}, "example": example}}),
        )
        .problems(&[Code::ValidationFailed, Code::ImageTooLarge])
}

/// What the query asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    /// The pictures themselves instead of their ids.
    inline: bool,
    download: bool,
}

impl Options {
    fn of(query: &str) -> Result<Self, Problem> {
        let mut options = Self::default();
        query::each(query, |name, value| {
            match name {
                "inline" => options.inline = query::flag(name, value)?,
                "download" => options.download = query::flag(name, value)?,
                _ => return Err(query::unknown("an export has only the parameters inline and download")),
            }
            Ok(())
        })?;
        Ok(options)
    }
}

pub(super) fn no_picture() -> Problem {
    Problem::new(Code::Gone, "a picture of the job is no longer stored")
}

/// Ids that the owner may use from now on, for as long as any upload.
async fn by_id(app: &App, record: &Record) -> Result<Vec<Value>, Problem> {
    app.store.hold(record.inputs.iter().map(|input| input.sha256.as_str())).await?;
    if !is_stored(app, &record.inputs).await? {
        return Err(no_picture());
    }
    let kept = record.inputs.iter().map(|input| app.store.keep_image(&record.owner, input.clone()));
    let kept = try_join_all(kept).await?;
    Ok(kept.into_iter().map(|kept| json!({"image_id": kept.picture.image_id().to_string()})).collect())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn an_option_is_on_when_it_is_named() {
        let options = |query| Options::of(query).unwrap();
        assert_eq!(options(""), Options::default());
        assert_eq!(options("inline=true&download"), Options { inline: true, download: true });
        assert_eq!(options("inline=0"), Options::default());
        let problem = Options::of("inline=maybe&x=1").unwrap_err();
        let lines: Vec<_> = problem.errors.iter().map(|error| error.message.as_str()).collect();
        assert_snapshot!(lines.join("\n"), @r"
        inline must be true or false
        an export has only the parameters inline and download
        ");
    }
}
