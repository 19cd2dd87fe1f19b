"""End to end: the command line and the library against a real server with agents of the preview engine.

`SPOOL_E2E_SERVER` names the server; the harness that starts one sets it. Without it there is nothing to collect here.
"""

from __future__ import annotations

import os
import subprocess
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from spool import Client

SERVER = os.environ.get("SPOOL_E2E_SERVER", "")
if not SERVER:
    collect_ignore_glob = ["test_*.py"]

SAMPLES = Path(__file__).parents[3] / "tests" / "fixtures" / "samples"
CAT, COFFEE = SAMPLES / "chelsea.png", SAMPLES / "coffee.png"
SPOOL = Path(sysconfig.get_path("scripts")) / "spool"
PATIENCE = 120.0

SLOW = ("--size", "1280x720", "--frames", "161")
"""A job that takes long enough to be interrupted."""

Run = Callable[..., subprocess.CompletedProcess[str]]


def environment() -> dict[str, str]:
    """Return what a command gets: nothing of the caller's settings."""
    return {"PATH": os.environ["PATH"], "SPOOL_SERVER_URL": SERVER, "TERM": "xterm-256color", "COLUMNS": "120"}


@pytest.fixture
def client() -> Iterator[Client]:
    """Connect to the server."""
    with Client(SERVER) as client:
        yield client


@pytest.fixture
def spool(tmp_path: Path) -> Run:
    """Run the command line without a terminal, in a folder of its own."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SPOOL, *arguments],
            cwd=tmp_path,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    return run
