"""Fetching models: what is missing is found out first, then fetched file by file, compared, and put in place."""

import errno
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from spool._download import Download, part_of
from spool.errors import ModelError, SpoolError
from spool.models.hub import HubClient, Remote
from spool.models.manifest import Part
from spool.models.store import Digest, Entry, Store, hash_of

_NAME = 16
"""Characters of a hash that name a partial file: enough that two versions of a file never share one."""


class Watcher:
    """Is told what a pull does; this one shows nothing of it."""

    def waits(self) -> None:
        """Say that another pull is at work in the same folder."""

    def says(self, sentence: str) -> None:
        """Say something once."""

    def plans(self, files: int, missing: int, free: int) -> None:
        """Say how many files and bytes are to be fetched, and how many bytes the disk has left."""

    def begins(self, name: str, done: int, size: int) -> None:
        """Begin to show a file that is fetched or compared; `done` bytes of it are here already."""

    def moves(self, done: int) -> None:
        """Show how many bytes of it are done."""

    def ends(self) -> None:
        """Stop showing the file: it is done."""

    def close(self) -> None:
        """Stop showing anything."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file of a hub and where it belongs."""

    repository: str
    remote: Remote
    target: Path

    @property
    def name(self) -> str:
        """Return its name as people read it."""
        return f"{self.repository}/{self.remote.path}"

    @property
    def part_name(self) -> str:
        """Return what names its partial file."""
        return self.remote.digest.hex[:_NAME] if self.remote.digest else "unknown"

    @property
    def missing(self) -> int:
        """Return how many of its bytes are still to come."""
        part = part_of(self.target, self.part_name)
        return max(0, self.remote.bytes - (part.stat().st_size if part.exists() else 0))


def pull(client: HubClient, store: Store, parts: Sequence[Part], watcher: Watcher) -> int:
    """Fetch what is missing or wrong of these parts; returns how many files were fetched.

    Raises `ModelError` for what a hub does not have, gives otherwise than it says, or for which there is no room.
    """
    with store.lock(watcher.waits):
        wanted = [one for one in _wanted(client, store, parts) if not _is_here(one, store, client, watcher)]
        missing = sum(one.missing for one in wanted)
        free = shutil.disk_usage(store.folder).free
        watcher.plans(len(wanted), missing, free)
        if missing > free:
            raise ModelError(
                f"{store.folder} has {free / 1e9:.1f} GB left and {missing / 1e9:.1f} GB are to be fetched: "
                f"{(missing - free) / 1e9:.1f} GB are lacking"
            )
        for one in wanted:
            _fetch(client, one, watcher)
            _note(one, store, client)
        return len(wanted)


def _wanted(client: HubClient, store: Store, parts: Sequence[Part]) -> list[Wanted]:
    listings: dict[str, list[Remote]] = {}
    found: dict[Path, Wanted] = {}
    for part in parts:
        if part.repository not in listings:
            listings[part.repository] = client.files(part.repository)
        here = [remote for remote in listings[part.repository] if part.has(remote.path)]
        if not here:
            raise ModelError(f"{part.repository} on {client.hub.url} has no file {part.files}")
        for remote in here:
            target = store.path(part, remote.path)
            found[target] = Wanted(part.repository, _pinned(part, remote), target)
    return list(found.values())


def _pinned(part: Part, remote: Remote) -> Remote:
    """Compare what the hub says with what the manifest knows."""
    known = part.sha256.get(remote.path)
    if known is None:
        return remote
    if remote.digest is not None and remote.digest.kind == "sha256" and remote.digest.hex != known:
        raise ModelError(
            f"{part.repository}/{remote.path}: the hub has a file with the SHA-256 {remote.digest.hex[:12]}…, "
            f"and this version of Spool was made for {known[:12]}…"
        )
    return Remote(remote.path, remote.bytes, Digest("sha256", known))


def _is_here(one: Wanted, store: Store, client: HubClient, watcher: Watcher) -> bool:
    """Whether a file is here and is the right one; one that nobody wrote down is hashed, once."""
    if not one.target.is_file() or one.target.stat().st_size != one.remote.bytes:
        return False
    known = store.record().get(store.name(one.target))
    if known is not None and known.digest == one.remote.digest and known.is_of(one.target):
        return True
    if one.remote.digest is None:
        return True
    watcher.begins(f"Comparing {one.name}", 0, one.remote.bytes)
    done = 0

    def on_bytes(more: int) -> None:
        nonlocal done
        done += more
        watcher.moves(done)

    is_right = hash_of(one.target, one.remote.digest, on_bytes) == one.remote.digest.hex
    watcher.ends()
    if is_right:
        _note(one, store, client)
    else:
        watcher.says(f"{one.name} is not the file that the hub has, and is fetched anew.")
    return is_right


def _note(one: Wanted, store: Store, client: HubClient) -> None:
    compared = one.target.stat().st_mtime_ns
    store.note(one.target, Entry(one.remote.bytes, one.remote.digest, client.hub.url, compared))


def _fetch(client: HubClient, one: Wanted, watcher: Watcher) -> None:
    digest, size = one.remote.digest, one.remote.bytes
    try:
        with Download(
            client.hub.file(one.repository, one.remote.path),
            one.target,
            one.part_name,
            size=size,
            digest=digest.hex if digest else None,
            hashing=partial((digest or Digest("sha256", "")).start, size),
            maker=f"{client.hub.url} promised",
            label=one.name,
        ) as download:
            watcher.begins(one.name, download.offset, size)
            while not download.is_done:
                time.sleep(download.pause())
                _attempt(client, one, download, watcher)
    except OSError as error:
        raise ModelError(f"{one.name} cannot be written to {one.target.parent}: {_why(error)}") from error
    watcher.ends()


def _attempt(client: HubClient, one: Wanted, download: Download, watcher: Watcher) -> None:
    try:
        with client.stream(download.call(), one.name) as (head, chunks):
            if download.begin(head):
                watcher.moves(download.offset)
                for chunk in chunks:
                    download.feed(chunk)
                    watcher.moves(download.offset)
                    if download.offset > one.remote.bytes:
                        break
        download.end()
    except SpoolError as error:
        download.cut(error)


def _why(error: OSError) -> str:
    return "the disk is full" if error.errno == errno.ENOSPC else error.strerror or type(error).__name__
