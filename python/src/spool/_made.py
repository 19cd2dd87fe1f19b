"""What a result says of the job that made it: read out of a PNG or an mp4, without a library for pictures.

The worker writes JSON into the chunk `parameters` of a PNG (iTXt), and into the comment of an mp4 (`moov/udta/meta`,
with keys of the namespace `mdta`, as FFmpeg writes them). Both are believed no more than any file that somebody sends.
"""

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from spool import _json as read

LONGEST = 1 << 20
"""Bytes of a description, far more than a worker writes."""

_PNG = b"\x89PNG\r\n\x1a\n"
_COMMON = ("prompt", "negative_prompt", "preset", "num_inference_steps", "cfg_scale", "width", "height", "seed")
PARAMS: Mapping[str, tuple[str, ...]] = {
    "i2v": (*_COMMON, "num_frames", "fps"),
    "qwen": (*_COMMON, "model"),
    "upscale": ("scale", "seed"),
}
"""What of a description a request may hold; the rest says how the engine worked."""


class NotMadeHereError(ValueError):
    """A file that says nothing of a job of Spool; the message names it and what is the matter."""


@dataclass(frozen=True, slots=True)
class Made:
    """A result's own account: `told` is all of it, `params` what a request needs to make it again."""

    workflow: str
    told: read.Object

    @property
    def params(self) -> dict[str, object]:
        """Return the parameters as the API names them, those without a value left out."""
        return {name: self.told[name] for name in PARAMS[self.workflow] if self.told.get(name) not in (None, "")}

    @property
    def engine(self) -> str:
        """Return the engine and the version of Spool."""
        named = (read.text(self.told.get(name)) for name in ("engine", "software"))
        return ", ".join(name for name in named if name)

    @property
    def has_end_image(self) -> bool:
        """Whether the job had a second picture that the clip ends with."""
        return self.told.get("end_image") is True


def made(path: Path) -> Made:
    """Read a file; raises `NotMadeHereError`, or `OSError` where it cannot be read."""
    with path.open("rb") as file:
        try:
            text = _described(file)
        except (struct.error, zlib.error, UnicodeDecodeError, IndexError) as error:
            raise NotMadeHereError(f"{path} is damaged: what it says of itself cannot be read") from error
    if text is None:
        raise NotMadeHereError(f"{path} is no PNG or mp4 that Spool made: it says nothing of a job")
    try:
        told = read.obj(json.loads(text))
    except ValueError:
        told = read.obj(None)
    workflow = read.text(told.get("workflow"))
    if not (read.text(told.get("software")) or "").startswith("spool ") or workflow is None:
        raise NotMadeHereError(f"{path} was made by another program than Spool")
    if workflow not in PARAMS:
        raise NotMadeHereError(f"{path} was made by the workflow {workflow!r}, which this version does not know")
    return Made(workflow, told)


def _described(file: BinaryIO) -> str | None:
    start = file.read(len(_PNG))
    if start == _PNG:
        return _png(file)
    return _mp4(file) if start[4:] == b"ftyp" else None


def _png(file: BinaryIO) -> str | None:
    while len(head := file.read(8)) == 8:
        size, kind = struct.unpack(">I4s", head)
        if kind == b"iTXt" and size <= LONGEST:
            text = _international(file.read(size))
            if text is not None:
                return text
            file.seek(4, 1)  # the checksum
        else:
            file.seek(size + 4, 1)
    return None


def _international(data: bytes) -> str | None:
    """Return the text of an iTXt chunk if its keyword is the one: keyword, flags, language, translation, text."""
    keyword, _, rest = data.partition(b"\0")
    if keyword != b"parameters":
        return None
    is_packed, text = rest[0] == 1, rest[2:].split(b"\0", 2)[2]
    return (zlib.decompressobj().decompress(text, LONGEST) if is_packed else text).decode()


def _mp4(file: BinaryIO) -> str | None:
    file.seek(0)
    for kind, size in _boxes(file):
        if kind == b"moov":
            return _comment(file.read(min(size, 64 * LONGEST)))
        file.seek(size, 1)
    return None


def _boxes(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield each box's kind and the size of its body, at the begin of which the file then is."""
    while len(head := file.read(8)) == 8:
        size, kind = struct.unpack(">I4s", head)
        body = size - 8
        if size == 1:
            body = struct.unpack(">Q", file.read(8))[0] - 16
        if body < 0:  # 0 means up to the end, where no index follows
            return
        yield kind, body


def _comment(moov: bytes) -> str | None:
    meta = _inside(_inside(moov, b"udta"), b"meta")[4:]
    keys = _inside(meta, b"keys")
    number = next((place for place, key in enumerate(_keys(keys), start=1) if key == b"comment"), None)
    if number is None:
        return None
    entry = _inside(_inside(meta, b"ilst"), struct.pack(">I", number))
    text = _inside(entry, b"data")[8:]  # type and language
    return text.decode() if text and len(text) <= LONGEST else None


def _inside(data: bytes, wanted: bytes) -> bytes:
    """Return the body of a box, nothing where there is none."""
    return next((body for kind, body in _split(data) if kind == wanted), b"")


def _split(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if size < 8 or at + size > len(data):
            return
        yield kind, data[at + 8 : at + size]
        at += size


def _keys(keys: bytes) -> Iterator[bytes]:
    """Yield the names that the entries are numbered by, from 1."""
    for _, name in _split(keys[8:]):
        yield name
