"""Fetching a file that may break off: continued where it stopped, compared with its hash, put in place at once."""

import hashlib
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, Self

from spool._follow import is_passing
from spool._http import Call, Reply, backoff
from spool.errors import DownloadError, SpoolError

PATIENCE = 120.0
TRIES_AFTER_MISMATCH = 1

_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class Hash(Protocol):
    """A hash as `hashlib` makes them."""

    def update(self, data: bytes, /) -> None:
        """Take more bytes."""
        ...

    def hexdigest(self) -> str:
        """Return it so far."""
        ...


def part_of(target: Path, name: str) -> Path:
    """Return the hidden file beside `target` in which the bytes of the download `name` gather."""
    return target.with_name(f".{target.name}.{name}.part")


class Download:
    """One file on its way to `target`; use it in a `with` block, which closes the partial file.

    The bytes gather in a hidden file beside the target, which a later download of the same file continues. `digest` is
    what a hash begun by `hashing` must come to. An error calls the file `label`, and says whose bytes it should have by
    `maker`.
    """

    def __init__(  # noqa: PLR0913 - all but the first three by name
        self,
        path: str,
        target: Path,
        name: str,
        *,
        size: int | None = None,
        digest: str | None = None,
        hashing: Callable[[], Hash] = hashlib.sha256,
        maker: str = "the worker made",
        label: str | None = None,
    ) -> None:
        self._path = path
        self._target = target
        self._part = part_of(target, name)
        self._size = size
        self._digest = digest.lower() if digest else None
        self._hashing = hashing
        self._hash = hashing()
        self._maker = maker
        self._label = label or target.name
        self._etag: str | None = None
        self._fruitless = 0
        self._mismatches = 0
        self._alive = time.monotonic()
        self.is_done = False
        target.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._part.open("a+b")
        # Without a hash nothing shows whether an old part belongs to the same file.
        self._offset = self._take_up() if self._digest else self._restart()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._file.close()
        finally:  # a full disk fails it a second time
            if not (self._digest and self._offset):
                self._part.unlink(missing_ok=True)

    @property
    def offset(self) -> int:
        """How many bytes are here, those of an earlier download included."""
        return self._offset

    def pause(self) -> float:
        """Return the seconds to wait before the next call."""
        return backoff(self._fruitless) if self._fruitless else 0.0

    def call(self) -> Call:
        """Ask for what is still lacking."""
        headers = {"Accept-Encoding": "identity"}
        if self._offset:
            headers["Range"] = f"bytes={self._offset}-"
            if self._etag:
                headers["If-Range"] = self._etag
        return Call("GET", self._path, headers)

    def begin(self, reply: Reply) -> bool:
        """Take the head of an answer; returns whether its body is the file or the rest of it."""
        if reply.status == 416:
            # Nothing lacks, or the old part is longer than the file.
            if self._offset != self._size:
                self._mismatch()
            return False
        self._etag = _strong(reply.headers)
        where = _RANGE.fullmatch(reply.headers.get("content-range", ""))
        if reply.status != 206 or where is None or int(where[1]) != self._offset:
            self._restart()
        return True

    def feed(self, chunk: bytes) -> None:
        """Take a piece of the file."""
        self._file.write(chunk)
        self._hash.update(chunk)
        self._offset += len(chunk)
        self._fruitless = 0
        self._alive = time.monotonic()

    def end(self) -> None:
        """Take note that an answer is complete; puts the file in place if it is the right one."""
        if self._size is not None and self._offset < self._size:
            self._fruitless += 1
            if time.monotonic() - self._alive > PATIENCE:
                raise DownloadError(f"{self._label}: {self._offset} of {self._size} bytes came, and no more.")
            return
        self._file.flush()
        if self._is_right():
            self._part.replace(self._target)
            self.is_done = True
            return
        self._mismatch()

    def cut(self, error: SpoolError) -> None:
        """Take note that a call failed; raises `error` when it will not pass or has lasted too long."""
        self._fruitless += 1
        if not is_passing(error) or time.monotonic() - self._alive > PATIENCE:
            raise error

    def _mismatch(self) -> None:
        """Begin anew, as often as an old part may have been the cause."""
        self._restart()
        self._mismatches += 1
        if self._mismatches > TRIES_AFTER_MISMATCH:
            raise DownloadError(f"{self._label}: the bytes that came are not those that {self._maker}.")

    def _is_right(self) -> bool:
        if self._size is not None and self._offset != self._size:
            return False
        return self._digest is None or self._hash.hexdigest() == self._digest

    def _take_up(self) -> int:
        """Hash what an earlier download left."""
        self._file.seek(0)
        while piece := self._file.read(1 << 20):
            self._hash.update(piece)
        return self._file.tell()

    def _restart(self) -> int:
        self._file.truncate(0)
        self._file.seek(0)
        self._hash = self._hashing()
        self._offset = 0
        return 0


def _strong(headers: Mapping[str, str]) -> str | None:
    """Return the entity tag; a weak one does not promise the same bytes."""
    tag = headers.get("etag")
    return None if tag is None or tag.startswith("W/") else tag
