"""What a safetensors file says of itself, read without loading a weight.

Layout: eight bytes with the header's length, the header as JSON, then the weights. The header names each tensor with
its type, its shape and where its bytes lie.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from spool.worker.errors import JobFailedError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Shapes = dict[str, tuple[int, ...]]

HINT = "`spool models verify` says which files are missing or wrong, `spool models pull` fetches them."
_LENGTH_BYTES = 8
_LONGEST = 100_000_000  # as in the format's own reader


def shapes(paths: Iterable[Path]) -> Shapes:
    """Return the shape of each tensor in a model's files; raises `JobFailedError` for one that is absent or cut off."""
    found: Shapes = {}
    for path in paths:
        found |= _shapes(path)
    return found


def refused(path: Path, sentence: str) -> JobFailedError:
    """Make the refusal of a file: its name, what is wrong, what helps."""
    return JobFailedError("missing_weights", f"{path.name} in {path.parent} {sentence}.", HINT)


def _shapes(path: Path) -> Shapes:
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            if length > _LONGEST:
                raise refused(path, "is no safetensors file")
            header = cast("dict[str, dict[str, list[int]]]", json.loads(file.read(length)))
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise refused(path, "is missing") from error
    except (OSError, ValueError) as error:
        raise refused(path, f"cannot be read ({error})") from error
    header.pop("__metadata__", None)
    end = _LENGTH_BYTES + length + max((entry["data_offsets"][1] for entry in header.values()), default=0)
    if size != end:
        raise refused(path, f"has {size:,} bytes instead of {end:,}")
    return {name: tuple(entry["shape"]) for name, entry in header.items()}
