"""httpx in the terms of this package: settings that both clients share, and what an exception means."""

import re

import httpx

from spool._http import Call, Lost, Reply, Server, problem
from spool.errors import ServerUnreachableError, SpoolError

TIMEOUT = httpx.Timeout(connect=10.0, read=75.0, write=60.0, pool=10.0)
"""A server ends every request within 60 s; the longer wait leaves room for the way."""

STREAM_TIMEOUT = httpx.Timeout(connect=10.0, read=40.0, write=10.0, pool=10.0)
"""A stream shows a heartbeat more often than that."""

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

_ERRNO = re.compile(r"^\[Errno -?\d+\] ")
"""What the system puts before its sentence; the number tells nobody more."""


def reason(error: httpx.HTTPError) -> str:
    """Say in a few words what happened."""
    return _ERRNO.sub("", str(error)) or type(error).__name__


def unreachable(server: Server, error: httpx.HTTPError) -> ServerUnreachableError:
    """Name the server and what happened."""
    return ServerUnreachableError(server.url, reason(error))


def lost(server: Server, error: httpx.TransportError) -> Lost:
    """Return the outcome of a call without a reply."""
    return Lost(unreachable(server, error), sent=not isinstance(error, _NEVER_SENT))


def head(response: httpx.Response) -> Reply:
    """Return status and headers."""
    return Reply(response.status_code, {name.lower(): value for name, value in response.headers.items()})


def reply(response: httpx.Response) -> Reply:
    """Return a reply whose body was read."""
    return Reply(response.status_code, head(response).headers, response.content)


def url(server: Server, call: Call) -> str:
    """Return the whole address of a call."""
    return server.url + call.path


def is_refused(response: httpx.Response) -> bool:
    """Whether a stream is no stream; 416 is an answer that a download understands."""
    return response.status_code >= 300 and response.status_code != 416


def refusal(response: httpx.Response) -> SpoolError:
    """Return what a refused stream says, after its body was read."""
    return problem(reply(response))
