//! What the document says of submitting.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};
use spool_shared::workflow::{Field, Kind, PARENT_FIELD, PICTURE, PRIORITY_FIELD, Workflow, schema};

use super::{
    super::{
        docs::{Operation, Tag},
        jobs::{JobView, sample},
        limits::MAX_BODY,
        problem::Code,
    },
    submit::MAX_KEY,
};

/// The smallest picture there is, so that the examples can be sent as they stand: one pixel.
const PIXEL: &[u8] = include_bytes!("pixel.png");

/// One operation for each workflow.
pub(in crate::http) fn docs() -> Vec<Operation> {
    Workflow::ALL.map(submit).into()
}

fn submit(workflow: Workflow) -> Operation {
    let body = body_name(workflow);
    let id = match workflow {
        Workflow::I2v => "submitI2v",
        Workflow::Qwen => "submitQwen",
        Workflow::Upscale => "submitUpscale",
    };
    let about = format!(
        "{} The job is in the queue when the answer comes. A body has at most {MAX_BODY} bytes, a picture {} bytes as a \
         file or characters as base64 text, {} pixels a side and {} in all; it is a PNG, JPEG or WebP by content.",
        workflow.summary(),
        PICTURE.max_bytes,
        PICTURE.max_side,
        PICTURE.max_pixels,
    );
    let content = json!({
        "application/json": {
            "schema": {"$ref": format!("#/components/schemas/{body}")},
            "example": example(workflow),
        },
        "multipart/form-data": multipart(workflow, body),
    });
    accepts(Operation::new(id, Tag::Workflows, workflow.title()).about(about))
        .at(format!("/api/workflows/{workflow}"))
        .body("The parameters, with pictures as base64 text or as files.", &content)
        .schema(body, schema(workflow, &[PRIORITY_FIELD, PARENT_FIELD]))
        .problems(&[
            Code::MalformedBody,
            Code::BodyTooSlow,
            Code::BodyTooLarge,
            Code::ImageTooLarge,
            Code::UnsupportedMediaType,
            Code::ValidationFailed,
            Code::ImageUnreadable,
            Code::StorageFull,
        ])
}

/// What the schema of a workflow's body is called.
pub(in crate::http) const fn body_name(workflow: Workflow) -> &'static str {
    match workflow {
        Workflow::I2v => "I2vRequest",
        Workflow::Qwen => "QwenRequest",
        Workflow::Upscale => "UpscaleRequest",
    }
}

/// What all operations share that make a job.
pub(in crate::http) fn accepts(operation: Operation) -> Operation {
    let key = "Repeating a request under the same key gives the same job instead of a second one.";
    operation
        .header(
            "Idempotency-Key",
            key,
            &json!({"type": "string", "pattern": format!("^[!-~]{{1,{MAX_KEY}}}$")}),
        )
        .json::<JobView<'_>>(202, "The job waits.", sample::queued())
        .answer_header(202, "Location", "The job's address.", &format!("/api/jobs/{}", sample::EXAMPLE_ID))
        .answer_header(
            202,
            "Idempotent-Replayed",
            "`true` if the key came before: the job is the first one.",
            "true",
        )
        .problems(&[
            Code::Forbidden,
            Code::Gone,
            Code::IdempotencyKeyReused,
            Code::RateLimited,
            Code::QueueFull,
        ])
}

/// A request that works.
fn example(workflow: Workflow) -> Value {
    let picture = format!("data:image/png;base64,{}", BASE64_STANDARD.encode(PIXEL));
    match workflow {
        Workflow::I2v => {
            json!({"prompt": "slow zoom in", "input_image": picture, "num_frames": 49, "seed": 7})
        }
        Workflow::Qwen => json!({"prompt": "make it grayscale", "edit_image": [picture]}),
        Workflow::Upscale => json!({"input_image": picture, "scale": 4}),
    }
}

/// The parameters as one JSON part and a part for each picture.
fn multipart(workflow: Workflow, body: &str) -> Value {
    let part = |field: &Field| {
        let file = json!({"type": "string", "format": "binary", "description": field.help});
        let schema = match field.kind {
            Kind::Pictures(limits) if limits.max > 1 => {
                json!({"type": "array", "minItems": limits.min, "maxItems": limits.max, "items": file})
            }
            _ => file,
        };
        (field.name.to_owned(), schema)
    };
    let mut properties: Map<String, Value> = workflow.pictures().iter().map(part).collect();
    let params = json!({
        "type": "object",
        "description": format!("The parameters of {body}, `priority` and `parent_id` included. Pictures may stand here, too."),
    });
    properties.insert("params".into(), params);
    json!({
        "schema": {"type": "object", "properties": properties, "additionalProperties": false},
        "encoding": {"params": {"contentType": "application/json"}},
    })
}
