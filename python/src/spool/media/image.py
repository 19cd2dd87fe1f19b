"""Still files: PNG results with metadata, WebP posters and previews."""

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

POSTER_EDGE = 640
PREVIEW_EDGE = 480
PREVIEW_BYTES = 48 * 1024


def write_png(
    path: Path, image: Image.Image, metadata: Mapping[str, object], checkpoint: Callable[[], None] | None = None
) -> None:
    """Write a PNG with `metadata` as JSON in an iTXt chunk `parameters`, and its prompt, if any, in one called `Title`.

    `checkpoint` is called for every piece of some 64 KiB: a large picture takes seconds. After an error, which it may
    raise, no file is left.
    """
    info = PngImagePlugin.PngInfo()
    if "prompt" in metadata:
        info.add_itxt("Title", str(metadata["prompt"]))
    info.add_itxt("parameters", json.dumps(metadata, ensure_ascii=False, separators=(",", ":")))
    try:
        with _CheckedFile(path, checkpoint) as file:
            image.save(file, "PNG", pnginfo=info, compress_level=6)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


class _CheckedFile(io.BufferedWriter):
    """A new file that asks before each piece whether to go on."""

    def __init__(self, path: Path, checkpoint: Callable[[], None] | None) -> None:
        super().__init__(io.FileIO(path, "w"))
        self._checkpoint = checkpoint

    def write(self, data: "ReadableBuffer", /) -> int:
        if self._checkpoint is not None:
            self._checkpoint()
        return super().write(data)


def write_poster(path: Path, image: Image.Image, mark: str | None = None) -> None:
    """Write a WebP with a long edge of at most 640 pixels; `mark` stands small in its lower left corner."""
    small = _within(image, POSTER_EDGE)
    if mark:
        _sign(small, mark)
    small.save(path, "WEBP", quality=80, method=4)


def preview(image: Image.Image) -> tuple[int, int, bytes]:
    """Return width, height and the bytes of a WebP of at most 480 pixels on the long edge and 48 KiB."""
    small = _within(image, PREVIEW_EDGE)
    for quality in (70, 45, 20, 5):
        data = io.BytesIO()
        small.save(data, "WEBP", quality=quality, method=2)
        if data.tell() <= PREVIEW_BYTES:
            break
    return small.width, small.height, data.getvalue()


def _within(image: Image.Image, edge: int) -> Image.Image:
    longest = max(image.size)
    if longest <= edge:
        return image.copy()
    width, height = (max(1, round(side * edge / longest)) for side in image.size)
    # Not `thumbnail`, which works on a copy: of the largest picture that would be 160 MB.
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _sign(image: Image.Image, text: str) -> None:
    size = max(9, image.height // 32)
    font = ImageFont.load_default(size)
    draw = ImageDraw.Draw(image, "RGBA")
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
    pad = size // 2
    x, y = pad, image.height - pad - (bottom - top) - 2 * pad
    box = (x, y, x + (right - left) + 2 * pad, y + (bottom - top) + 2 * pad)
    draw.rounded_rectangle(box, radius=pad, fill=(0, 0, 0, 120))
    draw.text((x + pad - left, y + pad - top), text, font=font, fill=(255, 255, 255, 230))
