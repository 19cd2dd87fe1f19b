"""Engines: what runs a workflow. Each is imported only when it was asked for by name."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, cast

from spool.worker.classes import BY_WORKFLOW
from spool.worker.protocol import Missing, Output, Run, Timings

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
    "diffsynth": "spool.worker.engines.diffsynth",
    "diffsynth-tiny": "spool.worker.engines.diffsynth.tiny",
    "preview": "spool.worker.engines.preview",
    "scripted": "spool.worker.engines.scripted",
    "upscale": "spool.worker.engines.upscale",
}


class UnknownEngineError(ValueError):
    """An engine or workflow that does not exist, or a pair that does not go together."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """An engine for each workflow that was asked for, and those whose engine cannot be imported."""

    engines: dict[str, Engine] = field(default_factory=dict[str, "Engine"])
    missing: list[Missing] = field(default_factory=list[Missing])


def engines_for(wanted: str) -> Chosen:
    """Import the engines of a list such as `i2v=preview,qwen=preview`; the same name is one engine."""
    made: dict[str, Engine] = {}
    chosen = Chosen()
    for pair in wanted.split(","):
        workflow, _, name = (part.strip() for part in pair.partition("="))
        if workflow not in BY_WORKFLOW:
            raise UnknownEngineError(f"{workflow!r} is not a workflow; there are {', '.join(BY_WORKFLOW)}.")
        if name not in MODULES:
            raise UnknownEngineError(f"{name!r} is not an engine; there are {', '.join(sorted(MODULES))}.")
        try:
            module = cast("_EngineModule", importlib.import_module(MODULES[name]))
        except ImportError as error:
            why = f"The engine {name} cannot be imported ({error}). `make setup` installs what it needs."
            chosen.missing.append(Missing(workflow, name, why))
            continue
        if workflow not in module.WORKFLOWS:
            raise UnknownEngineError(f"The engine {name} does not run {workflow}, only {', '.join(module.WORKFLOWS)}.")
        if workflow in chosen.engines:
            raise UnknownEngineError(f"{workflow} is named twice.")
        chosen.engines[workflow] = made.get(name) or made.setdefault(name, module.create())
    return chosen
