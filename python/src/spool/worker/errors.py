"""Why a job failed, in the words of the protocol."""

import errno

PERMANENT_CODES = frozenset({"bad_input", "missing_weights", "out_of_memory", "result_too_large"})
"""Codes for which the same job on the same kind of node would fail again.

Whether an agent with more memory gets a job that ran out of it is for the server to decide.
"""


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says when a file cannot grow: the disk is full, or a quota or a limit of this process is."""


class JobFailedError(Exception):
    """A job that cannot succeed, with what its owner should read.

    `code` is one of `bad_input`, `missing_weights`, `out_of_memory`, `result_too_large`, `storage` and
    `engine_error`;
    `hint` says what would help, if anything is known to.
    """

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    @property
    def retryable(self) -> bool:
        """Whether another attempt may end differently."""
        return self.code not in PERMANENT_CODES


def failure_from(error: Exception) -> JobFailedError:
    """Turn anything that an engine raised into a failure with a code."""
    if isinstance(error, JobFailedError):
        return error
    if isinstance(error, MemoryError):
        return JobFailedError(
            "out_of_memory", "The worker ran out of memory.", "Ask for a smaller size or fewer frames."
        )
    # PyAV and Pillow raise classes of their own that carry the number.
    if getattr(error, "errno", None) in _NO_ROOM:
        return JobFailedError("storage", "The node has no room for the result.", "Another node may have room.")
    return JobFailedError("engine_error", f"{type(error).__name__}: {error}"[:500])
