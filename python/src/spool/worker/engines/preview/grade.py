"""Looks: a colour matrix, a vignette and a glow, faded in by an amount from 0 to 1."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

Matrix = NDArray[np.float64]

_LUMA = np.array([0.2126, 0.7152, 0.0722])  # ITU-R BT.709


@dataclass(frozen=True)
class Look:
    """`matrix` maps (r, g, b, 1), channels 0-255, to a new colour; `vignette` and `glow` are strengths from 0 to 1."""

    matrix: Matrix
    vignette: float = 0.0
    glow: float = 0.0

    def __bool__(self) -> bool:
        return not np.allclose(self.matrix, np.eye(4)) or self.vignette > 0 or self.glow > 0


def _colours(
    *, gain: tuple[float, float, float] = (1, 1, 1), lift: tuple[float, float, float] = (0, 0, 0),
    saturation: float = 1.0, contrast: float = 1.0,
) -> Matrix:  # fmt: skip
    """Build a matrix: saturation first, then contrast around middle grey, then gain and lift of each channel."""
    matrix = np.eye(4)
    matrix[:3, :3] = saturation * np.eye(3) + (1 - saturation) * np.tile(_LUMA, (3, 1))
    spread = np.diag([contrast, contrast, contrast, 1.0])
    spread[:3, 3] = 118.0 * (1 - contrast)
    tint = np.diag([*gain, 1.0])
    tint[:3, 3] = lift
    return tint @ spread @ matrix


def _sepia() -> Matrix:
    matrix = np.eye(4)
    matrix[:3, :3] = np.outer(np.array([1.09, 0.93, 0.72]), _LUMA)
    matrix[:3, 3] = (14, 9, 4)
    return matrix


_LOOKS = {
    "mono": Look(_colours(saturation=0.0, contrast=1.16), vignette=0.25),
    "sepia": Look(_sepia(), vignette=0.35),
    "warm": Look(_colours(gain=(1.10, 1.0, 0.80), lift=(8, 3, 0), saturation=1.08), vignette=0.12),
    "cold": Look(_colours(gain=(0.86, 0.98, 1.12), lift=(0, 3, 10), saturation=0.88)),
    "night": Look(_colours(gain=(0.36, 0.46, 0.70), lift=(2, 5, 16), saturation=0.60, contrast=1.12), vignette=0.45),
    "dusk": Look(_colours(gain=(0.74, 0.68, 0.84), lift=(12, 5, 16), saturation=0.88), vignette=0.30),
    "vivid": Look(_colours(saturation=1.45, contrast=1.10)),
    "faded": Look(_colours(gain=(0.84, 0.84, 0.84), lift=(32, 31, 34), saturation=0.72)),
    "bright": Look(_colours(gain=(1.10, 1.09, 1.06), lift=(10, 10, 8), saturation=1.05)),
    "dramatic": Look(_colours(gain=(1.0, 0.98, 0.96), saturation=0.92, contrast=1.20), vignette=0.45),
    "dreamy": Look(_colours(gain=(0.98, 0.97, 0.99), lift=(10, 8, 12), saturation=0.95), glow=0.55),
}


def look_for(names: Collection[str]) -> Look:
    """Join the looks of these names, applied one after another in the table's order."""
    matrix, vignette, glow = np.eye(4), 0.0, 0.0
    for name, look in _LOOKS.items():
        if name in names:
            matrix = look.matrix @ matrix
            vignette, glow = max(vignette, look.vignette), max(glow, look.glow)
    return Look(matrix, vignette, glow)


def apply(image: Image.Image, look: Look, amount: float = 1.0) -> Image.Image:
    """Return the picture with this much of the look."""
    if amount <= 0 or not look:
        return image
    result = image
    if look.glow:
        result = _with_glow(result, look.glow * amount)
    matrix = (1 - amount) * np.eye(4) + amount * look.matrix
    r, g, b = (tuple(float(value) for value in row) for row in matrix[:3])
    result = result.convert("RGB", (*r, *g, *b))
    if look.vignette:
        # Steps of 1/64 cannot be seen, and let neighbouring frames share a mask.
        strength = round(64 * look.vignette * amount)
        result = ImageChops.multiply(result, _vignette(image.width, image.height, strength))
    return result


def _with_glow(image: Image.Image, strength: float) -> Image.Image:
    small = image.resize((max(1, image.width // 4), max(1, image.height // 4)), Image.Resampling.BOX)
    soft = small.filter(ImageFilter.GaussianBlur(max(2, image.width // 110)))
    soft = soft.point(3 * [max(0, round((value - 60) * 0.9)) for value in range(256)])
    light = soft.resize(image.size, Image.Resampling.BICUBIC)
    return Image.blend(image, ImageChops.screen(image, light), strength)


@lru_cache(maxsize=2)
def _vignette(width: int, height: int, strength: int) -> Image.Image:
    v, u = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    distance = np.clip((u * u + v * v) / 2, 0, 1)
    shade = 1 - strength / 64 * distance**1.3
    plane = (255 * shade).round().astype(np.uint8)
    return Image.fromarray(np.repeat(plane[:, :, None], 3, axis=2))
