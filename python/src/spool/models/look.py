"""What of a set of parts is here, and whether it is what it should be."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from spool.models.manifest import Part
from spool.models.store import Digest, Entry, Store, hash_of

State = Literal["right", "missing", "wrong", "unknown"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One file: `why` says what is the matter with a wrong or unknown one."""

    name: str
    state: State
    bytes: int
    why: str = ""


def bytes_here(store: Store, part: Part) -> tuple[int, bool]:
    """Return how many bytes of a part are here, and whether it is whole as far as names and sizes tell."""
    record = store.record()
    size, whole = 0, True
    for path in store.files(part):
        if not path.is_file():
            whole = False
            continue
        found = path.stat().st_size
        known = record.get(store.name(path))
        size += found
        whole = whole and (known is None or known.bytes == found)
    return size, whole


def verify(
    store: Store,
    parts: Sequence[Part],
    begins: Callable[[str, int], None],
    on_bytes: Callable[[int], None],
) -> list[Seen]:
    """Hash every file of these parts; `begins` is told its name and size, `on_bytes` how many more were read.

    What is wrong is written down, so that the next pull compares it too.
    """
    record = store.record()
    expected = {path: (part, _expected(part, store, path, record)) for part in parts for path in store.files(part)}
    found: list[Seen] = []
    for path, (part, entry) in expected.items():
        name = store.name(path)
        if not path.is_file():
            found.append(Seen(name, "missing", entry.bytes if entry else 0))
            continue
        size = path.stat().st_size
        if entry is None or entry.digest is None:
            found.append(Seen(name, "unknown", size, "no hash of it is known; a pull compares it with the hub"))
            continue
        if entry.bytes not in {0, size}:
            why = f"has {size:,} bytes instead of {entry.bytes:,}{_of_another(path, _others(expected, path), None)}"
            found.append(Seen(name, "wrong", size, why))
            continue
        begins(name, size)
        digest = hash_of(path, entry.digest, on_bytes)
        if digest == entry.digest.hex:
            found.append(Seen(name, "right", size))
        else:
            why = f"has other bytes than {part.repository}{_of_another(path, _others(expected, path), digest)}"
            found.append(Seen(name, "wrong", size, why))
            _distrust(store, path)
    return found


def _do_not_wait() -> None:
    raise BlockingIOError


def _distrust(store: Store, path: Path) -> None:
    known = store.record().get(store.name(path))
    with suppress(OSError), store.lock(_do_not_wait):
        if known is not None:
            store.note(path, replace(known, compared=None))


def _expected(part: Part, store: Store, path: Path, record: dict[str, Entry]) -> Entry | None:
    """Return what is known of a file: the manifest's hash before that of the hub."""
    name = store.name(path)
    known = record.get(name)
    pinned = part.sha256.get(name.removeprefix(f"{part.repository}/"))
    if pinned is None:
        return known
    return Entry(known.bytes if known else 0, Digest("sha256", pinned), known.source if known else "")


Expected = dict[Path, tuple[Part, Entry | None]]


def _others(expected: Expected, path: Path) -> Iterable[tuple[Path, Part, Entry]]:
    return ((other, part, entry) for other, (part, entry) in expected.items() if entry and other != path)


def _of_another(path: Path, others: Iterable[tuple[Path, Part, Entry]], digest: str | None) -> str:
    """Say whose bytes a wrong file has, if they are those of another file of the list: the two were swapped."""
    size = path.stat().st_size
    for other, part, entry in others:
        if entry.digest is None or entry.bytes != size:
            continue
        if (digest or hash_of(path, entry.digest)) == entry.digest.hex:
            return f": it is {other.name} of {part.name} ({part.what})"
    return ""
