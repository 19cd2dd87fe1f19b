//! `GET /api/workflows/{workflow}/outlook`: what a request with these parameters would meet, told before it is made.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use serde::Serialize;
use serde_json::{Map, Number, Value};
use spool_shared::{
    class::{Class, Length, Resolution},
    job::estimate::{self, Span},
    workflow::{Field, Kind, Preset, Workflow, parameter},
};
use utoipa::ToSchema;

use super::super::{
    docs::{Operation, Tag},
    jobs::{UnservableView, unservable},
    problem::{Code, Problem},
    query,
    time::SpanView,
};
use crate::{app::App, store::Outlook};

/// What is to be expected now. Spans are milliseconds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Outlook)]
struct OutlookView {
    workflow: Workflow,
    /// What such a job asks of an agent.
    class: Class,
    /// How long an attempt usually takes: the middle half of the last ones of the class.
    attempt_ms: Option<SpanView>,
    /// How long a job that comes now would wait; absent until something was measured.
    wait_ms: Option<SpanView>,
    /// Jobs of the class that wait already, those that wait for a time included.
    waiting: u64,
    /// What is missing: no agent that takes jobs offers the class.
    unservable: Option<UnservableView>,
}

pub(crate) async fn outlook(
    app: Data<App>,
    workflow: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let workflow = Workflow::from_word(&workflow)
        .ok_or_else(|| Problem::new(Code::NotFound, "there is no such workflow"))?;
    let class = class(workflow, request.query_string())?;
    // Every form that is open asks again and again, and an estimate may be a second old.
    Ok(HttpResponse::Ok().json(view(class, &*app.store.recent_outlook().await?)))
}

/// One operation for each workflow, with the parameters of that one.
pub(in crate::http) fn docs() -> Vec<Operation> {
    Workflow::ALL.map(doc).into()
}

fn doc(workflow: Workflow) -> Operation {
    let id = match workflow {
        Workflow::I2v => "getI2vOutlook",
        Workflow::Qwen => "getQwenOutlook",
        Workflow::Upscale => "getUpscaleOutlook",
    };
    let about = "Takes the parameters that decide what a job asks of an agent, with the limits and defaults of a \
                 request. Where the size follows from the picture, 832 × 480 counts.";
    let operation =
        Operation::new(id, Tag::Workflows, format!("{}: what is to be expected", workflow.title()))
            .about(about)
            .at(format!("/api/workflows/{workflow}/outlook"))
            .json::<OutlookView>(200, "The outlook; the example is one of i2v.", example())
            .problems(&[Code::ValidationFailed]);
    workflow
        .deciding()
        .fold(operation, |operation, field| operation.query(field.name, field.help, &parameter(field)))
}

fn example() -> OutlookView {
    let span = |low, high| Some(SpanView::of(Span { low, high }));
    OutlookView {
        workflow: Workflow::I2v,
        class: Class::I2v(Resolution::P480, Length::F81, Preset::Lightning),
        attempt_ms: span(38_000, 44_000),
        wait_ms: span(31_000, 64_000),
        waiting: 3,
        unservable: None,
    }
}

/// Reads the query; everything that is wrong with it is told at once.
fn class(workflow: Workflow, query: &str) -> Result<Class, Problem> {
    let mut given = Map::new();
    let read = query::each(query, |name, value| {
        let Some(field) = workflow.deciding().find(|field| field.name == name) else {
            let names: Vec<_> = workflow.deciding().map(|field| field.name).collect();
            let rule = format!("an outlook of {workflow} has only the parameters {}", names.join(", "));
            return Err(query::unknown(&rule));
        };
        given.insert(name.to_owned(), json_of(field, value));
        Ok(())
    });
    let mut violations = read.err().map(|problem| problem.errors).unwrap_or_default();
    let class = workflow.class_of(&given).map_err(|more| violations.extend(more)).ok();
    class.filter(|_| violations.is_empty()).ok_or_else(|| Problem::validation(violations))
}

/// The value as a request's JSON would have it. A number that is none stays a text, which the field refuses.
fn json_of(field: &Field, value: &str) -> Value {
    let number =
        || value.trim_ascii().eq(value).then(|| serde_json::from_str::<Number>(value).ok()).flatten();
    match field.kind {
        Kind::Integer { .. } | Kind::Number(_) | Kind::OneOf(_) => {
            number().map_or_else(|| value.into(), Value::Number)
        }
        Kind::Text(_) | Kind::Word(_) | Kind::Pictures(_) | Kind::Job => value.into(),
    }
}

fn view(class: Class, outlook: &Outlook) -> OutlookView {
    let of = outlook.classes.get(&class).cloned().unwrap_or_default();
    OutlookView {
        workflow: class.workflow(),
        class,
        attempt_ms: estimate::usual(&of.durations).map(SpanView::of),
        wait_ms: outlook.wait(class).map(SpanView::of),
        waiting: of.waiting() + of.delayed,
        unservable: (of.agents == 0).then(|| unservable(&outlook.missing(class))),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn told(workflow: Workflow, query: &str) -> String {
        match class(workflow, query) {
            Ok(class) => class.to_string(),
            Err(problem) => {
                problem.errors.iter().map(|error| error.message.clone()).collect::<Vec<_>>().join("\n")
            }
        }
    }

    #[test]
    fn a_query_means_what_the_same_fields_of_a_request_mean() {
        let i2v = |query| told(Workflow::I2v, query);
        assert_eq!(i2v(""), "i2v.480p.81.lightning");
        assert_eq!(i2v("width=1280&height=720&num_frames=85&preset=quality"), "i2v.720p.161.quality");
        assert_eq!(told(Workflow::Qwen, "model=2509&width=1024&height=1024"), "qwen.2509.lightning");
        assert_eq!(told(Workflow::Upscale, "scale=4"), "upscale.4x");
    }

    #[test]
    fn every_wrong_parameter_is_named_with_its_limit() {
        assert_snapshot!(told(Workflow::I2v, "width=8e2&num_frames=82&preset=fast&seed=1&fps="), @r#"
        an outlook of i2v has only the parameters preset, width, height, num_frames
        an outlook of i2v has only the parameters preset, width, height, num_frames
        preset must be "lightning" or "quality", not the text "fast"
        width must be a whole number from 128 to 1280, written without a decimal point or an exponent, not 800.0
        num_frames must be 4n + 1 from 5 to 161, not 82; the nearest are 81 and 85
        "#);
        assert_snapshot!(told(Workflow::I2v, "width=832&height=%20480"), @r#"height must be a whole number from 128 to 1280, not the text " 480""#);
        assert_snapshot!(told(Workflow::Upscale, "scale=3&prompt=p"), @r"
        an outlook of upscale has only the parameters scale
        scale must be 2 or 4, not 3
        ");
    }
}
