"""What must hold after the last test: every process has ended, and no secret stands in a log or in what was printed."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

ORPHANS_END_WITHIN = 5.0


class Guard:
    """Looks into the folder below which all processes of the tests run, and all their logs lie."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._secrets: set[str] = set()

    def keep(self, secret: str) -> str:
        """Take note of a secret, and return it."""
        self._secrets.add(secret)
        return secret

    def end(self) -> list[str]:
        """Return what is wrong, and end whatever should have ended by itself."""
        return [*self._orphans(), *self._leaks()]

    def _orphans(self) -> list[str]:
        deadline = time.monotonic() + ORPHANS_END_WITHIN
        while (left := living_in(self._folder)) and time.monotonic() < deadline:
            time.sleep(0.02)
        told = [f"left behind: {pid} {command_line(pid)}" for pid in left]
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return told

    def _leaks(self) -> list[str]:
        """Name the logs, never the secrets."""
        secrets = [secret.encode() for secret in self._secrets]
        logs = [path for path in self._folder.rglob("*.log") if path.is_file()]
        leaky = [path for path in logs if any(secret in path.read_bytes() for secret in secrets)]
        return [f"a secret stands in {path}" for path in leaky]


def keep_output(folder: Path, text: str) -> None:
    """Add what a command printed to a log in the folder where it ran, for the guard to look at."""
    with (folder / "output.log").open("a") as log:
        log.write(text)


def living_in(folder: Path) -> list[int]:
    """Return the processes whose working directory is `folder` or below it; a zombie has none."""
    found: list[int] = []
    for process in Path("/proc").iterdir():
        with suppress(OSError):  # it has ended meanwhile, or belongs to somebody else
            if process.name.isdecimal() and (process / "cwd").readlink().is_relative_to(folder):
                found.append(int(process.name))
    return found


def command_line(pid: int) -> str:
    """Return the words of a process; none when it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
    return ""
