"""The files that a pipeline is loaded from. A model in several files is given whole, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class WanFiles:
    """Wan 2.2 I2V A14B: two experts, and for the preset `lightning` a LoRA for each."""

    high: tuple[Path, ...]
    low: tuple[Path, ...]
    text: tuple[Path, ...]
    vae: tuple[Path, ...]
    tokenizer: Path
    lora_high: Path | None = None
    lora_low: Path | None = None

    @property
    def models(self) -> tuple[tuple[Path, ...], ...]:
        """Each model that takes memory of its own."""
        return self.high, self.low, self.text, self.vae


@dataclass(frozen=True, slots=True)
class QwenFiles:
    """A model of Qwen-Image-Edit with the text encoder and VAE of Qwen-Image, and for `lightning` a LoRA."""

    transformer: tuple[Path, ...]
    text: tuple[Path, ...]
    vae: tuple[Path, ...]
    tokenizer: Path
    processor: Path
    lora: Path | None = None

    @property
    def models(self) -> tuple[tuple[Path, ...], ...]:
        """Each model that takes memory of its own."""
        return self.transformer, self.text, self.vae


Files = WanFiles | QwenFiles
