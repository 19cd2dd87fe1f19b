"""How a command ends whose job, or what the job made, stays on the server."""

from spool.errors import NotFoundError
from spool.job import Job


class LeftError(Exception):
    """The command ends before it has fetched a result: because of `cause`, or, without one, because the person left.

    It names the job, because without its id nobody finds it again.
    """

    def __init__(self, job: Job, cause: Exception | None = None) -> None:
        super().__init__(f"Job {job.id} is left on the server.")
        self.job = job
        self.cause = cause

    def remedy(self) -> list[str]:
        """Return what can be typed next."""
        if isinstance(self.cause, NotFoundError):
            return []
        if self.job.status == "succeeded":
            return [f"Job {self.job.id} is done. Fetch its result with: spool show {self.job.id} -o FILE"]
        return [
            f"Job {self.job.id} goes on. Look at it with: spool show {self.job.id} --follow",
            f"Cancel it with: spool cancel {self.job.id}",
        ]
