//! `GET /api/agents/jobs/{id}/inputs/{n}`: an input picture for the agent that holds the job's lease.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderName},
    web::{Data, Path, ReqData},
};
use serde_json::json;
use spool_shared::{
    ids::{AgentId, Token},
    protocol::{AGENT_HEADER, HeldLease, LEASE_HEADER},
    workflow::PICTURE,
};

use super::{
    docs::{Operation, Tag},
    jobs::{Cache, EXAMPLE_ID, StoredFile, id, id_schema, index_schema, send},
    problem::{Code, Problem},
};
use crate::{app::App, auth::Identity, storage::input_path, store::Speaker};

pub(super) const PATH: &str = "/api/agents/jobs/{id}/inputs/{index}";
/// What all these addresses begin with.
pub(super) const BELOW: &str = "/api/agents/jobs/";
/// Headers carry agent and token: never the address, which ends up in logs.
static LEASE: HeaderName = HeaderName::from_static(LEASE_HEADER);
static AGENT: HeaderName = HeaderName::from_static(AGENT_HEADER);

pub(super) async fn input(
    app: Data<App>,
    path: Path<(String, usize)>,
    identity: Option<ReqData<Identity>>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let identity = identity.ok_or_else(Problem::no_token)?;
    // Pages never ask for this.
    if request.headers().contains_key(header::ORIGIN) {
        return Err(Problem::new(Code::OriginRefused, "only agents fetch inputs here"));
    }
    let (job, index) = path.into_inner();
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let token: Option<Token> = text(&LEASE).and_then(|text| text.parse().ok());
    let agent: Option<AgentId> = text(&AGENT).and_then(|text| text.parse().ok());
    let no_lease = || Problem::new(Code::NotFound, "there is no such input under this lease");
    let lease = HeldLease { job: id(&job)?, token: token.ok_or_else(no_lease)? };
    let speaker = Speaker { agent: agent.ok_or_else(no_lease)?, identity: identity.name() };
    let input = app.store.input_for(speaker, &lease, index).await?.ok_or_else(no_lease)?;
    let file = StoredFile {
        path: input_path(&input.sha256).map_err(Problem::internal)?,
        content_type: &input.content_type,
        sha256: &input.sha256,
        bytes: input.bytes,
        name: format!("input-{index}"),
        cache: Cache::Asked,
    };
    send(&app, &request, &file).await
}

pub(super) fn doc() -> Operation {
    Operation::new("getInputAsAgent", Tag::Agents, "An input picture, by lease")
        .about("Only the agent that holds the job's lease gets it. Requests with an `Origin` are refused.")
        .path("id", "The job.", &id_schema(), EXAMPLE_ID)
        .path("index", "Which picture, from 0.", &index_schema(), 0)
        .header(
            "X-Spool-Lease",
            "The token of the lease. Without a valid one the answer is 404.",
            &json!({"type": "string", "pattern": "^[0-9a-f]{32}$"}),
        )
        .file(PICTURE.content_types)
        .problems(&[Code::NotFound, Code::Gone])
}
