//! `GET /api/config`: what can be asked for, with every limit and default, for forms and clients.

use actix_web::{HttpResponse, web::Data};
use serde::Serialize;
use serde_json::{Value, json};
use spool_shared::workflow::{
    PICTURE, PRIORITY_FIELD, PictureLimits, Workflow, description, field_description,
};
use utoipa::ToSchema;

use super::{
    docs::{Operation, Tag},
    limits::MAX_BODY,
};
use crate::{app::App, config::Config};

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Config)]
pub(super) struct ConfigView {
    /// Of the server.
    version: &'static str,
    #[schema(value_type = Vec<described::WorkflowDescription>)]
    workflows: [Value; Workflow::ALL.len()],
    #[schema(value_type = described::Field)]
    priority: Value,
    limits: Limits,
}

#[derive(Debug, Serialize, ToSchema)]
struct Limits {
    /// The largest body of a submit.
    body_bytes: usize,
    picture: PictureLimits,
    /// How many jobs may wait.
    queue: u64,
    /// How long a finished job and its files are kept.
    retention_ms: u64,
    request_timeout_ms: u64,
}

/// The shape of what `shared` makes out of its tables.
mod described {
    use serde_json::Value;
    use utoipa::ToSchema;

    /// A workflow with all that a form needs to know.
    #[derive(ToSchema)]
    #[expect(dead_code, reason = "only its shape is used")]
    pub(super) struct WorkflowDescription {
        name: spool_shared::workflow::Workflow,
        title: String,
        summary: String,
        pictures: Vec<Field>,
        fields: Vec<Field>,
        size: Option<spool_shared::workflow::SizeRule>,
    }

    /// A field of a request. Which limits it has depends on its type.
    #[derive(ToSchema)]
    #[expect(dead_code, reason = "only its shape is used")]
    pub(super) struct Field {
        name: String,
        label: String,
        help: String,
        /// `text`, `integer`, `number`, `choice` or `picture`.
        r#type: String,
        required: bool,
        /// What holds when it is absent; `null` if that is nothing or follows from something else.
        #[schema(required)]
        default: Option<Value>,
        /// By preset, where the default depends on it.
        #[schema(value_type = Object, required = false)]
        defaults: Value,
        /// `random` or `picture`.
        default_from: Option<String>,
        #[schema(required = false)]
        minimum: f64,
        #[schema(required = false)]
        maximum: f64,
        /// Allowed are `minimum`, `minimum + step`, …
        #[schema(required = false)]
        step: i64,
        #[schema(required = false)]
        min_length: u64,
        #[schema(required = false)]
        max_length: u64,
        #[schema(required = false)]
        min_items: u32,
        #[schema(required = false)]
        max_items: u32,
        /// Words or whole numbers.
        #[schema(required = false)]
        choices: Vec<Value>,
    }
}

pub(super) async fn config(app: Data<App>) -> HttpResponse {
    HttpResponse::Ok().json(view(&app.config))
}

/// What a form needs to know.
pub(super) fn view(config: &Config) -> ConfigView {
    ConfigView {
        version: env!("CARGO_PKG_VERSION"),
        workflows: Workflow::ALL.map(description),
        priority: field_description(&PRIORITY_FIELD),
        limits: Limits {
            body_bytes: MAX_BODY,
            picture: PICTURE,
            queue: config.limits.queue,
            retention_ms: config.lease.retention_ms,
            request_timeout_ms: config.http.request_timeout_ms,
        },
    }
}

pub(super) fn doc() -> Operation {
    Operation::new("getConfig", Tag::Service, "What can be asked for")
        .about("Every workflow with the type, default, limits, choices and help of each field. Forms are built from it.")
        .json::<ConfigView>(200, "The configuration; the example has one workflow of it.", example())
}

/// Of the workflows only the shortest, with the limits of a server that was not told others.
fn example() -> Value {
    let limits = Limits {
        body_bytes: MAX_BODY,
        picture: PICTURE,
        queue: 10_000,
        retention_ms: 86_400_000,
        request_timeout_ms: 60_000,
    };
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "workflows": [description(Workflow::Upscale)],
        "priority": field_description(&PRIORITY_FIELD),
        "limits": limits,
    })
}
