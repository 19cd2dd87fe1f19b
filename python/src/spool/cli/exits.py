"""Exit statuses, and errors as a person or a program reads them.

| status | meaning |
|---|---|
| 0 | done |
| 1 | the job failed, or models are missing or wrong |
| 2 | the command or the request is wrong |
| 3 | the job was canceled |
| 4 | the server, or the hub of models, does not answer, or is none |
| 5 | the server refuses: key, unknown job, wrong state, busy |
| 6 | the result, or a model, could not be fetched |
| 130 | interrupted; a job that was submitted goes on |
"""

import json
import sys

from spool.cli.left import LeftError
from spool.errors import (
    BusyError,
    DownloadError,
    FieldProblem,
    HubSilentError,
    InvalidRequestError,
    JobCanceledError,
    JobFailedError,
    ModelError,
    NotAllowedError,
    ProblemError,
    ServerUnreachableError,
    UnreadableReplyError,
)

OK, FAILED, USAGE, CANCELED, UNREACHABLE, REFUSED, NOT_FETCHED, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 130

FLAGS = {
    "end_image": "--end",
    "prompt": "--prompt",
    "negative_prompt": "--negative",
    "num_inference_steps": "--steps",
    "cfg_scale": "--cfg",
    "width": "--size",
    "height": "--size",
    "num_frames": "--frames",
}


_STATUSES = (
    (JobFailedError, FAILED),
    (JobCanceledError, CANCELED),
    (ServerUnreachableError, UNREACHABLE),
    (UnreadableReplyError, UNREACHABLE),
    (DownloadError, NOT_FETCHED),
    (ModelError, NOT_FETCHED),
    (InvalidRequestError, USAGE),
    (ProblemError, REFUSED),
)
"""The first kind that fits decides."""


def status_of(error: Exception) -> int:
    """Return the exit status for an error."""
    if not isinstance(error, LeftError):
        return next((status for kind, status in _STATUSES if isinstance(error, kind)), USAGE)
    if error.cause is None:
        return INTERRUPTED
    return NOT_FETCHED if error.job.status == "succeeded" else status_of(error.cause)


def tell(error: Exception, *, as_json: bool = False) -> int:
    """Say on standard error what went wrong and what would help; returns the exit status."""
    if as_json:
        sys.stderr.write(json.dumps({"error": as_object(error)}, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write("\n".join(lines(error)) + "\n")
    return status_of(error)


def as_object(error: Exception) -> dict[str, object]:
    """Return an error as a program reads it."""
    if isinstance(error, LeftError):
        cause = as_object(error.cause) if error.cause else {"code": "interrupted", "detail": str(error)}
        return {**cause, "job": error.job.id}
    if isinstance(error, ProblemError):
        fields = [{"pointer": item.pointer, "message": item.message, "code": item.code} for item in error.errors]
        return {
            "code": error.code, "status": error.status, "detail": str(error), "errors": fields,
            "request_id": error.request_id, "retryable": error.retryable,
        }  # fmt: skip
    code = {UNREACHABLE: "server_unreachable", NOT_FETCHED: "not_fetched"}.get(status_of(error), "usage")
    return {"code": code, "detail": _sentence(error)}


def lines(error: Exception) -> list[str]:
    """Return an error as a person reads it: what is wrong, field by field, then what would help."""
    if isinstance(error, LeftError):
        return [*lines(error.cause), *(f"  {line}" for line in error.remedy())] if error.cause else error.remedy()
    fields = [_field(item) for item in error.errors] if isinstance(error, ProblemError) else []
    if isinstance(error, ProblemError) and len(fields) == 1 and error.errors[0].message == error.detail:
        told = [f"spool: {fields[0]}"]
    else:
        told = [f"spool: {_sentence(error)}", *(f"  {field}" for field in fields)]
    hint = _hint(error)
    if hint:
        told.append(f"  {hint}")
    if isinstance(error, ProblemError) and error.request_id and error.status >= 500:
        told.append(f"  request {error.request_id}")
    return told


def _sentence(error: Exception) -> str:
    match error:
        case FileNotFoundError(filename=str() as name):
            return f"there is no file {name}"
        case IsADirectoryError(filename=str() as name):
            return f"{name} is a folder, not a file"
        case PermissionError(filename=str() as name):
            return f"{name} may not be read or written by this user"
        case OSError(filename=str() as name, strerror=str(reason)):
            return f"{name}: {reason}"
        case _:
            return str(error)


def _field(item: FieldProblem) -> str:
    """Return the server's sentence, which names the field and the limit, with the flag that sets the field."""
    name = item.field
    sentence = item.message if item.message.startswith(name.partition("[")[0]) else f"{name}: {item.message}"
    flag = FLAGS.get(name.partition("[")[0])
    return f"{sentence} ({flag})" if flag else sentence


def _hint(error: Exception) -> str | None:
    match error:
        case HubSilentError():
            return "Try again: a pull goes on where it stopped. --hub or SPOOL_MODELS_HUB names another hub."
        case ServerUnreachableError():
            return "Is it running? Name another one with --server or SPOOL_SERVER_URL."
        case UnreadableReplyError():
            return "Is this the address of a Spool server? It may be down behind its proxy."
        case NotAllowedError(code="unauthorized"):
            return (
                "Put an API key into SPOOL_API_KEY, or name its file with --key-file; "
                "on the server, spool-api key new NAME makes one."
            )
        case NotAllowedError(code="forbidden"):
            return "Use another key; on the server, spool-api key new NAME --scope SCOPES makes one."
        case BusyError(retry_after=float(seconds)):
            return f"Try again in {seconds:.0f} s."
        case _:
            return None
