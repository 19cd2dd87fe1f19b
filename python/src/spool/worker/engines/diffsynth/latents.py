"""What the model works on, as a small picture: a linear map from latents to colours, fitted on the loaded VAE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor

    from spool.worker.engines.diffsynth.device import Device

CHANNELS = 16
CELL = 8
"""Pixels of a latent pixel's side."""

_PICTURES = 6
_EDGE = 128
_SHOWN_EDGE = 480
_LARGEST_FACTOR = 4


class Fitted(Protocol):
    """Makes a picture of latents."""

    def __call__(self, latents: Tensor) -> Image.Image:
        """Draw latents of a picture, or the middle one of a clip's."""
        ...


def fit(encode: Callable[[Tensor], Tensor], device: Device) -> Fitted:
    """Find the map by least squares over pictures of soft colours; `encode` takes (1, 3, h, w) with values -1 to 1."""
    rows: list[NDArray[np.float32]] = []
    colours: list[NDArray[np.float32]] = []
    for seed in range(_PICTURES):
        picture = _soft(seed)
        pixels = torch.from_numpy(picture.transpose(2, 0, 1)[np.newaxis].copy())
        with torch.no_grad():
            latents = encode(pixels.to(device=device.name, dtype=device.dtype))
        rows.append(_plain(latents).reshape(CHANNELS, -1).T)
        cells = picture.reshape(_EDGE // CELL, CELL, _EDGE // CELL, CELL, 3)
        colours.append(cells.mean(axis=(1, 3)).reshape(-1, 3))
    known = np.concatenate(rows)
    design = np.concatenate((known, np.ones((len(known), 1), np.float32)), axis=1)
    found = np.linalg.lstsq(design, np.concatenate(colours), rcond=None)[0]
    return Map(found[:-1], found[-1])


class Map:
    """Colour = latent · factors + bias."""

    def __init__(self, factors: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        self.factors = factors
        self.bias = bias

    def __call__(self, latents: Tensor) -> Image.Image:
        """Draw latents of a picture, or the middle one of a clip's."""
        if latents.dim() == 5:  # batch, channels, time, height, width
            latents = latents[:, :, latents.shape[2] // 2]
        colours = np.tensordot(_plain(latents), self.factors, axes=(0, 0)) + self.bias
        small = Image.fromarray(((colours + 1) * 127.5).clip(0, 255).astype(np.uint8))
        factor = min(_LARGEST_FACTOR, _SHOWN_EDGE / max(small.size))
        width, height = (max(1, int(side * factor)) for side in small.size)
        return small.resize((width, height), Image.Resampling.BILINEAR)


def _soft(seed: int) -> NDArray[np.float32]:
    few = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    many = Image.fromarray(few).resize((_EDGE, _EDGE), Image.Resampling.BICUBIC)
    return np.asarray(many, dtype=np.float32) / 127.5 - 1


def _plain(latents: Tensor) -> NDArray[np.float32]:
    """Return (channels, height, width) on the processor."""
    return latents.detach().float().cpu().numpy().reshape(CHANNELS, *latents.shape[-2:])
