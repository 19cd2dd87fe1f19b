"""The folder that models lie in: `FOLDER/OWNER/REPOSITORY/PATH`, as DiffSynth itself would lay them.

Beside them lies `pulled.json`: the size and the hash of each file as the hub told them, and where it came from.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from spool import _json as read
from spool._download import Hash
from spool.models.manifest import Part

RECORD = "pulled.json"
_LOCK = ".pull.lock"
_SHARD = re.compile(r"(.*-)(\d{5})-of-(\d{5})(\..*)")
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Digest:
    """A hash of a file: `sha256` of its bytes, or `git-sha1`, the name that git gives to small files."""

    kind: str
    hex: str

    def start(self, size: int) -> Hash:
        """Begin to hash a file of `size` bytes."""
        if self.kind == "git-sha1":
            return hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)
        return hashlib.sha256()


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a file of a hub.

    `compared` is when the file that was compared with it was last written, in nanoseconds; `None` where it has to be
    compared again.
    """

    bytes: int
    digest: Digest | None
    source: str
    compared: int | None = None

    def is_of(self, path: Path) -> bool:
        """Whether the file was compared and has not been written to since."""
        return self.compared is not None and self.compared == path.stat().st_mtime_ns


def chosen_folder(given: Path | None = None) -> Path:
    """Take what is given, else `SPOOL_MODELS_DIR`, else a folder of this user."""
    named = os.environ.get("SPOOL_MODELS_DIR")
    return (given or (Path(named) if named else Path.home() / ".local/share/spool/models")).absolute()


class Store:
    """One folder. Reading needs no lock: files and the record appear whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, part: Part, path: str) -> Path:
        """Return where a file of a part belongs."""
        return self.folder / part.repository / path

    def paths(self, part: Part) -> tuple[Path, ...]:
        """Return the files of a part, whether they are there or not: where none is, the pattern stands for them.

        Of a model in several files every one is named, because each name says how many there are.
        """
        pattern = self.path(part, part.files)
        if part.folder:
            return (pattern.parent,)
        found = sorted(path for path in pattern.parent.glob(pattern.name) if part.has(self._within(part, path)))
        return tuple(dict.fromkeys(path for one in found for path in _siblings(one))) or (pattern,)

    def files(self, part: Part) -> tuple[Path, ...]:
        """Return the files of a part that ought to be there, those of a folder too as far as they are known."""
        if not part.folder:
            return self.paths(part)
        pattern = self.path(part, part.files)
        there = {path for path in pattern.parent.glob(pattern.name) if path.is_file()}
        prefix = f"{part.repository}/"
        known = {
            self.folder / name
            for name in self.record()
            if name.startswith(prefix) and part.has(name.removeprefix(prefix))
        }
        whole = there | known
        return tuple(sorted(path for path in whole if not path.name.startswith("."))) or (pattern,)

    def name(self, path: Path) -> str:
        """Return the name of a file in the record."""
        return path.relative_to(self.folder).as_posix()

    def record(self) -> dict[str, Entry]:
        """Return what was pulled, by name; what cannot be read counts as not known."""
        try:
            data = read.obj(json.loads((self.folder / RECORD).read_text("utf-8")))
        except (OSError, ValueError):
            return {}
        return {name: entry for name, value in data.items() if (entry := _entry(read.obj(value))) is not None}

    def note(self, path: Path, entry: Entry) -> None:
        """Write down what a file is; only under the lock."""
        told = {name: _as_json(known) for name, known in self.record().items()}
        told[self.name(path)] = _as_json(entry)
        part = self.folder / f".{RECORD}.part"
        part.write_text(json.dumps(dict(sorted(told.items())), indent=1) + "\n", "utf-8")
        part.replace(self.folder / RECORD)

    @contextmanager
    def lock(self, waits: Callable[[], None]) -> Generator[None]:
        """Keep other pulls out of this folder; `waits` is called if there is one. It is free when its holder dies."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / _LOCK).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waits()
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _within(self, part: Part, path: Path) -> str:
        return path.relative_to(self.folder / part.repository).as_posix()


def hash_of(path: Path, digest: Digest, on_bytes: Callable[[int], None] | None = None) -> str:
    """Hash a file as `digest` was made; `on_bytes` is told how many more were read."""
    hashing = digest.start(path.stat().st_size)
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            hashing.update(piece)
            if on_bytes is not None:
                on_bytes(len(piece))
    return hashing.hexdigest()


def _siblings(path: Path) -> list[Path]:
    """Return all files of a model of which this is one."""
    shard = _SHARD.fullmatch(path.name)
    if shard is None:
        return [path]
    head, _, count, tail = shard.groups()
    return [path.with_name(f"{head}{number:05}-of-{count}{tail}") for number in range(1, int(count) + 1)]


def _entry(data: read.Object) -> Entry | None:
    size, source = read.whole(data.get("bytes")), read.text(data.get("source")) or ""
    compared = read.whole(data.get("mtime_ns"))
    for kind in ("sha256", "git-sha1"):
        known = read.text(data.get(kind))
        if size is not None and known is not None:
            return Entry(size, Digest(kind, known), source, compared)
    return None if size is None else Entry(size, None, source, compared)


def _as_json(entry: Entry) -> dict[str, object]:
    digest = {entry.digest.kind: entry.digest.hex} if entry.digest else {}
    return {"bytes": entry.bytes, **digest, "source": entry.source, "mtime_ns": entry.compared}
