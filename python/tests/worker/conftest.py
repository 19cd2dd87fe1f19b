"""A folder and a scripted worker for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.worker.harness import WorkerProcess


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[WorkerProcess]:
    """Start a worker with the scripted engine for every workflow, and read its hello."""
    with WorkerProcess(tmp_path) as process:
        assert process.next()[0] == "hello"
        yield process


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """Tell where the scripted engine writes the result of a job."""
    return lambda job: tmp_path / "out" / job / "picture.png"
