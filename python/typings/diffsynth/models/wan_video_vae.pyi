from collections.abc import Sequence

from diffsynth.diffusion.base_pipeline import VAE
from torch import Tensor, nn

class VideoVAE_(VAE):  # noqa: N801
    def __init__(self, dim: int = 96, z_dim: int = 4) -> None: ...
    def clear_cache(self) -> None: ...

class WanVideoVAE(nn.Module):
    model: VideoVAE_
    z_dim: int
    def __init__(self, z_dim: int = 16) -> None: ...
    def encode(self, videos: Sequence[Tensor], device: str) -> Tensor: ...
