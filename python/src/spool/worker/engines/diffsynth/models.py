"""Which pipeline a class of jobs needs, and where its files come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from spool.worker.classes import BY_WORKFLOW

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from spool.worker.engines.diffsynth.files import Files


@dataclass(frozen=True, slots=True)
class Key:
    """A pipeline with its weights; `model` is empty for `i2v`, which has one."""

    workflow: str
    model: str
    preset: str


def key_of(requirement: str) -> Key:
    """Return the pipeline that a class of jobs needs: `i2v.SIZE.FRAMES.PRESET` or `qwen.MODEL.PRESET`."""
    workflow, *rest = requirement.split(".")
    return Key(workflow, rest[0] if workflow == "qwen" else "", rest[-1])


def classes_of(workflow: str) -> dict[str, Key]:
    """Return all classes of a workflow with the pipelines that they need."""
    return {name: key_of(name) for name in BY_WORKFLOW[workflow]}


class Models(Protocol):
    """Where files come from."""

    def missing(self, key: Key) -> str | None:
        """Say in a sentence what of a pipeline's files is missing; `None` when all are here."""
        ...

    def files(self, key: Key) -> AbstractContextManager[Files]:
        """Give the files of a pipeline while it is loaded."""
        ...

    def told(self, key: Key) -> dict[str, object]:
        """Say in the metadata of a result what the files are."""
        ...
