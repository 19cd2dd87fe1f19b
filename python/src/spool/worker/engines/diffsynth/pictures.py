"""The pictures of a job as the models need them: RGB, upright, opaque, and cut rather than stretched to a size."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from spool.media.picture import UnreadablePictureError, cover, read
from spool.worker.errors import JobFailedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from spool.worker.protocol import Input

MOST_EDITED = 3
_MULTIPLE = 32


def decode(inputs: Sequence[Input]) -> list[Image.Image]:
    """Decode all pictures of a job; raises `JobFailedError` for one that is none, or when there are none."""
    pictures: list[Image.Image] = []
    for number, source in enumerate(inputs, start=1):
        try:
            pictures.append(read(Path(source.path), source.orientation))
        except UnreadablePictureError as error:
            raise JobFailedError("bad_input", f"Picture {number}: {error}") from error
    if not pictures:
        raise JobFailedError("bad_input", "The job has no picture.")
    return pictures


def frames(pictures: Sequence[Image.Image], width: int, height: int, *, end: bool) -> list[Image.Image]:
    """Return the first frame of a clip and, with `end`, the last: the pipeline would stretch them to its size."""
    wanted = 2 if end else 1
    if len(pictures) < wanted:
        raise JobFailedError("bad_input", "The job has no picture for the last frame.")
    return [cover(picture, width, height) for picture in pictures[:wanted]]


def edited(pictures: Sequence[Image.Image], width: int, height: int) -> list[Image.Image]:
    """Return one to three pictures to edit, each of its own shape at the area of the result.

    A result of another size than its picture drifts away from it: where the shapes agree, the sizes do so too.
    """
    if len(pictures) > MOST_EDITED:
        raise JobFailedError("bad_input", f"The job has {len(pictures)} pictures, more than {MOST_EDITED}.")
    return [cover(picture, *_size(picture, width, height)) for picture in pictures]


def _size(picture: Image.Image, width: int, height: int) -> tuple[int, int]:
    ratio = picture.width / picture.height
    across = math.sqrt(width * height * ratio)
    own = _rounded(across), _rounded(across / ratio)
    near = abs(own[0] - width) <= _MULTIPLE and abs(own[1] - height) <= _MULTIPLE
    return (width, height) if near else own


def _rounded(side: float) -> int:
    return max(_MULTIPLE, round(side / _MULTIPLE) * _MULTIPLE)
