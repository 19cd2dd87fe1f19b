from collections.abc import Sequence

import torch
from diffsynth.core import ModelConfig
from diffsynth.diffusion.base_pipeline import BasePipeline
from diffsynth.models.qwen_image_dit import QwenImageDiT
from diffsynth.models.qwen_image_vae import QwenImageVAE
from PIL import Image

class QwenImagePipeline(BasePipeline):
    dit: QwenImageDiT
    vae: QwenImageVAE
    @staticmethod
    def from_pretrained(
        *,
        torch_dtype: torch.dtype,
        device: str,
        model_configs: Sequence[ModelConfig],
        tokenizer_config: ModelConfig,
        processor_config: ModelConfig,
    ) -> QwenImagePipeline: ...
    def __call__(self, **arguments: object) -> Image.Image: ...
