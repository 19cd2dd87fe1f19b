"""Tokenizers and a processor for the tiny models, trained on four sentences, in the folders that the pipelines read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    PreTrainedTokenizerFast,
    Qwen2Tokenizer,
    Qwen2VLImageProcessor,
    Qwen2VLProcessor,
    Qwen2VLVideoProcessor,
)

if TYPE_CHECKING:
    from pathlib import Path

SENTENCES = (
    "the boat drifts past the quay while the camera tilts up and the light fades",
    "replace the sign above the door, keep the people as they are, brighten the street",
    "Describe the input image, then explain how the instruction should alter or modify it",
    "Picture 1: Picture 2: Picture 3: system user assistant",
)
VOCABULARY = 700

PAD, END, UNKNOWN = "<pad>", "</s>", "<unk>"
QWEN_PAD, QWEN_END = "<|endoftext|>", "<|im_end|>"
QWEN_SPECIAL = {
    "bos_token_id": QWEN_PAD,
    "eos_token_id": QWEN_END,
    "image_token_id": "<|image_pad|>",
    "video_token_id": "<|video_pad|>",
    "vision_start_token_id": "<|vision_start|>",
    "vision_end_token_id": "<|vision_end|>",
    "vision_token_id": "<|vision_pad|>",
}


def write_wan(folder: Path) -> None:
    """Write a tokenizer that, like the one of T5, closes each text with `</s>`."""
    tokenizer = _trained(models.BPE(unk_token=UNKNOWN), [PAD, END, UNKNOWN])
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.post_processor = processors.TemplateProcessing(single=f"$A {END}", special_tokens=[(END, 1)])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token=PAD, eos_token=END, unk_token=UNKNOWN, model_max_length=512
    )
    fast.save_pretrained(folder)


def write_qwen(folder: Path) -> dict[str, int]:
    """Write a processor of texts and pictures; return the ids of its special tokens."""
    folder.mkdir(parents=True, exist_ok=True)
    _trained(models.BPE(), []).model.save(str(folder))
    tokenizer = Qwen2Tokenizer.from_pretrained(str(folder), pad_token=QWEN_PAD, eos_token=QWEN_END)
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>", *QWEN_SPECIAL.values()]})
    processor = Qwen2VLProcessor(
        image_processor=Qwen2VLImageProcessor(
            min_pixels=56 * 56, max_pixels=28 * 28 * 1280, patch_size=14, merge_size=2
        ),
        tokenizer=tokenizer,
        video_processor=Qwen2VLVideoProcessor(patch_size=14, merge_size=2),
        chat_template="{% for message in messages %}{{ message['content'] }}{% endfor %}",
    )
    processor.save_pretrained(str(folder))
    return {name: tokenizer.convert_tokens_to_ids(token) for name, token in QWEN_SPECIAL.items()}


def _trained(model: models.BPE, special: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    return tokenizer
