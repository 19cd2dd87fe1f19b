"""The engine `diffsynth` with random weights of 13 MB: what it makes is noise, and labelled so.

Everything but the numbers and sizes is real: pipelines, loader, LoRAs, schedulers. It shows in seconds, on any machine,
that a node is able to run the engine, and it is how the engine is tested.
"""

from __future__ import annotations

import importlib
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from spool.worker.engines.diffsynth.engine import DiffsynthEngine

if TYPE_CHECKING:
    from collections.abc import Generator

    from spool.worker.engines.diffsynth.files import Files
    from spool.worker.engines.diffsynth.models import Key

NAME = "diffsynth-tiny"
NOTICE = "random weights: the picture is noise"
WORKFLOWS = ("i2v", "qwen")


def create() -> DiffsynthEngine:
    """Make the engine."""
    return DiffsynthEngine(NAME, TinyModels())


class TinyModels:
    """Writes a pipeline's files when it is loaded, and removes them after that."""

    def missing(self, key: Key) -> str | None:  # noqa: ARG002 - all are alike
        """Lack nothing."""
        return None

    @contextmanager
    def files(self, key: Key) -> Generator[Files]:
        """Give the files while they are there."""
        weights = importlib.import_module("spool.worker.engines.diffsynth.tiny.weights")
        with TemporaryDirectory(prefix="spool-tiny-") as folder:
            write = weights.write_wan if key.workflow == "i2v" else weights.write_qwen
            yield write(Path(folder), lightning=key.preset == "lightning")

    def told(self, key: Key) -> dict[str, object]:  # noqa: ARG002 - all are alike
        """Say that no trained model ran."""
        return {"notice": NOTICE}
