"""End to end: the command line and the library against a real server with an agent of the preview engine."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from spool import Client
from tests.e2e.server import running

SAMPLES = Path(__file__).parents[3] / "tests" / "fixtures" / "samples"
CAT, COFFEE = SAMPLES / "chelsea.png", SAMPLES / "coffee.png"
SPOOL = Path(sysconfig.get_path("scripts")) / "spool"
PATIENCE = 120.0

SLOW = ("--size", "1280x720", "--frames", "161")
"""A job that takes long enough to be interrupted."""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a server for all of these tests."""
    with running(tmp_path_factory.mktemp("server")) as address:
        yield address


def environment(server: str) -> dict[str, str]:
    """Return what a command gets: nothing of the caller's settings."""
    return {"PATH": os.environ["PATH"], "SPOOL_SERVER_URL": server, "TERM": "xterm-256color", "COLUMNS": "120"}


@pytest.fixture
def client(server: str) -> Iterator[Client]:
    """Connect to the server."""
    with Client(server) as client:
        yield client


@pytest.fixture
def spool(server: str, tmp_path: Path) -> Run:
    """Run the command line without a terminal, in a folder of its own."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SPOOL, *arguments],
            cwd=tmp_path,
            env=environment(server),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    return run
