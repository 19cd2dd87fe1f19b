"""A whole picture through the network, tile by tile, into one canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from spool.worker.engines.upscale import tone
from spool.worker.engines.upscale.tiles import CORE, Span, spans
from spool.worker.engines.upscale.weights import FACTOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Enlarge = Callable[[NDArray[np.float32]], NDArray[np.float32]]
    """What makes float32 (3, h, w), values 0-1, four times larger."""

    OnTile = Callable[[int, int], None]

BLEED = (1, 2, 4, 8)
"""Radii in pixels of the rounds in which colours spread into transparent parts."""

_KNOWN = [0] + [255] * 255
_ENOUGH = [0] * 24 + [255] * 232
"""Below an alpha of 24 too few levels are left to tell a colour that was multiplied with it."""


def enlarge(source: Image.Image, scale: int, network: Enlarge, on_tile: OnTile, core: int = CORE) -> Image.Image:
    """Return `source` (RGB or RGBA) `scale` (2 or 4) times larger; `on_tile(done, of)` comes after each tile.

    Beside the network the canvas and one row of tiles are in memory, in 8 bits.
    """
    picture = bleed(source) if source.mode == "RGBA" else source
    rows, columns = spans(source.height, core), spans(source.width, core)
    canvas = Image.new(source.mode, (source.width * scale, source.height * scale))
    done = 0
    for row in rows:
        strip = Image.new(source.mode, (canvas.width, (row.kept[1] - row.kept[0]) * scale))
        for column in columns:
            tile = _tile(picture, column, row, scale, network)
            strip.paste(tile, (column.kept[0] * scale, 0), _ramp(tile.size, column.fade * scale, across=True))
            done += 1
            on_tile(done, len(rows) * len(columns))
        canvas.paste(strip, (0, row.kept[0] * scale), _ramp(strip.size, row.fade * scale, across=False))
    return canvas


def _tile(picture: Image.Image, column: Span, row: Span, scale: int, network: Enlarge) -> Image.Image:
    """Return what is kept of one tile, enlarged."""
    window = picture.crop((column.window[0], row.window[0], column.window[1], row.window[1]))
    left, top = ((span.kept[0] - span.window[0]) * scale for span in (column, row))
    width, height = ((span.kept[1] - span.kept[0]) * scale for span in (column, row))
    if picture.mode == "RGBA" and window.getchannel("A").getextrema() == (0, 0):
        return Image.new("RGBA", (width, height))
    bands = _cut_out(window, network) if picture.mode == "RGBA" else _colours(window, network)
    if scale < FACTOR:
        bands = tone.averaged(bands, FACTOR // scale)
    kept = bands[:, top : top + height, left : left + width]
    eight = (kept.clip(0, 1) * 255 + 0.5).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(eight.transpose(1, 2, 0)))


def _colours(window: Image.Image, network: Enlarge) -> NDArray[np.float32]:
    source = _floats(window).transpose(2, 0, 1)
    return tone.hold(source, network(source).clip(0, 1))


def _floats(image: Image.Image) -> NDArray[np.float32]:
    return np.divide(np.asarray(image), 255, dtype=np.float32)


def _cut_out(window: Image.Image, network: Enlarge) -> NDArray[np.float32]:
    """Enlarge colours and transparency apart; where all is equally transparent there is nothing to ask the network."""
    mask = window.getchannel("A")
    colours = _colours(window.convert("RGB"), network)
    least, most = mask.getextrema()
    if least == most:
        alpha = np.full_like(colours[:1], _floats(mask).flat[0])
    else:
        alpha = network(np.repeat(_floats(mask)[np.newaxis], 3, axis=0)).mean(axis=0, keepdims=True)
        # What is opaque or transparent all around stays just so: the network alone is some levels off.
        alpha = alpha.clip(_around(mask, ImageFilter.MinFilter(3)), _around(mask, ImageFilter.MaxFilter(3)))
    return np.concatenate((colours, alpha))


def _around(mask: Image.Image, extreme: ImageFilter.RankFilter) -> NDArray[np.float32]:
    wide = mask.filter(extreme).resize((FACTOR * mask.width, FACTOR * mask.height), Image.Resampling.NEAREST)
    return _floats(wide)


def _ramp(size: tuple[int, int], fade: int, *, across: bool) -> Image.Image | None:
    """Return the mask that mixes the first `fade` columns (or rows) with what lies below; `None` where none does."""
    if not fade:
        return None
    width, height = size
    weights = np.full(width if across else height, 255, np.uint8)
    weights[:fade] = np.round(255 * (np.arange(fade) + 0.5) / fade)
    rows = weights[np.newaxis, :] if across else weights[:, np.newaxis]
    return Image.fromarray(np.ascontiguousarray(np.broadcast_to(rows, (height, width))))


def bleed(cut_out: Image.Image) -> Image.Image:
    """Give the transparent pixels of an RGBA picture the colours around them.

    What stands there otherwise, often black, would show as a rim once the network has mixed it in.
    """
    filled = cut_out
    for radius in BLEED:
        # Premultiplied, so that only what is seen spreads.
        spread = filled.convert("RGBa").filter(ImageFilter.BoxBlur(radius)).convert("RGBA")
        spread.putalpha(spread.getchannel("A").point(_ENOUGH))
        filled = Image.composite(filled, spread, filled.getchannel("A").point(_KNOWN))
    filled.putalpha(cut_out.getchannel("A"))
    return filled
