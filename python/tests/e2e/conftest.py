"""End to end: the command line and the library against a real server with an agent of the preview engine."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from spool import Client
from tests.e2e.guard import Guard, keep_output
from tests.e2e.keys import Keys
from tests.e2e.server import running

SAMPLES = Path(__file__).parents[3] / "tests" / "fixtures" / "samples"
CAT, COFFEE = SAMPLES / "chelsea.png", SAMPLES / "coffee.png"
SPOOL = Path(sysconfig.get_path("scripts")) / "spool"
PATIENCE = 120.0

SLOW = ("--size", "1280x720", "--frames", "161")
"""A job that takes long enough to be interrupted."""

Run = Callable[..., subprocess.CompletedProcess[str]]


@dataclass(frozen=True)
class Server:
    """A running server, and a key that may do everything on it."""

    url: str
    key: str = field(repr=False)

    def environment(self) -> dict[str, str]:
        """Return what a command gets: nothing of the caller's settings."""
        told = {"SPOOL_SERVER_URL": self.url, "SPOOL_API_KEY": self.key}
        return {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "COLUMNS": "120", **told}


@pytest.fixture(scope="session", autouse=True)
def guard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guard]:
    """Look after the last test whether all processes have ended and no secret was printed."""
    guard = Guard(tmp_path_factory.getbasetemp())
    yield guard
    wrong = guard.end()
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="session")
def server(guard: Guard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server for all of these tests."""
    folder = tmp_path_factory.mktemp("server")
    keys = Keys(folder, guard)
    key = keys.make("alice", "--scope", "submit,high,admin")
    api = {**keys.settings(), "SPOOL_RATE_PER_MINUTE": "1000000"}
    with running(folder, api=api, agent={"SPOOL_AGENT_TOKEN": keys.make("gpu", "--agent")}) as url:
        yield Server(url, key)


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    """Connect to the server."""
    with Client(server.url, api_key=server.key) as client:
        yield client


@pytest.fixture
def spool(server: Server, tmp_path: Path) -> Run:
    """Run the command line without a terminal, in a folder of its own; `options` go to `subprocess.run`."""

    def run(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [SPOOL, *arguments],
            cwd=tmp_path,
            env=server.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            **options,
        )
        keep_output(tmp_path, done.stdout + done.stderr)
        return done

    return run
