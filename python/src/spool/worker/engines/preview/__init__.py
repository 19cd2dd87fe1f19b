"""The engine without AI, and labelled so: camera motion for `i2v`, edits by keywords for `qwen`.

It lets a machine without a GPU run the whole product. What it makes depends on the pictures, the prompt's words, the
parameters and the seed alone: the same job gives the same bytes.
"""

from spool.worker.engines.preview.engine import PreviewEngine

WORKFLOWS = ("i2v", "qwen")


def create() -> PreviewEngine:
    """Make the engine."""
    return PreviewEngine()
