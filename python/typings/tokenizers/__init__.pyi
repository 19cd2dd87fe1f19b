# The part of tokenizers that Spool uses, so that types are checked where it is not installed.
from collections.abc import Iterable

from tokenizers import decoders as decoders
from tokenizers import models as models
from tokenizers import normalizers as normalizers
from tokenizers import pre_tokenizers as pre_tokenizers
from tokenizers import processors as processors
from tokenizers import trainers as trainers

class Tokenizer:
    model: models.BPE
    normalizer: normalizers.NFKC
    pre_tokenizer: pre_tokenizers.ByteLevel
    decoder: decoders.ByteLevel
    post_processor: processors.TemplateProcessing
    def __init__(self, model: models.BPE) -> None: ...
    def train_from_iterator(self, texts: Iterable[str], trainer: trainers.BpeTrainer) -> None: ...
