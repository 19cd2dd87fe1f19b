"""Jobs as they come to the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spool.worker.protocol import Input, Run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL import Image

CLIP: dict[str, object] = {
    "prompt": "the boat drifts past the quay",
    "preset": "lightning",
    "num_inference_steps": 8,
    "cfg_scale": 1.0,
    "width": 64,
    "height": 64,
    "num_frames": 9,
    "fps": 16,
    "seed": 7,
    "end_image": False,
}
EDIT: dict[str, object] = {
    "prompt": "brighten the street",
    "preset": "lightning",
    "model": "2511",
    "num_inference_steps": 4,
    "cfg_scale": 1.0,
    "width": 128,
    "height": 128,
    "seed": 7,
}


def saved(folder: Path, *images: Image.Image) -> tuple[Input, ...]:
    """Write pictures where a job finds its inputs."""
    folder.mkdir(parents=True, exist_ok=True)
    inputs: list[Input] = []
    for image in images:
        path = folder / f"{len(list(folder.iterdir()))}.png"
        image.save(path)
        inputs.append(Input(str(path), "image/png", 1))
    return tuple(inputs)


def clip(folder: Path, inputs: Sequence[Input], **changed: object) -> Run:
    """Make a job of `i2v`."""
    return Run("clip", 1, "i2v", "i2v.480p.81.lightning", {**CLIP, **changed}, tuple(inputs), str(folder / "clip"))


def edit(folder: Path, inputs: Sequence[Input], **changed: object) -> Run:
    """Make a job of `qwen`."""
    return Run("edit", 1, "qwen", "qwen.2511.lightning", {**EDIT, **changed}, tuple(inputs), str(folder / "edit"))
