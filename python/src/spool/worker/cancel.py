"""The flag by which a running engine learns that its job is no longer wanted."""

import threading


class CanceledError(Exception):
    """The engine saw the flag and stopped."""


class CancelFlag:
    """Set once by the thread that reads the socket, looked at by the engine between two steps."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Ask the engine to stop."""
        self._event.set()

    def is_set(self) -> bool:
        """Whether the job was canceled."""
        return self._event.is_set()

    def raise_if_set(self) -> None:
        """Leave the engine with `CanceledError` if the job was canceled."""
        if self._event.is_set():
            raise CanceledError

    def wait(self, seconds: float) -> None:
        """Wait for `seconds`, or leave with `CanceledError` as soon as the job is canceled."""
        if self._event.wait(seconds):
            raise CanceledError
