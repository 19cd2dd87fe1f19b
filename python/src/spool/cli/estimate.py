"""How long a job will still take, guessed from its own pace when the server does not say."""

from spool.job import Job

ENOUGH_SECONDS = 2.0
ENOUGH_SHARE = 0.05


class Estimate:
    """Watches the share that is done grow; begins anew with each attempt."""

    def __init__(self) -> None:
        self._attempt = -1
        self._start = (0.0, 0.0)
        self._last = (0.0, 0.0)

    def update(self, job: Job, now: float) -> None:
        """Take note of a state that was seen at `now`, in seconds of a clock that does not jump."""
        if job.status != "running" or job.progress is None:
            return
        seen = (now, job.progress.fraction)
        if job.attempts != self._attempt:
            self._attempt, self._start = job.attempts, seen
        self._last = seen

    def seconds(self) -> float | None:
        """Return the seconds that are left, or `None` as long as too little was seen."""
        (began, at_first), (now, done) = self._start, self._last
        if now - began < ENOUGH_SECONDS or done - at_first < ENOUGH_SHARE:
            return None
        return (1.0 - done) * (now - began) / (done - at_first)
