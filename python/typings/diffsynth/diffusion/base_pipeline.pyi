from collections.abc import Sequence

from diffsynth.diffusion import FlowMatchScheduler
from PIL import Image
from torch import nn

class PipelineUnit: ...

class PipelineUnitRunner:
    def __call__(self, unit: PipelineUnit, *arguments: object) -> tuple[object, ...]: ...

class VAE(nn.Module):
    encoder: nn.Module
    decoder: nn.Module

class BasePipeline(nn.Module):
    device: str
    scheduler: FlowMatchScheduler
    unit_runner: PipelineUnitRunner
    def __call__(self, **arguments: object) -> Image.Image | list[Image.Image]: ...
    def load_lora(self, module: nn.Module, lora_config: str) -> None: ...
    def load_models_to_device(self, model_names: Sequence[str]) -> None: ...
