"""What the two clients share about HTTP: calls and replies as plain values, and when a call may be made again.

An operation is a generator: it yields a `Call`, is sent what came of it, and returns its result. The synchronous and
the asynchronous client differ in the loop that carries calls to the network, and in nothing else.
"""

import email.utils
import json
import os
import random
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import SplitResult, urlencode, urlsplit

from spool import __version__
from spool import _json as read
from spool.errors import FieldProblem, ProblemError, ServerUnreachableError, UnreadableReplyError, problem_type

DEFAULT_SERVER = "http://127.0.0.1:8080"
TRIES = 5
LONGEST_WAIT = 60.0
"""A server that asks to wait longer is not waited for: the caller decides."""

_FIRST_WAIT = 0.3
_AGAIN = frozenset({429, 502, 503, 504})
_NOT_DONE = frozenset({429, 503})  # a gateway says 502 or 504 also for what was done and whose answer it lost

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `repeatable` says whether a second one does no harm when the answer to the first was lost."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    repeatable: bool = True
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; the names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Lost:
    """No reply came. `sent` is false when the request certainly never reached the server."""

    error: ServerUnreachableError
    sent: bool


Operation = Generator[Call, Reply | Lost, Result]


@dataclass(frozen=True, slots=True)
class Server:
    """Where the server is and who asks."""

    url: str
    api_key: str | None = field(default=None, repr=False)

    @classmethod
    def choose(cls, url: str | None, api_key: str | None) -> "Server":
        """Take what is given, else `SPOOL_SERVER_URL` and `SPOOL_API_KEY`, else a server on this machine."""
        chosen = url or os.environ.get("SPOOL_SERVER_URL") or DEFAULT_SERVER
        chosen = chosen if "://" in chosen else f"http://{chosen}"
        parts = urlsplit(chosen)
        if parts.scheme not in {"http", "https"} or not parts.hostname or not _has_port(parts):
            raise ValueError(f"{chosen!r} is not the address of a server; it looks like {DEFAULT_SERVER}")
        if parts.username or parts.password:
            raise ValueError("an API key goes into SPOOL_API_KEY, never into the address")
        key = (api_key or os.environ.get("SPOOL_API_KEY") or "").strip()
        if not (key.isascii() and key.isprintable() and " " not in key):
            raise ValueError("an API key is one word of printable ASCII characters")
        return cls(chosen.rstrip("/"), key or None)

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine, where no proxy is wanted."""
        return (urlsplit(self.url).hostname or "") in {"localhost", "127.0.0.1", "::1"}

    def headers(self) -> dict[str, str]:
        """Return the headers of every request."""
        common = {"User-Agent": f"spool-python/{__version__}"}
        return {**common, "Authorization": f"Bearer {self.api_key}"} if self.api_key else common


def _has_port(parts: SplitResult) -> bool:
    """Whether the port is none, or a number that a port may have."""
    try:
        return parts.port != 0
    except ValueError:
        return False


def with_query(path: str, query: Mapping[str, str | int | None]) -> str:
    """Return the path with those query parameters that have a value."""
    given = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def perform(call: Call) -> Operation[Reply]:
    """Make a call until it is answered: again after a lost answer or a plea for time, with growing pauses.

    Returns a reply below status 400; raises what the server refused with, or `ServerUnreachableError`.
    """
    for tried in range(1, TRIES + 1):
        outcome = yield call
        pause = pause_before_next(call, outcome, tried)
        if pause is None or tried == TRIES:
            return checked(outcome)
        call = replace(call, after=pause)
    raise AssertionError  # the loop returns in its last round


def pause_before_next(call: Call, outcome: Reply | Lost, tried: int) -> float | None:
    """Return the seconds until the call should be made again, or `None` if it should not be."""
    if isinstance(outcome, Lost):
        return backoff(tried) if call.repeatable or not outcome.sent else None
    if outcome.status not in _AGAIN or not (call.repeatable or outcome.status in _NOT_DONE):
        return None
    asked = retry_after(outcome.headers)
    if asked is None:
        return backoff(tried)
    return asked + random.uniform(0, 0.2) if asked <= LONGEST_WAIT else None  # noqa: S311 - spreads clients


def backoff(tried: int) -> float:
    """Return a pause that doubles with each try, up to 5 s, with a jitter of a half."""
    return min(5.0, _FIRST_WAIT * 2 ** (tried - 1)) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads clients


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Return the seconds of a `Retry-After` header, which may be a number or a date."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        when = email.utils.parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError):
        return None
    return max(0.0, when - (time.time() if now is None else now))


def checked(outcome: Reply | Lost) -> Reply:
    """Return the reply if it is a success, else raise what it says."""
    if isinstance(outcome, Lost):
        raise outcome.error
    if outcome.status >= 400:
        raise problem(outcome)
    if outcome.status >= 300 and outcome.status != 304:
        raise UnreadableReplyError(outcome.status, "a redirect, which is not followed with an API key")
    return outcome


def problem(reply: Reply) -> ProblemError | UnreadableReplyError:
    """Return the exception for a refused request."""
    try:
        data = read.obj(json.loads(reply.body))
    except ValueError:
        data = read.obj(None)
    code = read.text(data.get("code"))
    if code is None:
        return UnreadableReplyError(reply.status, "no problem document")
    errors = (
        FieldProblem(
            read.text(item.get("pointer")) or "",
            read.text(item.get("message")) or read.text(item.get("detail")) or "",
            read.text(item.get("code")),
        )
        for item in read.objects(data.get("errors"))
    )
    return problem_type(reply.status)(
        status=reply.status,
        code=code,
        title=read.text(data.get("title")) or "",
        detail=read.text(data.get("detail")) or "",
        errors=tuple(errors),
        request_id=read.text(data.get("request_id")) or reply.headers.get("x-request-id"),
        retryable=data.get("retryable") is True,
        retry_after=retry_after(reply.headers),
    )


def parsed(reply: Reply) -> object:
    """Return the JSON value of a reply."""
    try:
        return json.loads(reply.body)
    except ValueError as error:
        raise UnreadableReplyError(reply.status, "not JSON") from error
