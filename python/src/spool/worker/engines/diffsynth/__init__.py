"""DiffSynth on a GPU: Wan 2.2 for `i2v` and Qwen-Image-Edit for `qwen`.

Modules that need torch are `pipelines`, `seams`, `latents`, `device` and those below `tiny`; everything that is decided
is decided without it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from spool.worker.engines import EngineUnavailableError
from spool.worker.engines.diffsynth.engine import DiffsynthEngine
from spool.worker.engines.diffsynth.pulled import PulledModels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

NAME = "diffsynth"
WORKFLOWS = ("i2v", "qwen")


def create() -> DiffsynthEngine:
    """Make the engine."""
    return DiffsynthEngine(NAME, PulledModels(_locate))


def _locate(workflow: str, model: str, preset: str) -> Mapping[str, Sequence[Path]]:
    """Ask the manifest: the only place where the engine depends on it."""
    try:
        return importlib.import_module("spool.models").paths(workflow, model, preset)
    except ModuleNotFoundError as error:
        raise EngineUnavailableError("This version has no list of models yet.") from error
