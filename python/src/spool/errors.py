"""What can go wrong, as exceptions that carry what the server said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spool.job import Job


class SpoolError(Exception):
    """Any error of this library."""


class ServerUnreachableError(SpoolError):
    """No answer came: nothing listens at `url`, or the connection broke and did not come back."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"No answer from {url}: {reason}")
        self.url = url
        self.reason = reason


class UnreadableReplyError(SpoolError):
    """The answer is not what a Spool server says, as from a proxy or another program at this address."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"The server's answer (status {status}) cannot be understood: {reason}")
        self.status = status


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field; `pointer` is a JSON pointer (RFC 6901) into the request's parameters."""

    pointer: str
    message: str
    code: str | None = None

    @property
    def field(self) -> str:
        """The pointer as a person would write it: `/edit_image/1` is `edit_image[1]`."""
        name, *rest = (part.replace("~1", "/").replace("~0", "~") for part in self.pointer.lstrip("/").split("/"))
        return name + "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in rest)


class ProblemError(SpoolError):
    """The server refused, with a problem document (RFC 9457)."""

    def __init__(  # noqa: PLR0913 - the fields of the document
        self,
        *,
        status: int,
        code: str,
        title: str,
        detail: str,
        errors: tuple[FieldProblem, ...] = (),
        request_id: str | None = None,
        retryable: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail or title or code)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.errors = errors
        self.request_id = request_id
        self.retryable = retryable
        self.retry_after = retry_after


class InvalidRequestError(ProblemError):
    """The request breaks a limit or cannot be read; `errors` names the fields (400, 413, 415, 422)."""


class NotAllowedError(ProblemError):
    """The API key is missing, unknown, or lacks the right (401, 403)."""


class NotFoundError(ProblemError):
    """There is no such job for this caller, or not any more (404, 410)."""


class ConflictError(ProblemError):
    """The job is in a state that does not permit this (409)."""


class BusyError(ProblemError):
    """The server asks to come again later; `retry_after` says when, in seconds (429, 503)."""


_BY_STATUS: dict[int, type[ProblemError]] = {
    400: InvalidRequestError, 413: InvalidRequestError, 415: InvalidRequestError, 422: InvalidRequestError,
    401: NotAllowedError, 403: NotAllowedError,
    404: NotFoundError, 410: NotFoundError,
    409: ConflictError,
    429: BusyError, 503: BusyError,
}  # fmt: skip


def problem_type(status: int) -> type[ProblemError]:
    """Return the class of exception for an HTTP status."""
    return _BY_STATUS.get(status, ProblemError)


class JobFailedError(SpoolError):
    """A job that was waited for ended as `failed`; `job.error` says why."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.error.message if job.error else f"Job {job.id} failed.")
        self.job = job


class JobCanceledError(SpoolError):
    """A job that was waited for was canceled."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"Job {job.id} was canceled.")
        self.job = job


class DownloadError(SpoolError):
    """A result could not be fetched whole, or its bytes are not those that the worker made."""


class ModelError(SpoolError):
    """A file of a model is missing, wrong, or not to be had; the message names it."""


class HubSilentError(ServerUnreachableError):
    """A hub of models does not answer, or not now; another try may help."""
