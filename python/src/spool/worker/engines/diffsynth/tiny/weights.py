"""Random weights in files that have the names and layouts of the official ones, and that diffsynth's loader knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from diffsynth.configs import MODEL_CONFIGS
from diffsynth.core.loader import hash_model_file
from diffsynth.models.wan_video_dit import WanModel
from diffsynth.models.wan_video_text_encoder import WanTextEncoder
from safetensors.torch import save_file

from spool.worker.engines.diffsynth.files import QwenFiles, WanFiles
from spool.worker.engines.diffsynth.tiny import tokenizers
from spool.worker.engines.diffsynth.tiny.architectures import (
    WAN_EXPERT,
    WAN_TEXT,
    TinyQwenDiT,
    TinyQwenTextEncoder,
    TinyQwenVAE,
    TinyWanVAE,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from torch import Tensor, nn

CONVERTERS = "diffsynth.utils.state_dict_converters"
RANK = 4

# With matrices this small, threads would do nothing but wait for each other.
torch.set_num_threads(1)

WAN_LINEARS = ("self_attn.q", "self_attn.k", "cross_attn.v", "ffn.0")
QWEN_LINEARS = ("attn.to_q", "attn.add_k_proj", "img_mlp.net.2", "txt_mod.1")


@dataclass(frozen=True, slots=True)
class Part:
    """A model of a pipeline: how it is built, and under which name and class the loader finds it."""

    slot: str
    build: Callable[[], nn.Module]
    model_class: str
    arguments: Mapping[str, object] = field(default_factory=dict[str, object])
    converter: str | None = None
    official: Callable[[str], str] = str


def write_wan(folder: Path, *, lightning: bool) -> WanFiles:
    """Write both experts, text encoder, VAE, tokenizer and, with `lightning`, a LoRA for each expert."""
    expert = Part("wan_video_dit", lambda: WanModel(**WAN_EXPERT), _name(WanModel), WAN_EXPERT)
    text = Part("wan_video_text_encoder", lambda: WanTextEncoder(**WAN_TEXT), _name(WanTextEncoder), WAN_TEXT)
    vae = Part(
        "wan_video_vae",
        TinyWanVAE,
        _name(TinyWanVAE),
        converter=f"{CONVERTERS}.wan_video_vae.WanVideoVAEStateDictConverter",
        official=lambda key: key.removeprefix("model."),
    )
    tokenizers.write_wan(folder / "umt5-xxl")
    return WanFiles(
        high=(_write(folder / "high_noise_model.safetensors", expert, 1),),
        low=(_write(folder / "low_noise_model.safetensors", expert, 2),),
        text=(_write(folder / "text_encoder.safetensors", text, 3),),
        vae=(_write(folder / "vae.safetensors", vae, 4),),
        tokenizer=folder / "umt5-xxl",
        lora_high=_write_lora(folder / "lightning_high_noise.safetensors", _blocks("blocks", WAN_LINEARS), expert, 5)
        if lightning
        else None,
        lora_low=_write_lora(folder / "lightning_low_noise.safetensors", _blocks("blocks", WAN_LINEARS), expert, 6)
        if lightning
        else None,
    )


def write_qwen(folder: Path, *, lightning: bool) -> QwenFiles:
    """Write transformer, text encoder, VAE, processor and, with `lightning`, a LoRA."""
    ids = tokenizers.write_qwen(folder / "processor")
    dit = Part("qwen_image_dit", TinyQwenDiT, _name(TinyQwenDiT))
    text = Part(
        "qwen_image_text_encoder",
        lambda: TinyQwenTextEncoder(ids),
        _name(TinyQwenTextEncoder),
        {"token_ids": ids},
        f"{CONVERTERS}.qwen_image_text_encoder.QwenImageTextEncoderStateDictConverter",
        _official_text,
    )
    vae = Part("qwen_image_vae", TinyQwenVAE, _name(TinyQwenVAE))
    names = _blocks("transformer_blocks", QWEN_LINEARS)
    return QwenFiles(
        transformer=(_write(folder / "transformer.safetensors", dit, 11),),
        text=(_write(folder / "text_encoder.safetensors", text, 12),),
        vae=(_write(folder / "vae.safetensors", vae, 13),),
        tokenizer=folder / "processor",
        processor=folder / "processor",
        lora=_write_lora(folder / "lightning.safetensors", names, dit, 14) if lightning else None,
    )


def _write(path: Path, part: Part, seed: int) -> Path:
    """Write the weights and tell the loader, once a process, what they are."""
    weights = _random(part.build(), seed).state_dict()
    save_file({part.official(key): value.float().contiguous() for key, value in weights.items()}, path)
    entry: dict[str, object] = {
        "model_hash": hash_model_file(str(path)),
        "model_name": part.slot,
        "model_class": part.model_class,
        "extra_kwargs": dict(part.arguments),
    }
    if part.converter is not None:
        entry["state_dict_converter"] = part.converter
    if entry not in MODEL_CONFIGS:
        MODEL_CONFIGS.append(entry)
    return path


def _random(model: nn.Module, seed: int) -> nn.Module:
    """Give every parameter a finite value: some of the classes leave theirs as memory happened to be."""
    chance = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:
                inputs = parameter[0].numel()
                parameter.copy_(torch.randn(parameter.shape, generator=chance) * 0.7 / inputs**0.5)
            else:
                parameter.fill_(1.0 if name.endswith("weight") else 0.0)
    return model


def _write_lora(path: Path, layers: list[str], part: Part, seed: int) -> Path:
    """Write a LoRA with the names that the Lightning ones have, an alpha for each layer included."""
    chance = torch.Generator().manual_seed(seed)
    weights = part.build().state_dict()
    tensors: dict[str, Tensor] = {}
    for layer in layers:
        outputs, inputs = weights[f"{layer}.weight"].shape
        tensors[f"diffusion_model.{layer}.lora_down.weight"] = torch.randn(RANK, inputs, generator=chance) * 0.2
        tensors[f"diffusion_model.{layer}.lora_up.weight"] = torch.randn(outputs, RANK, generator=chance) * 0.2
        tensors[f"diffusion_model.{layer}.alpha"] = torch.tensor(float(RANK))
    save_file(tensors, path)
    return path


def _blocks(name: str, linears: tuple[str, ...]) -> list[str]:
    return [f"{name}.{block}.{linear}" for block in range(2) for linear in linears]


def _official_text(key: str) -> str:
    """Name a weight as the checkpoint does, which was made by an older release of transformers."""
    if key.startswith("model.visual."):
        return key.removeprefix("model.")
    return key.replace("model.language_model.", "model.", 1)


def _name(kind: type[nn.Module]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
