"""Sets of weight files, with headers as the real ones have them, for what is decided without torch."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from spool.worker.engines.diffsynth.files import QwenFiles, WanFiles

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WAN = {"patch_embedding.weight": (8, 36, 1, 2, 2), "blocks.0.self_attn.q.weight": (8, 8)}
QWEN = {"transformer_blocks.0.attn.add_k_proj.weight": (8, 8)}
WAN_LORA = {
    "diffusion_model.blocks.0.self_attn.q.lora_down.weight": (2, 8),
    "diffusion_model.blocks.0.self_attn.q.lora_up.weight": (8, 2),
    "diffusion_model.blocks.0.self_attn.q.alpha": (),
}
QWEN_LORA = {
    "transformer_blocks.0.attn.add_k_proj.lora_A.default.weight": (2, 8),
    "transformer_blocks.0.attn.add_k_proj.lora_B.default.weight": (8, 2),
}


def write(path: Path, tensors: Mapping[str, tuple[int, ...]], fill: int = 0) -> Path:
    """Write a safetensors file of 32-bit numbers, every byte of which is `fill`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, shape in tensors.items():
        count = 1
        for side in shape:
            count *= side
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [at, at + 4 * count]}
        at += 4 * count
    head = json.dumps(header).encode()
    path.write_bytes(len(head).to_bytes(8, "little") + head + bytes([fill]) * at)
    return path


def wan(folder: Path) -> WanFiles:
    """Write a set for `i2v`, laid out as in the official repository."""
    (folder / "umt5-xxl").mkdir(parents=True)
    (folder / "umt5-xxl" / "tokenizer.json").write_text("{}")
    return WanFiles(
        high=(write(folder / "high_noise_model" / "model-00001-of-00001.safetensors", WAN, 1),),
        low=(write(folder / "low_noise_model" / "model-00001-of-00001.safetensors", WAN, 2),),
        text=(write(folder / "t5.safetensors", {"token_embedding.weight": (8, 8)}),),
        vae=(write(folder / "vae.safetensors", {"conv1.weight": (8, 8)}),),
        tokenizer=folder / "umt5-xxl",
        lora_high=write(folder / "Lightning_high_noise.safetensors", WAN_LORA, 3),
        lora_low=write(folder / "Lightning_low_noise.safetensors", WAN_LORA, 4),
    )


def qwen(folder: Path, lora: str = "Qwen-Image-Edit-2511-Lightning-4steps.safetensors") -> QwenFiles:
    """Write a set for `qwen`."""
    (folder / "processor").mkdir(parents=True)
    (folder / "processor" / "vocab.json").write_text("{}")
    return QwenFiles(
        transformer=(write(folder / "transformer.safetensors", QWEN),),
        text=(write(folder / "text.safetensors", {"model.embed_tokens.weight": (8, 8)}),),
        vae=(write(folder / "vae.safetensors", {"conv1.weight": (8, 8)}),),
        tokenizer=folder / "processor",
        processor=folder / "processor",
        lora=write(folder / lora, QWEN_LORA),
    )
