"""What a running job tells: progress at a rate that an agent can take, previews now and then.

Progress goes out at most every 50 ms. A value that comes sooner waits for its turn and is replaced by a newer one; the
last value of a phase is never lost, because it goes out before the first one of the next phase and before the ending.
"""

import threading
from collections.abc import Callable, Mapping
from time import monotonic

from spool.worker import protocol

PROGRESS_INTERVAL = 0.05
PREVIEW_INTERVAL = 0.5
MAX_PREVIEW_BYTES = 48 * 1024
MAX_PREVIEW_EDGE = 480

Send = Callable[[protocol.FromWorker], None]


class Pacer:
    """Sends progress of the running job; one for the life of the worker, with one thread for values that wait."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._wake = threading.Condition()
        self._waiting: protocol.Progress | None = None
        self._phase: str | None = None
        self._due = 0.0
        self._asleep = True
        threading.Thread(target=self._run, name="pacer", daemon=True).start()

    def begin(self) -> None:
        """Forget the job before: the first value of a new job goes out at once."""
        with self._wake:
            self._waiting = None
            self._phase = None
            self._due = 0.0

    def offer(self, value: protocol.Progress) -> None:
        """Send `value` now if its time has come, else keep it until then or until a newer one replaces it."""
        with self._wake:
            if value.phase != self._phase:
                self._flush()
                self._phase = value.phase
            if monotonic() >= self._due:
                self._emit(value)
                return
            self._waiting = value
            if self._asleep:
                self._asleep = False
                self._wake.notify()

    def flush(self) -> None:
        """Send the value that waits, if any."""
        with self._wake:
            self._flush()

    def _flush(self) -> None:
        if self._waiting is not None:
            self._emit(self._waiting)

    def _emit(self, value: protocol.Progress) -> None:
        self._waiting = None
        self._due = monotonic() + PROGRESS_INTERVAL
        self._send(value)

    def _run(self) -> None:
        """Wake at most once an interval: jobs of a millisecond must not pay for a thread that they do not need."""
        with self._wake:
            while True:
                self._asleep = True
                self._wake.wait()
                self._wake.wait(PROGRESS_INTERVAL)
                while self._waiting is not None:
                    left = self._due - monotonic()
                    if left > 0:
                        self._wake.wait(left)
                    else:
                        self._flush()


class Report:
    """The running job's voice: an engine calls `progress` and `preview`, the loop sends the ending."""

    def __init__(self, job: str, send: Send, pacer: Pacer) -> None:
        self._job = job
        self._send = send
        self._pacer = pacer
        self._starts: dict[str, tuple[float, float]] = {}
        self._fraction = 0.0
        self._preview_due = 0.0
        pacer.begin()

    def plan(self, weights: Mapping[str, float]) -> None:
        """Say which phases come, in their order, and what share of the job's time each takes (any positive unit)."""
        total = sum(weights.values())
        done = 0.0
        for phase, weight in weights.items():
            self._starts[phase] = (done / total, weight / total)
            done += weight

    def progress(self, phase: str, step: int = 0, steps: int = 0) -> None:
        """Say that `step` of `steps` in `phase` is done; a phase without steps has just begun."""
        start, share = self._starts.get(phase, (self._fraction, 0.0))
        inside = step / steps if steps else 0.0
        self._fraction = max(self._fraction, min(1.0, start + share * inside))
        self._pacer.offer(protocol.Progress(self._job, phase, step, steps, self._fraction))

    def preview_due(self) -> bool:
        """Whether a preview would be sent now; asked first, so that none is made for nothing."""
        return monotonic() >= self._preview_due

    def preview(self, content_type: str, width: int, height: int, data: bytes) -> bool:
        """Send a preview and return True, unless the last is younger than 500 ms or this one over the limits."""
        if not self.preview_due() or len(data) > MAX_PREVIEW_BYTES or max(width, height) > MAX_PREVIEW_EDGE:
            return False
        self._preview_due = monotonic() + PREVIEW_INTERVAL
        self._send(protocol.Preview(self._job, content_type, width, height, data))
        return True
