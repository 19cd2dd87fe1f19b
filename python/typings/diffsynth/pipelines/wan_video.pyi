from collections.abc import Sequence

import torch
from diffsynth.core import ModelConfig
from diffsynth.diffusion.base_pipeline import BasePipeline
from diffsynth.models.wan_video_dit import WanModel
from diffsynth.models.wan_video_vae import WanVideoVAE
from PIL import Image

class WanVideoPipeline(BasePipeline):
    dit: WanModel
    dit2: WanModel
    vae: WanVideoVAE
    @staticmethod
    def from_pretrained(
        *,
        torch_dtype: torch.dtype,
        device: str,
        model_configs: Sequence[ModelConfig],
        tokenizer_config: ModelConfig,
        redirect_common_files: bool = True,
    ) -> WanVideoPipeline: ...
    def __call__(self, **arguments: object) -> list[Image.Image]: ...
