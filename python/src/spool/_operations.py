"""Every call of the API that has one answer, as an operation."""

import json
import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from spool import _json as read
from spool import _submit
from spool._http import Call, Operation, Reply, parsed, perform, with_query
from spool.errors import ConflictError, UnreadableReplyError
from spool.fleet import AgentInfo, Queues
from spool.job import Job, JobPage


def job_path(job_id: str) -> str:
    """Return the path of a job."""
    return f"/api/jobs/{quote(job_id, safe='')}"


def submit(
    workflow: str, params: Mapping[str, object], pictures: Sequence[tuple[str, _submit.Picture]], key: str | None
) -> Operation[Job]:
    """Submit a job. The idempotency key makes a repeated request harmless; without one a new one is drawn."""
    kind, body = _submit.body(params, pictures)
    headers = {"Content-Type": kind, "Idempotency-Key": key or secrets.token_hex(16)}
    reply = yield from perform(Call("POST", f"/api/workflows/{workflow}", headers, body))
    return _job(reply)


def submit_json(workflow: str, body: Mapping[str, object], key: str | None) -> Operation[Job]:
    """Submit a job whose pictures, if it has any, are in the body or named by it."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": key or secrets.token_hex(16)}
    reply = yield from perform(Call("POST", f"/api/workflows/{workflow}", headers, json.dumps(body).encode()))
    return _job(reply)


def request_of(job_id: str) -> Operation[dict[str, object]]:
    """Get the request that makes a job again."""
    reply = yield from perform(Call("GET", f"{job_path(job_id)}/config"))
    return dict(read.obj(parsed(reply)))


def jobs(limit: int | None, status: str | None, workflow: str | None, cursor: str | None) -> Operation[JobPage]:
    """List jobs, newest first."""
    query = {"limit": limit, "status": status, "workflow": workflow, "cursor": cursor}
    reply = yield from perform(Call("GET", with_query("/api/jobs", query)))
    try:
        return JobPage.parse(parsed(reply))
    except ValueError as error:
        raise UnreadableReplyError(reply.status, str(error)) from error


def get(job_id: str) -> Operation[Job]:
    """Get one job."""
    return _job((yield from perform(Call("GET", job_path(job_id)))))


def cancel(job_id: str) -> Operation[Job]:
    """Cancel a job; one that is canceled already is the same success, so that a lost answer does not matter."""
    try:
        return _job((yield from perform(_action(job_id, "cancel"))))
    except ConflictError:
        job = yield from get(job_id)
        if job.status != "canceled":
            raise
        return job


def retry(job_id: str) -> Operation[Job]:
    """Run a finished job again as a new one, which names it as its parent. A lost answer is not asked for again."""
    return _job((yield from perform(_action(job_id, "retry", repeatable=False))))


def agents() -> Operation[tuple[AgentInfo, ...]]:
    """List agents by name, the lost ones of the last hour included."""
    reply = yield from perform(Call("GET", "/api/agents"))
    try:
        return tuple(AgentInfo.parse(item) for item in read.objects(read.obj(parsed(reply)).get("items")))
    except ValueError as error:
        raise UnreadableReplyError(reply.status, str(error)) from error


def agent(agent_id: str) -> Operation[AgentInfo]:
    """Get one agent."""
    return _agent((yield from perform(Call("GET", _agent_path(agent_id)))))


def order(agent_id: str, what: str) -> Operation[AgentInfo]:
    """Drain or resume an agent; to say it twice does no harm."""
    return _agent((yield from perform(Call("POST", f"{_agent_path(agent_id)}/{what}", body=b""))))


def queues() -> Operation[Queues]:
    """Get what waits."""
    reply = yield from perform(Call("GET", "/api/queues"))
    try:
        return Queues.parse(parsed(reply))
    except ValueError as error:
        raise UnreadableReplyError(reply.status, str(error)) from error


def _agent_path(agent_id: str) -> str:
    return f"/api/agents/{quote(agent_id, safe='')}"


def _agent(reply: Reply) -> AgentInfo:
    try:
        return AgentInfo.parse(parsed(reply))
    except ValueError as error:
        raise UnreadableReplyError(reply.status, str(error)) from error


def _action(job_id: str, name: str, *, repeatable: bool = True) -> Call:
    return Call("POST", f"{job_path(job_id)}/{name}", body=b"", repeatable=repeatable)


def _job(reply: Reply) -> Job:
    try:
        return Job.parse(json.loads(reply.body), replayed=reply.headers.get("idempotent-replayed") == "true")
    except ValueError as error:
        raise UnreadableReplyError(reply.status, str(error)) from error
