"""Engines: what runs a workflow. Each is imported only when it was asked for by name."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, cast

from spool.worker.classes import BY_WORKFLOW
from spool.worker.protocol import Output, Run, Timings

if TYPE_CHECKING:
    from spool.worker.cancel import CancelFlag
    from spool.worker.report import Report


@dataclass(frozen=True, slots=True)
class Result:
    """What a finished job left behind; `warm` names the classes whose models stay loaded."""

    outputs: tuple[Output, ...]
    timings: Timings = field(default_factory=Timings)
    warm: tuple[str, ...] = ()


class EngineUnavailableError(Exception):
    """An engine cannot run here; the message says in a sentence or two what is missing, and what helps."""


class Engine(Protocol):
    """What the loop needs of an engine. Only `load` may take long before the first step."""

    name: str

    def describe(self, workflow: str) -> tuple[str, ...]:
        """Name the requirement classes of `workflow` that this engine fulfils; raises `EngineUnavailableError`."""
        ...

    def load(self, run: Run, report: Report, cancel: CancelFlag) -> None:
        """Make ready what `run` needs, if it is not ready yet."""
        ...

    def run(self, run: Run, report: Report, cancel: CancelFlag) -> Result:
        """Do the job. Raises `CanceledError` within a step of a cancel, `JobFailedError` for what is understood."""
        ...

    def unload(self) -> None:
        """Give back what `load` took."""
        ...


class _EngineModule(Protocol):
    WORKFLOWS: tuple[str, ...]

    def create(self) -> Engine: ...


MODULES = {
    "preview": "spool.worker.engines.preview",
    "scripted": "spool.worker.engines.scripted",
    "upscale": "spool.worker.engines.upscale",
}


class UnknownEngineError(ValueError):
    """An engine or workflow that does not exist, or a pair that does not go together."""


def engines_for(wanted: str) -> dict[str, Engine]:
    """Import the engines of a list such as `i2v=preview,qwen=preview`; the same name is one engine.

    One that cannot be imported stands in the result nevertheless, and says so when it is asked what it fulfils.
    """
    made: dict[str, Engine] = {}
    chosen: dict[str, Engine] = {}
    for pair in wanted.split(","):
        workflow, _, name = (part.strip() for part in pair.partition("="))
        if workflow not in BY_WORKFLOW:
            raise UnknownEngineError(f"{workflow!r} is not a workflow; there are {', '.join(BY_WORKFLOW)}.")
        if name not in MODULES:
            raise UnknownEngineError(f"{name!r} is not an engine; there are {', '.join(sorted(MODULES))}.")
        try:
            module = cast("_EngineModule", importlib.import_module(MODULES[name]))
        except ImportError as error:
            chosen[workflow] = made.get(name) or made.setdefault(name, AbsentEngine(name, error))
            continue
        if workflow not in module.WORKFLOWS:
            raise UnknownEngineError(f"The engine {name} does not run {workflow}, only {', '.join(module.WORKFLOWS)}.")
        if workflow in chosen:
            raise UnknownEngineError(f"{workflow} is named twice.")
        chosen[workflow] = made.get(name) or made.setdefault(name, module.create())
    return chosen


class AbsentEngine:
    """Stands for an engine whose module cannot be imported."""

    def __init__(self, name: str, error: ImportError) -> None:
        self.name = name
        self._why = f"The engine {name} cannot be imported ({error}). `make setup` installs what it needs."

    def describe(self, workflow: str) -> tuple[str, ...]:  # noqa: ARG002 - as the protocol has it
        """Say why nothing is fulfilled."""
        raise EngineUnavailableError(self._why)

    def load(self, run: Run, report: Report, cancel: CancelFlag) -> None:  # noqa: ARG002 - as the protocol has it
        """Refuse: nothing of this engine was offered."""
        raise EngineUnavailableError(self._why)

    def run(self, run: Run, report: Report, cancel: CancelFlag) -> Result:  # noqa: ARG002 - as the protocol has it
        """Refuse: nothing of this engine was offered."""
        raise EngineUnavailableError(self._why)

    def unload(self) -> None:
        """Hold nothing."""
