"""The two hubs that have the models, and mirrors of them: what is in a repository, and where a file of it is.

A token comes from `SPOOL_HUB_TOKEN`. It travels in a header, to the hub's own address alone, and is in no text.
"""

import os
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote, urljoin, urlsplit

import httpx

from spool import __version__
from spool import _json as read
from spool._http import TRIES, Call, Reply, backoff
from spool._transport import head, reason
from spool.errors import HubSilentError, ModelError
from spool.models.store import Digest

HUBS = {"huggingface": "https://huggingface.co", "modelscope": "https://modelscope.cn"}

TOKEN = "SPOOL_HUB_TOKEN"  # noqa: S105 - the name of a variable
_TIMEOUT = httpx.Timeout(connect=10.0, read=40.0, write=10.0, pool=10.0)
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_REFUSALS = {
    401: f"the hub wants a token: put it into {TOKEN}, after you have accepted the licence on the model's page",
    403: f"the hub does not let this token in: accept the licence on the model's page, or set another {TOKEN}",
    404: "the hub does not have it",
}


@dataclass(frozen=True, slots=True)
class Remote:
    """A file of a repository, as the hub describes it."""

    path: str
    bytes: int
    digest: Digest | None


@dataclass(frozen=True, slots=True)
class Hub:
    """Where a hub is, and which of the two it speaks like."""

    url: str
    dialect: str = "huggingface"
    token: str | None = field(default=None, repr=False)

    @classmethod
    def choose(cls, given: str | None) -> "Hub":
        """Take the name of a hub or the address of a mirror, else `SPOOL_MODELS_HUB`, else Hugging Face.

        `modelscope+https://…` is a mirror that speaks like ModelScope.
        """
        chosen = given or os.environ.get("SPOOL_MODELS_HUB") or "huggingface"
        dialect, url = (chosen, HUBS[chosen]) if chosen in HUBS else ("huggingface", chosen)
        name, plus, rest = url.partition("+")
        if plus and name in HUBS:
            dialect, url = name, rest
        parts = urlsplit(url)
        if parts.username or parts.password:
            raise ValueError(f"a hub's token goes into {TOKEN}, never into its address")
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"{chosen!r} is no hub: write {', '.join(HUBS)} or the address of a mirror")
        token = os.environ.get(TOKEN, "").strip()
        if not (token.isascii() and token.isprintable() and " " not in token):
            raise ValueError(f"{TOKEN} must be one word of printable ASCII characters")
        if token and parts.scheme == "http" and parts.hostname not in _LOCAL:
            raise ValueError(f"{TOKEN} is not sent to {url}, where others could read it: use https")
        return cls(url.rstrip("/"), dialect, token or None)

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, where no proxy is wanted."""
        return urlsplit(self.url).hostname in _LOCAL

    def listing(self, repository: str) -> str:
        """Return the path that lists a repository."""
        if self.dialect == "modelscope":
            return f"/api/v1/models/{repository}/repo/files?Revision=master&Recursive=true"
        return f"/api/models/{repository}/tree/main?recursive=true"

    def file(self, repository: str, path: str) -> str:
        """Return the path of a file."""
        if self.dialect == "modelscope":
            return f"/models/{repository}/resolve/master/{quote(path)}"
        return f"/{repository}/resolve/main/{quote(path)}"


class HubClient:
    """Talks to one hub; use it in a `with` block."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        headers = {"User-Agent": f"spool-python/{__version__}"}
        if hub.token:
            headers["Authorization"] = f"Bearer {hub.token}"
        # A redirect leads to where the bytes are. httpx takes the token out of the request when that is elsewhere.
        self._http = httpx.Client(headers=headers, timeout=_TIMEOUT, follow_redirects=True, trust_env=not hub.is_local)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def files(self, repository: str) -> list[Remote]:
        """List a repository; raises `ModelError`, or `HubSilentError` where the hub does not answer."""
        found: list[Remote] = []
        path: str | None = self.hub.listing(repository)
        while path is not None:
            reply, body = self._get(path, repository)
            try:
                data = _json(body)
            except ValueError as error:
                raise ModelError(f"{self.hub.url} lists {repository} as something that is no list of files") from error
            found += _huggingface(data) if self.hub.dialect == "huggingface" else _modelscope(data)
            path = self._next(reply.headers)
        return found

    def _get(self, path: str, what: str) -> tuple[Reply, bytes]:
        for tried in range(1, TRIES):
            try:
                return self._once(path, what)
            except HubSilentError:
                time.sleep(backoff(tried))
        return self._once(path, what)

    def _once(self, path: str, what: str) -> tuple[Reply, bytes]:
        with self.stream(Call("GET", path), what) as (reply, chunks):
            return reply, b"".join(chunks)

    @contextmanager
    def stream(self, call: Call, what: str) -> Generator[tuple[Reply, Iterator[bytes]]]:
        """Ask for something; `what` names it in errors.

        The address that a redirect led to is never told: it may hold a signature.
        """
        try:
            with self._http.stream(call.method, self.hub.url + call.path, headers=dict(call.headers)) as response:
                if response.status_code >= 400 and response.status_code != 416:
                    raise refusal(self.hub, response.status_code, what)
                yield head(response), response.iter_bytes()
        except httpx.HTTPError as error:
            told = reason(error)
            raise HubSilentError(self.hub.url, type(error).__name__ if "//" in told else told) from None

    def _next(self, headers: Mapping[str, str]) -> str | None:
        """Return the path of the next page, which must be of the same hub."""
        link = httpx.Response(200, headers=dict(headers)).links.get("next", {}).get("url")
        if link is None:
            return None
        address = urljoin(f"{self.hub.url}/", link)
        return address.removeprefix(self.hub.url) if address.startswith(f"{self.hub.url}/") else None


def refusal(hub: Hub, status: int, what: str) -> ModelError | HubSilentError:
    """Return what a status of 400 and above means."""
    if status == 429 or status >= 500:
        return HubSilentError(hub.url, f"status {status} for {what}")
    return ModelError(f"{what}: {_REFUSALS.get(status, f'the hub refuses it with status {status}')} ({hub.url})")


def _json(body: bytes) -> object:
    return httpx.Response(200, content=body).json()


def _huggingface(data: object) -> list[Remote]:
    found: list[Remote] = []
    for item in read.objects(data):
        path, size = read.text(item.get("path")), read.whole(item.get("size"))
        if item.get("type") == "file" and path is not None and size is not None:
            sha256, name = read.text(read.obj(item.get("lfs")).get("oid")), read.text(item.get("oid"))
            found.append(Remote(path, size, _digest(sha256, name)))
    return found


def _modelscope(data: object) -> list[Remote]:
    found: list[Remote] = []
    for item in read.objects(read.obj(read.obj(data).get("Data")).get("Files")):
        path, size = read.text(item.get("Path")), read.whole(item.get("Size"))
        if item.get("Type") == "blob" and path is not None and size is not None:
            found.append(Remote(path, size, _digest(read.text(item.get("Sha256")), None)))
    return found


def _digest(sha256: str | None, git_sha1: str | None) -> Digest | None:
    if sha256:
        return Digest("sha256", sha256.lower().removeprefix("sha256:"))
    return Digest("git-sha1", git_sha1.lower()) if git_sha1 else None
