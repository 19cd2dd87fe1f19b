from collections.abc import Sequence

from torch import nn

class AdaLayerNorm(nn.Module):
    def __init__(self, dim: int, single: bool = False) -> None: ...

class QwenEmbedRope(nn.Module):
    def __init__(self, theta: int, axes_dim: Sequence[int], scale_rope: bool = False) -> None: ...

class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float) -> None: ...

class TimestepEmbeddings(nn.Module):
    def __init__(
        self,
        dim_in: int,
        dim_out: int,
        *,
        diffusers_compatible_format: bool,
        scale: int,
        align_dtype_to_timestep: bool,
        use_additional_t_cond: bool,
    ) -> None: ...

class QwenImageTransformerBlock(nn.Module):
    def __init__(self, dim: int, num_attention_heads: int, attention_head_dim: int) -> None: ...

class QwenImageDiT(nn.Module):
    transformer_blocks: nn.ModuleList
