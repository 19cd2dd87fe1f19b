"""Where a run is: which phase, which step of it, for how long, and whether it is still wanted."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spool.worker.cancel import CancelFlag
    from spool.worker.report import Report


@dataclass(frozen=True, slots=True)
class Counts:
    """How often things happen in a run: the phase of each step, and the calls of the VAE's two halves."""

    steps: Sequence[str]
    encodes: int
    decodes: int


class Stages:
    """Tells a run's progress and keeps the seconds that each of its phases took.

    `settle` waits until the GPU has done what it was given: otherwise the processor runs ahead and all times are wrong.
    """

    def __init__(self, report: Report, cancel: CancelFlag, settle: Callable[[], None]) -> None:
        self.report = report
        self.seconds: dict[str, float] = {}
        self.step_seconds: list[float] = []
        self._cancel = cancel
        self._settle = settle
        self._phase: str | None = None
        self._done = self._steps = 0
        self._began = monotonic()

    def check(self) -> None:
        """Leave with `CanceledError` if the job was canceled."""
        self._cancel.raise_if_set()

    def enter(self, phase: str, steps: int = 0) -> None:
        """End the phase before and begin the next one, which has so many steps."""
        self.leave()
        self._phase, self._done, self._steps = phase, 0, steps
        self.report.progress(phase, 0, steps)

    def step(self) -> None:
        """Tell that one more step of the phase is done."""
        self.check()
        self._settle()
        self._done = min(self._done + 1, self._steps)
        if self._phase is not None:
            self.report.progress(self._phase, self._done, self._steps)

    def leave(self) -> None:
        """End the phase that runs."""
        self.check()
        self._settle()
        now = monotonic()
        if self._phase is not None:
            self.seconds[self._phase] = self.seconds.get(self._phase, 0.0) + now - self._began
        self._phase, self._began = None, now

    def milliseconds(self, *phases: str) -> int:
        """Return how long these phases took together."""
        return round(1000 * sum(self.seconds.get(phase, 0.0) for phase in phases))
