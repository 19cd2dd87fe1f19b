"""Pipelines of diffsynth: loaded from explicit files, with their LoRAs, and called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from diffsynth.configs import MODEL_CONFIGS
from diffsynth.core import ModelConfig
from diffsynth.core.loader import hash_model_file
from diffsynth.pipelines.qwen_image import QwenImagePipeline
from diffsynth.pipelines.wan_video import WanVideoPipeline

from spool.worker.engines.diffsynth import latents, qwen
from spool.worker.engines.diffsynth.device import Device
from spool.worker.engines.diffsynth.files import WanFiles
from spool.worker.engines.diffsynth.header import refused
from spool.worker.engines.diffsynth.seams import Loaded, SeenScheduler

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from torch import Tensor

    from spool.worker.engines.diffsynth.files import Files, QwenFiles

__all__ = ["Device", "Loaded", "load"]


def load(files: Files, preset: str, device: Device, checkpoint: Callable[[], None]) -> Loaded:
    """Load a pipeline from files that were checked; `checkpoint` is called before each of its models.

    Raises `MemoryError` when memory runs out.
    """
    try:
        if isinstance(files, WanFiles):
            return _load_wan(files, device, checkpoint)
        return _load_qwen(files, preset, device, checkpoint)
    except torch.OutOfMemoryError as error:
        raise MemoryError(str(error)) from error


def _load_wan(files: WanFiles, device: Device, checkpoint: Callable[[], None]) -> Loaded:
    """Load both experts, the high-noise one first, since their order is all that the loader tells them apart by."""
    models = ((files.high, "wan_video_dit"), (files.low, "wan_video_dit"))
    rest = ((files.text, "wan_video_text_encoder"), (files.vae, "wan_video_vae"))
    pipe = WanVideoPipeline.from_pretrained(
        torch_dtype=device.dtype,
        device=device.name,
        model_configs=[_model(paths, slot, checkpoint) for paths, slot in (*models, *rest)],
        tokenizer_config=ModelConfig(path=str(files.tokenizer)),
        redirect_common_files=False,
    )
    for expert, path in ((pipe.dit, files.lora_high), (pipe.dit2, files.lora_low)):
        if path is not None:
            checkpoint()
            pipe.load_lora(expert, str(path))
    pipe.scheduler = scheduler = SeenScheduler("Wan")

    def encode(picture: Tensor) -> Tensor:
        return pipe.vae.encode([picture.transpose(0, 1)], device=pipe.device)

    blocks = (*pipe.dit.blocks, *pipe.dit2.blocks)
    return Loaded(pipe, scheduler, pipe.vae.model, blocks, device, latents.fit(encode, device))


def _load_qwen(files: QwenFiles, preset: str, device: Device, checkpoint: Callable[[], None]) -> Loaded:
    """Load the transformer, the text encoder that also sees the pictures, and the VAE."""
    models = (
        (files.transformer, "qwen_image_dit"),
        (files.text, "qwen_image_text_encoder"),
        (files.vae, "qwen_image_vae"),
    )
    pipe = QwenImagePipeline.from_pretrained(
        torch_dtype=device.dtype,
        device=device.name,
        model_configs=[_model(paths, slot, checkpoint) for paths, slot in models],
        tokenizer_config=ModelConfig(path=str(files.tokenizer)),
        processor_config=ModelConfig(path=str(files.processor)),
    )
    if files.lora is not None:
        checkpoint()
        pipe.load_lora(pipe.dit, str(files.lora))
    pipe.scheduler = scheduler = SeenScheduler(qwen.SCHEDULERS[preset])
    blocks = tuple(pipe.dit.transformer_blocks)
    return Loaded(pipe, scheduler, pipe.vae, blocks, device, latents.fit(pipe.vae.encode, device))


class _Model(ModelConfig):
    """Files of one model. Nothing is ever fetched; the loader asks for them just before it loads them."""

    checkpoint: Callable[[], None]

    def download_if_necessary(self) -> None:
        self.checkpoint()
        super().download_if_necessary()


def _model(paths: Sequence[Path], slot: str, checkpoint: Callable[[], None]) -> ModelConfig:
    """Refuse files that hold another model than they should: the loader would put them where they belong."""
    names = [str(path) for path in paths]
    found = hash_model_file(names)
    if not any(entry["model_hash"] == found and entry["model_name"] == slot for entry in MODEL_CONFIGS):
        raise refused(paths[0], f"does not hold the model that is wanted here ({slot})")
    model = _Model(path=names)
    model.checkpoint = checkpoint
    return model
