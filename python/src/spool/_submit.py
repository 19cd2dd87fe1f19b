"""A submit: parameters and pictures in one multipart body that is the same each time it is sent."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, TypeAlias

Picture: TypeAlias = str | os.PathLike[str] | bytes | BinaryIO
"""A path, the bytes of a file, or a file open for reading in binary mode."""

MAX_READ = 32 * 1024 * 1024
"""More than the server takes for a whole request: a file above this is not even read."""

_MAGIC = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


def read_picture(picture: Picture) -> tuple[str, bytes]:
    """Return a file name and the bytes; raises `OSError` for a path, `ValueError` for a file that is far too large."""
    if isinstance(picture, bytes):
        return "picture", picture
    if isinstance(picture, (str, os.PathLike)):
        path = Path(picture)
        with path.open("rb") as file:
            return path.name, _limited(file, str(path))
    name = getattr(picture, "name", "picture")
    return Path(str(name)).name, _limited(picture, str(name))


def _limited(file: BinaryIO, name: str) -> bytes:
    data = file.read(MAX_READ + 1)
    if len(data) > MAX_READ:
        raise ValueError(f"{name} is larger than {MAX_READ // 2**20} MiB; a picture may have 10 MiB")
    return data


def content_type(data: bytes) -> str:
    """Name the type of a picture by its first bytes; the server looks for itself."""
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else "application/octet-stream"


def body(params: Mapping[str, object], pictures: Sequence[tuple[str, Picture]]) -> tuple[str, bytes]:
    """Return the content type and the body: a part `params` as JSON, then a part for each (field, picture)."""
    told = {name: value for name, value in params.items() if value is not None}
    json_part = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    parts = [(b'name="params"', b"application/json", json_part)]
    for field, picture in pictures:
        name, data = read_picture(picture)
        disposition = f'name="{field}"; filename="{_quoted(name)}"'.encode()
        parts.append((disposition, content_type(data).encode(), data))
    boundary = _boundary(parts)
    pieces: list[bytes] = []
    for disposition, kind, data in parts:
        head = b"Content-Disposition: form-data; " + disposition + b"\r\nContent-Type: " + kind
        pieces += [b"--", boundary, b"\r\n", head, b"\r\n\r\n", data, b"\r\n"]
    pieces += [b"--", boundary, b"--\r\n"]
    return f"multipart/form-data; boundary={boundary.decode()}", b"".join(pieces)


def _boundary(parts: Sequence[tuple[bytes, bytes, bytes]]) -> bytes:
    """Derive it from the content: a repeated submit is the same to the byte, and no part holds it by accident."""
    digest = hashlib.sha256()
    for _, _, data in parts:
        digest.update(hashlib.sha256(data).digest())
    return b"spool-" + digest.hexdigest()[:32].encode()


def _quoted(name: str) -> str:
    """Escape a file name as browsers do (WHATWG HTML, multipart/form-data encoding)."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
