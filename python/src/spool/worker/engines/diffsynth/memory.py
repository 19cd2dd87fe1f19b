"""How much memory a job needs, and whether it is there: asked at load, so that nothing ends at step 8.

Weights are counted from their files. What a forward takes beside them is an estimate by the number of tokens, between
what the peaks that the authors of Wan 2.2 publish leave for it and what others measured.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from spool.worker.errors import JobFailedError

if TYPE_CHECKING:
    from spool.worker.engines.diffsynth.header import Shapes
    from spool.worker.engines.diffsynth.params import EditParams, VideoParams

BYTES_PER_CLIP_TOKEN = 280_000
BYTES_PER_EDIT_TOKEN = 500_000
GIB = 1 << 30

SMALL_PIXELS = 832 * 480
SHORT_FRAMES = 81


def weights(tensors: Shapes, item_bytes: int) -> int:
    """Return the bytes that a model takes once it is loaded with numbers of `item_bytes`."""
    return item_bytes * sum(math.prod(shape) for shape in tensors.values())


def clip_forward(params: VideoParams) -> int:
    """Return the bytes beside the weights for a clip: a token is 2 by 2 latent pixels, each of 8 by 8 pixels."""
    tokens = ((params.num_frames - 1) // 4 + 1) * (params.width // 16) * (params.height // 16)
    return BYTES_PER_CLIP_TOKEN * tokens


def edit_forward(params: EditParams, pictures: int) -> int:
    """Return the bytes beside the weights for a picture: each that goes in has as many tokens as the one made."""
    tokens = (1 + pictures) * (params.width // 16) * (params.height // 16)
    return BYTES_PER_EDIT_TOKEN * tokens


def refuse(need: int, free: int, params: VideoParams | EditParams) -> None:
    """Raise `JobFailedError`, with what could be asked for instead, where `need` bytes are more than are free."""
    if need > free:
        message = (
            f"This job needs about {need / GIB:.1f} GiB of memory for its models, and {free / GIB:.1f} GiB are free."
        )
        raise JobFailedError("out_of_memory", message, hint(params))


def hint(params: VideoParams | EditParams) -> str:
    """Say what would take less memory."""
    frames = getattr(params, "num_frames", 1)
    if frames > 1 and params.width * params.height > SMALL_PIXELS:
        return "Ask for 832×480."  # noqa: RUF001
    if frames > SHORT_FRAMES:
        return "Ask for 81 frames."
    return "Another node may have more memory."


def free_in_system() -> int:
    """Return the bytes of main memory that could be had, for a machine without a GPU."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("MemAvailable:"))
    return int(line.split()[1]) * 1024
