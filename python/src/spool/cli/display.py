"""How a running job is shown: live in a terminal, in plain lines elsewhere, or not at all."""

import sys
from time import monotonic
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from spool.cli import wording
from spool.cli.estimate import Estimate
from spool.job import Job

LINE_EVERY = 0.25
"""Share of the whole after which a plain line repeats a phase."""


class Display(Protocol):
    """Shows states of one job, the newest last."""

    def update(self, job: Job) -> None:
        """Show this state."""
        ...

    def say(self, text: str) -> None:
        """Show a line that stays."""
        ...

    def result(self, text: str) -> None:
        """Show what came of the job, on standard output."""
        ...

    def pause(self) -> None:
        """Leave the terminal to a question, until the next `update`."""
        ...

    def close(self) -> None:
        """Stop showing."""
        ...


class Live:
    """A bar that moves."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._estimate = Estimate()
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=32),
            TaskProgressColumn(),
            TextColumn("{task.fields[steps]}", markup=False),
            TextColumn("{task.fields[left]}", style="dim", markup=False),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("Submitting", total=1.0, steps="", left="")
        self._bar.start()

    def update(self, job: Job) -> None:
        """Show this state."""
        self._estimate.update(job, monotonic())
        self._bar.start()
        fraction = job.progress.fraction if job.progress and job.status == "running" else 0.0
        self._bar.update(
            self._task,
            completed=1.0 if job.status == "succeeded" else fraction,
            description=wording.headline(job),
            steps=wording.steps(job),
            left=wording.remaining(job, self._estimate.seconds()),
        )

    def say(self, text: str) -> None:
        """Show a line that stays, above the bar."""
        self._console.print(Text(text))

    def result(self, text: str) -> None:
        """Print a line."""
        self._bar.stop()
        _print(text)

    def pause(self) -> None:
        """Take the bar away."""
        self._bar.stop()

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()


class Lines:
    """A line for every new phase and every quarter of the way."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._estimate = Estimate()
        self._last: tuple[str, int] | None = None

    def update(self, job: Job) -> None:
        """Print a line unless the last one still says it."""
        self._estimate.update(job, monotonic())
        fraction = job.progress.fraction if job.progress else 0.0
        key = (wording.headline(job), int(fraction / LINE_EVERY) if job.status == "running" else 0)
        if key != self._last and not job.is_terminal:
            self._last = key
            self.say(wording.line(job, self._estimate.seconds()))

    def say(self, text: str) -> None:
        """Print a line at once."""
        self._out.write(text + "\n")
        self._out.flush()

    def result(self, text: str) -> None:
        """Print a line."""
        _print(text)

    def pause(self) -> None:
        """Nothing is in the way of a question."""

    def close(self) -> None:
        """Nothing is left open."""


class Silent:
    """Shows nothing: what is printed is for a program."""

    def update(self, job: Job) -> None:
        """Show nothing."""

    def say(self, text: str) -> None:
        """Show nothing."""

    def result(self, text: str) -> None:
        """Show nothing."""

    def pause(self) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Show nothing."""


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def display_for(*, as_json: bool) -> Display:
    """Choose by where standard error goes; results alone go to standard output."""
    if as_json:
        return Silent()
    return Live(Console(stderr=True, highlight=False)) if sys.stderr.isatty() else Lines(sys.stderr)
