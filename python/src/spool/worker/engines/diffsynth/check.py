"""What is wrong with a set of files, found before a weight is loaded: at load, never at step 8.

Both experts of Wan 2.2 look the same but for their numbers, and so do their LoRAs, and those of two Qwen-Image-Edit
models: the pipeline would run with swapped ones and make mud. Their names tell them apart, and their hashes where the
manifest knows them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spool.worker.engines.diffsynth import lora
from spool.worker.engines.diffsynth.files import WanFiles
from spool.worker.engines.diffsynth.header import Shapes, refused, shapes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from spool.worker.engines.diffsynth.files import Files, QwenFiles

I2V_CHANNELS = 36
"""Channels that go into an image-to-video expert: 16 of noise, 16 of the picture, 4 of the mask."""

_SAMPLE = 1 << 20


def check(files: Files, model: str) -> None:
    """Refuse missing, cut off, foreign and swapped files by name; raises `JobFailedError`."""
    if isinstance(files, WanFiles):
        _check_wan(files)
    else:
        _check_qwen(files, model)


def _check_wan(files: WanFiles) -> None:
    high, low = _expert(files.high, "high"), _expert(files.low, "low")
    if _same(files.high[0], files.low[0]):
        raise refused(files.low[0], f"is the high-noise expert once more ({files.high[0].name})")
    for rest in (files.text, files.vae):
        shapes(rest)
    _folder(files.tokenizer)
    if files.lora_high is not None and files.lora_low is not None:
        _named(files.lora_high, "high")
        _named(files.lora_low, "low")
        if _same(files.lora_high, files.lora_low):
            raise refused(files.lora_low, f"is the high-noise LoRA once more ({files.lora_high.name})")
        lora.check(files.lora_high, high)
        lora.check(files.lora_low, low)


def _check_qwen(files: QwenFiles, model: str) -> None:
    transformer = shapes(files.transformer)
    if "transformer_blocks.0.attn.add_k_proj.weight" not in transformer:
        raise refused(files.transformer[0], "is not the transformer of Qwen-Image-Edit")
    for rest in (files.text, files.vae):
        shapes(rest)
    _folder(files.tokenizer)
    _folder(files.processor)
    if files.lora is not None:
        named = re.search(r"2509|2511", files.lora.name)
        if named is not None and named[0] != model:
            raise refused(files.lora, f"was made for Qwen-Image-Edit-{named[0]}, not for the model {model}")
        lora.check(files.lora, transformer)


def _expert(paths: Sequence[Path], noise: str) -> Shapes:
    found = shapes(paths)
    first = found.get("patch_embedding.weight")
    if first is None or first[1] != I2V_CHANNELS:
        raise refused(paths[0], "is no expert of Wan 2.2 image-to-video")
    for path in paths:
        _named(path, noise)
    return found


def _named(path: Path, noise: str) -> None:
    """Refuse a file whose own name or folder says that it is for the other noise."""
    other = "low" if noise == "high" else "high"
    for name in (path.name, path.parent.name):
        words = re.split(r"[^a-z]+", name.lower())
        if noise in words:
            return
        if other in words:
            raise refused(path, f"is for {other} noise, but was given for {noise} noise")


def _same(one: Path, other: Path) -> bool:
    """Whether two files hold the same weights, by their size and a sample from the middle of each."""
    size = one.stat().st_size
    if size != other.stat().st_size:
        return False
    return _sample(one, size // 2) == _sample(other, size // 2)


def _sample(path: Path, at: int) -> bytes:
    with path.open("rb") as file:
        file.seek(at)
        return file.read(_SAMPLE)


def _folder(path: Path) -> None:
    if not path.is_dir() or not any(path.iterdir()):
        raise refused(path, "is missing or empty")
