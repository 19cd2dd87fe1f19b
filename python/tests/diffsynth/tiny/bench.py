"""Runs jobs on loaded pipelines in this process, and keeps all that they told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spool.worker.cancel import CancelFlag
from spool.worker.engines.diffsynth.qwen import Edit
from spool.worker.engines.diffsynth.stages import Stages
from spool.worker.engines.diffsynth.wan import Clip
from spool.worker.report import Pacer, Report

if TYPE_CHECKING:
    from spool.worker.engines.diffsynth.seams import Loaded
    from spool.worker.protocol import FromWorker, Run


class Told(Report):
    """A report that sends whatever it is given at once, and keeps it."""

    def __init__(self) -> None:
        self.sent: list[FromWorker] = []
        self.steps: list[tuple[str, int, int]] = []
        super().__init__("job", self.sent.append, Pacer(self.sent.append))

    def progress(self, phase: str, step: int = 0, steps: int = 0) -> None:
        self.steps.append((phase, step, steps))
        super().progress(phase, step, steps)

    def preview_due(self) -> bool:
        return True


class SetAt(CancelFlag):
    """A flag that sets itself when it is asked for the n-th time; 0 is never."""

    def __init__(self, at: int = 0) -> None:
        super().__init__()
        self.at = at
        self.asked = 0

    def raise_if_set(self) -> None:
        self.asked += 1
        if self.asked == self.at:
            self.set()
        super().raise_if_set()


@dataclass
class Bench:
    """Both pipelines, warm."""

    loaded: dict[str, Loaded]
    told: Told = field(default_factory=Told)
    stages: Stages | None = None

    def made(self, run: Run, cancel: CancelFlag | None = None) -> bytes:
        """Run a job; return the bytes of all its frames one after the other."""
        job = Clip.of(run) if run.workflow == "i2v" else Edit.of(run)
        loaded = self.loaded[run.workflow]
        self.told = Told()
        self.stages = Stages(self.told, cancel or CancelFlag(), loaded.device.settle)
        frames = loaded.call(job.arguments(tiled=False), job.counts(), self.stages)
        return b"".join(frame.tobytes() for frame in frames)
