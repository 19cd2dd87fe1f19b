"""The pipelines' own model classes with small sizes: nothing but widths, depths and vocabularies differs.

Two classes take their sizes as arguments. The others have them written into their constructors; a subclass here builds
the same modules smaller and inherits everything that computes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diffsynth.models.qwen_image_dit import (
    AdaLayerNorm,
    QwenEmbedRope,
    QwenImageDiT,
    QwenImageTransformerBlock,
    RMSNorm,
    TimestepEmbeddings,
)
from diffsynth.models.qwen_image_text_encoder import QwenImageTextEncoder
from diffsynth.models.qwen_image_vae import QwenImageVAE
from diffsynth.models.wan_video_vae import VideoVAE_, WanVideoVAE
from torch import nn
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLModel

if TYPE_CHECKING:
    from collections.abc import Mapping

LAYERS = 2

WAN_EXPERT: dict[str, object] = {
    "dim": 96,  # 4 heads of 24: a head's width must fall into three even parts, for time, height and width
    "ffn_dim": 192,
    "num_heads": 4,
    "num_layers": LAYERS,
    "in_dim": 36,  # 16 channels of noise, 16 of the picture, 4 of the mask: what makes it image-to-video
    "out_dim": 16,
    "text_dim": 64,
    "freq_dim": 32,
    "eps": 1e-6,
    "patch_size": [1, 2, 2],
    "has_image_input": False,
    "require_clip_embedding": False,
}
WAN_TEXT: dict[str, object] = {
    "vocab": 768, "dim": 64, "dim_attn": 64, "dim_ffn": 128, "num_heads": 4, "num_layers": LAYERS,
}  # fmt: skip

QWEN_WIDTH = 64
QWEN_HEADS = 2
QWEN_VOCABULARY = 1024


class TinyWanVAE(WanVideoVAE):
    """The video VAE with 8 base channels instead of 96."""

    def __init__(self) -> None:
        super().__init__()
        self.model = VideoVAE_(dim=8, z_dim=self.z_dim).eval().requires_grad_(requires_grad=False)


class TinyQwenVAE(QwenImageVAE):
    """The picture VAE with 8 base channels instead of 96."""

    def __init__(self) -> None:
        super().__init__(base_dim=8)


class TinyQwenDiT(QwenImageDiT):
    """The transformer of Qwen-Image with 2 blocks of width 64 instead of 60 of width 3072."""

    def __init__(self) -> None:
        nn.Module.__init__(self)
        width, head = QWEN_WIDTH, QWEN_WIDTH // QWEN_HEADS
        self.pos_embed = QwenEmbedRope(theta=10000, axes_dim=[8, 12, 12], scale_rope=True)
        self.time_text_embed = TimestepEmbeddings(
            32,
            width,
            diffusers_compatible_format=True,
            scale=1000,
            align_dtype_to_timestep=False,
            use_additional_t_cond=False,
        )
        self.txt_norm = RMSNorm(QWEN_WIDTH, eps=1e-6)
        self.img_in = nn.Linear(64, width)  # 16 channels of 2 by 2 latent pixels
        self.txt_in = nn.Linear(QWEN_WIDTH, width)
        self.transformer_blocks = nn.ModuleList(
            QwenImageTransformerBlock(dim=width, num_attention_heads=QWEN_HEADS, attention_head_dim=head)
            for _ in range(LAYERS)
        )
        self.norm_out = AdaLayerNorm(width, single=True)
        self.proj_out = nn.Linear(width, 64)


class TinyQwenTextEncoder(QwenImageTextEncoder):
    """Qwen2.5-VL with its vision tower; `token_ids` are those that the processor gave to the special tokens."""

    def __init__(self, token_ids: Mapping[str, int]) -> None:
        nn.Module.__init__(self)
        text = {
            "hidden_size": QWEN_WIDTH,
            "intermediate_size": 2 * QWEN_WIDTH,
            "num_hidden_layers": LAYERS,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "vocab_size": QWEN_VOCABULARY,
            # The three sections together are half of a head's width.
            "rope_scaling": {"mrope_section": [2, 3, 3], "rope_type": "default", "type": "default"},
            "rope_theta": 1e6,
            "max_position_embeddings": 8192,
            "rms_norm_eps": 1e-6,
            "model_type": "qwen2_5_vl_text",
        }
        vision = {
            "depth": 2,
            "hidden_size": 32,
            "num_heads": 2,
            "intermediate_size": 64,
            "out_hidden_size": QWEN_WIDTH,
            "fullatt_block_indexes": [1],
            "patch_size": 14,
            "spatial_merge_size": 2,
            "temporal_patch_size": 2,
            "window_size": 112,
            "in_channels": 3,
            "tokens_per_second": 2,
            "model_type": "qwen2_5_vl",
        }
        self.config = Qwen2_5_VLConfig(
            text_config=text, vision_config=vision, tie_word_embeddings=False, **dict(token_ids)
        )
        self.model = Qwen2_5_VLModel(self.config)
        self.lm_head = nn.Linear(QWEN_WIDTH, QWEN_VOCABULARY, bias=False)
