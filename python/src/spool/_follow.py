"""Following one job to its end over a connection that may break at any moment."""

import json
import time
from collections.abc import Iterator

from spool._http import Call, backoff
from spool._operations import job_path
from spool._sse import EventParser
from spool.errors import (
    BusyError,
    NotFoundError,
    ProblemError,
    ServerUnreachableError,
    SpoolError,
    UnreadableReplyError,
)
from spool.job import Job

PATIENCE = 120.0
"""Seconds without any sign of the server after which its silence is an error."""

POLLS = 10
POLL_PAUSE = 1.5
REST = 0.2
"""Seconds before a stream that ended in good order is opened again."""


def is_passing(error: SpoolError) -> bool:
    """Whether an error may be gone at the next try."""
    if isinstance(error, UnreadableReplyError):
        return error.status >= 500
    if isinstance(error, ProblemError):
        return isinstance(error, BusyError) or error.status >= 500
    return isinstance(error, ServerUnreachableError)


class Follow:
    """Decides what to ask next and what to believe.

    Events come over a stream that resumes behind the last one seen. A stream that broke without any event, as behind a
    proxy that holds events back, is followed by some polls before the next stream is tried.
    """

    def __init__(self, job_id: str) -> None:
        self._job_id = job_id
        self._last_id: str | None = None
        self._last: Job | None = None
        self._parser = EventParser()
        self._fruitless = 0
        self._had_event = False
        self._was_cut = False
        self._polls = 0
        self._alive = time.monotonic()

    @property
    def is_done(self) -> bool:
        """Whether the job has ended."""
        return self._last is not None and self._last.is_terminal

    @property
    def is_polling(self) -> bool:
        """Whether to ask for the job instead of opening a stream."""
        return self._polls > 0

    def pause(self) -> float:
        """Return the seconds to wait before the next call."""
        if self._fruitless:
            return backoff(self._fruitless)
        if self._polls:
            return POLL_PAUSE
        return REST if self._was_cut else 0.0

    def call(self) -> Call:
        """Return the request for the stream, from behind the last event seen."""
        self._parser = EventParser(self._last_id)
        self._had_event = False
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        if self._last_id:
            headers["Last-Event-ID"] = self._last_id
        return Call("GET", f"{job_path(self._job_id)}/events", headers)

    def feed(self, chunk: bytes) -> Iterator[Job]:
        """Take a piece of the stream; yields the states that it completes."""
        self._alive = time.monotonic()
        for event in self._parser.feed(chunk):
            self._had_event = True
            self._fruitless = 0
            self._last_id = event.id
            if event.name == "job":
                yield from self.saw(_job(event.data))
            elif event.name in _ENDINGS:
                raise _gone(event.name)

    def saw(self, job: Job) -> Iterator[Job]:
        """Take a state from anywhere; yields it unless a newer one was seen, or the same."""
        self._alive = time.monotonic()
        self._fruitless = 0
        self._polls = max(0, self._polls - 1)
        if self._last is not None and (job.version < self._last.version or job == self._last):
            return
        self._last = job
        yield job

    def cut(self, error: SpoolError | None = None) -> None:
        """Take note that the stream ended or a call failed; raises `error` if it will not pass or lasts too long."""
        if error is not None and (not is_passing(error) or time.monotonic() - self._alive > PATIENCE):
            raise error
        self._was_cut = True
        if not self._had_event:
            self._fruitless += 1
            self._polls = self._polls or POLLS


_ENDINGS = {
    "gone": ("gone", "The job was deleted."),
    "reset": ("session_reset", "The server lost its jobs: its session ended, and the job with it."),
}


def _gone(name: str) -> NotFoundError:
    """Return what an event says that ends a stream without an end of the job."""
    code, detail = _ENDINGS[name]
    return NotFoundError(status=410, code=code, title="The job is gone", detail=detail)


def _job(data: str) -> Job:
    try:
        return Job.parse(json.loads(data))
    except ValueError as error:
        raise UnreadableReplyError(200, "an event without a job") from error
