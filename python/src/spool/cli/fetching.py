"""How a pull and a comparison are shown: bars in a terminal, lines elsewhere, nothing for a program."""

import sys
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from spool.cli import wording
from spool.models.pull import Watcher

LINE_EVERY = 0.25
"""Share of a file after which a plain line repeats it."""

LARGE = 1_000_000_000
"""Bytes from which on a file has lines between its first and its last."""

LONG = 48
"""Characters of a name that fit beside a bar."""


class Bars(Watcher):
    """A bar for the file that is being fetched or compared."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, visible=False)
        self._files = self._begun = 0

    def waits(self) -> None:
        """Say so."""
        self.says("Another pull is at work in this folder; waiting for it.")

    def says(self, sentence: str) -> None:
        """Print a line."""
        self._console.print(sentence, markup=False, soft_wrap=True)

    def plans(self, files: int, missing: int, free: int) -> None:
        """Print a line, and count from here on."""
        self._files = files
        self.says(plan(files, missing, free))

    def begins(self, name: str, done: int, size: int) -> None:
        """Show its bar."""
        self._bar.start()
        self._begun += bool(self._files)
        count = f"{self._begun}/{self._files} " if self._files else ""
        shown = name if len(name) <= LONG else f"…{name[1 - LONG :]}"
        self._bar.reset(self._task, description=count + shown, completed=done, total=size, visible=True)

    def moves(self, done: int) -> None:
        """Move the bar."""
        self._bar.update(self._task, completed=done)

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()


class Lines(Watcher):
    """A line for every file, and for every quarter of a large one."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._name, self._size, self._said = "", 0, 0

    def waits(self) -> None:
        """Say so."""
        self.says("Another pull is at work in this folder; waiting for it.")

    def says(self, sentence: str) -> None:
        """Print a line."""
        self._out.write(sentence + "\n")
        self._out.flush()

    def plans(self, files: int, missing: int, free: int) -> None:
        """Print a line."""
        self.says(plan(files, missing, free))

    def begins(self, name: str, done: int, size: int) -> None:
        """Print a line."""
        self._name, self._size = name, size
        self._said = self._quarter(done)
        self.says(f"{name} ({wording.size(size)}{f', {wording.size(done)} of it are here' if done else ''})")

    def moves(self, done: int) -> None:
        """Print a line for each quarter of a large file."""
        if self._size >= LARGE and self._quarter(done) > self._said and done < self._size:
            self._said = self._quarter(done)
            self.says(f"{self._name}: {wording.size(done)} of {wording.size(self._size)}")

    def _quarter(self, done: int) -> int:
        return int(done / max(1, self._size) / LINE_EVERY)


def plan(files: int, missing: int, free: int) -> str:
    """Say what a pull will do."""
    if not files:
        return "Nothing is missing."
    several = "s" if files > 1 else ""
    return f"{files} file{several} to fetch, {wording.size(missing)}; the disk has {wording.size(free)} left."


def fetching(*, as_json: bool) -> Watcher:
    """Choose by where standard error goes."""
    if as_json:
        return Watcher()
    return Bars(Console(stderr=True, highlight=False)) if sys.stderr.isatty() else Lines(sys.stderr)
