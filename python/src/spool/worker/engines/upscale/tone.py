"""The network shifts tones: areas come out up to 16 levels of 255 darker or lighter. This puts them back.

What differs between the source and the enlarged picture, seen coarsely, is taken away; fine detail stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from spool.worker.engines.upscale.weights import FACTOR

if TYPE_CHECKING:
    from numpy.typing import NDArray

RADIUS = 3
"""Of the two averages that make a picture coarse, in pixels of the source: enough to leave invented hairs alone."""


def hold(source: NDArray[np.float32], enlarged: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `enlarged` with the tones of `source`; arrays of shape (3, h, w) and (3, 4h, 4w)."""
    off = source - averaged(enlarged, FACTOR)
    for _ in range(2):
        off = _blurred(_blurred(off, 1), 2)
    return enlarged + np.stack([_smoothly_enlarged(band) for band in off])


def averaged(bands: NDArray[np.float32], by: int) -> NDArray[np.float32]:
    """Return bands `by` times smaller: the average of each square of `by` by `by` pixels."""
    total = np.zeros_like(bands[:, ::by, ::by])
    for row in range(by):
        for column in range(by):
            total += bands[:, row::by, column::by]
    return total / np.float32(by * by)


def _blurred(bands: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """Average each value with those at most `RADIUS` away along `axis`, fewer at the ends."""
    rows = np.moveaxis(bands, axis, -1)
    length = rows.shape[-1]
    sums = np.zeros((*rows.shape[:-1], length + 1))
    np.cumsum(rows, axis=-1, out=sums[..., 1:])
    first = np.array([max(0, at - RADIUS) for at in range(length)])
    behind = np.array([min(length, at + RADIUS + 1) for at in range(length)])
    means = (sums[..., behind] - sums[..., first]) / (behind - first)
    return np.moveaxis(means, -1, axis).astype(np.float32)


def _smoothly_enlarged(band: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = band.shape
    wide = Image.fromarray(band).resize((FACTOR * width, FACTOR * height), Image.Resampling.BICUBIC)
    return np.asarray(wide, dtype=np.float32)
