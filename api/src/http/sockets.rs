//! The agents' sockets, which the gateway serves, and what the document says of all sockets.

use actix_web::Route;
use serde_json::json;

use super::{
    docs::{Operation, Tag},
    problem::Code,
};

/// Routes that answer a `GET` at the addresses of the agents' sockets. They are handed in, so that nothing here knows
/// the gateway.
pub struct AgentSockets {
    pub control: Route,
    pub bulk: Route,
}

pub(super) fn control_doc() -> Operation {
    let about = "\
A WebSocket. Each binary message is one MessagePack value: a map with one key, the message's name, whose value is a map \
of named fields. The agent begins with `hello`; the server answers `welcome` or `goodbye`. The messages of protocol \
version 1 are described in `shared/src/protocol`, with golden bytes in `tests/fixtures/protocol/v1`.

Requests with an `Origin` header are refused: browsers send one, agents never do.";
    upgrade(Operation::new("connectAgent", Tag::Agents, "An agent's control socket").about(about))
}

pub(super) fn bulk_doc() -> Operation {
    let about = "\
A second WebSocket for result files and previews, so that a heartbeat never waits behind a video: `begin`, then `have` \
with the offset to go on from, then `chunk` by `chunk`, until `stored` or `refused`.";
    upgrade(Operation::new("uploadAsAgent", Tag::Agents, "An agent's bulk socket").about(about))
}

pub(super) fn browser_doc() -> Operation {
    let about = "\
A WebSocket for pages: a snapshot of the newest jobs, then absolute patches, the queue, the fleet, and previews of watched \
jobs as binary frames. It begins with `{\"t\": \"hello\", \"v\": 1, \"resume\": null}`; the position of the last \
message resumes it. The messages are described in `api/src/http/socket/mod.rs`.

With a cookie only the server's own pages may open it.";
    upgrade(Operation::new("followAll", Tag::Jobs, "Follow everything").about(about))
}

fn upgrade(operation: Operation) -> Operation {
    operation
        .header(
            "Upgrade",
            "Of the WebSocket handshake (RFC 6455).",
            &json!({"type": "string", "const": "websocket"}),
        )
        .empty(101, "The protocol changes to WebSocket.")
        .problems(&[Code::BadRequest, Code::RateLimited])
}
