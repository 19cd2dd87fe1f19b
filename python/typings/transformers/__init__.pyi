# The part of transformers that Spool uses, so that types are checked where it is not installed.
from collections.abc import Mapping
from pathlib import Path

from tokenizers import Tokenizer
from torch import nn

class PreTrainedTokenizerFast:
    def __init__(
        self,
        *,
        tokenizer_object: Tokenizer,
        pad_token: str,
        eos_token: str,
        unk_token: str,
        model_max_length: int,
    ) -> None: ...
    def save_pretrained(self, folder: Path) -> None: ...

class Qwen2Tokenizer:
    @classmethod
    def from_pretrained(cls, folder: str, *, pad_token: str, eos_token: str) -> Qwen2Tokenizer: ...
    def add_special_tokens(self, tokens: dict[str, list[str]]) -> int: ...
    def convert_tokens_to_ids(self, token: str) -> int: ...

class Qwen2VLImageProcessor:
    def __init__(self, *, min_pixels: int, max_pixels: int, patch_size: int, merge_size: int) -> None: ...

class Qwen2VLVideoProcessor:
    def __init__(self, *, patch_size: int, merge_size: int) -> None: ...

class Qwen2VLProcessor:
    def __init__(
        self,
        *,
        image_processor: Qwen2VLImageProcessor,
        tokenizer: Qwen2Tokenizer,
        video_processor: Qwen2VLVideoProcessor,
        chat_template: str,
    ) -> None: ...
    def save_pretrained(self, folder: str) -> None: ...

class Qwen2_5_VLConfig:  # noqa: N801
    def __init__(
        self,
        *,
        text_config: Mapping[str, object],
        vision_config: Mapping[str, object],
        tie_word_embeddings: bool,
        **token_ids: int,
    ) -> None: ...

class Qwen2_5_VLModel(nn.Module):  # noqa: N801
    def __init__(self, config: Qwen2_5_VLConfig) -> None: ...
