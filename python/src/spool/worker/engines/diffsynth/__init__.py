"""DiffSynth on a GPU: Wan 2.2 for `i2v` and Qwen-Image-Edit for `qwen`.

Modules that need torch are `pipelines`, `seams`, `latents`, `device` and those below `tiny`; everything that is decided
is decided without it.
"""

from __future__ import annotations

from spool.models import hashes, paths
from spool.worker.engines.diffsynth.engine import DiffsynthEngine
from spool.worker.engines.diffsynth.pulled import PulledModels

NAME = "diffsynth"
WORKFLOWS = ("i2v", "qwen")


def create() -> DiffsynthEngine:
    """Make the engine."""
    return DiffsynthEngine(NAME, PulledModels(paths, hashes))
