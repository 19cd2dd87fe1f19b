"""The script of `infra/nodes`, run as somebody would who rents a machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.e2e.guard import living_in
from tests.e2e.server import ROOT, program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SCRIPT = ROOT / "infra" / "nodes" / "node.sh"
PATIENCE = 120.0


@dataclass
class Machine:
    """A folder that stands for a rented machine, and what was started there."""

    folder: Path
    settings: dict[str, str]
    running: list[subprocess.Popen[str]] = field(default_factory=list[subprocess.Popen[str]])

    @property
    def node(self) -> Path:
        """Name the folder of the node."""
        return self.folder / "node"

    @property
    def log(self) -> Path:
        """Name what everything that was started in the background printed."""
        return self.folder / "node.log"

    def run(self, *arguments: str, told: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        """Run the script to its end, with `told` on its standard input."""
        return subprocess.run(
            [SCRIPT, *arguments], cwd=self.folder, env={**self.settings, **settings},
            input=told, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        """Start the script in the background."""
        with self.log.open("a") as log:
            child = subprocess.Popen(
                [SCRIPT, *arguments], cwd=self.folder, env={**self.settings, **settings}, process_group=0,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, text=True,
            )  # fmt: skip
        self.running.append(child)
        return child

    def until(self, holds: Callable[[], object]) -> None:
        """Wait for something that is to happen."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, self.told()
            time.sleep(0.02)

    def told(self) -> str:
        """Return the log."""
        return self.log.read_text() if self.log.exists() else ""

    def ended(self, child: subprocess.Popen[str]) -> int:
        """Wait for the end of what was started, of the agent and its workers; return the exit status."""
        status = child.wait(PATIENCE)
        self.until(lambda: not living_in(self.folder))
        return status


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Make a machine without a GPU, whose agent runs the engine for tests."""
    folder = tmp_path_factory.mktemp("m")
    (folder / "node").mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    settings = {
        **kept,
        "HOME": str(folder),
        "SPOOL_NODE_DIR": str(folder / "node"),
        "SPOOL_NODE_AGENT": str(program("spool-agent")),
        "SPOOL_NODE_PYTHON": sys.executable,
        "SPOOL_NODE_SUPERVISOR": "loop",
        "SPOOL_ENGINES": "i2v=scripted,qwen=preview",
        "SPOOL_AGENT_NAME": "rented",
        "SPOOL_SLOTS": "1",
    }
    machine = Machine(folder, settings)
    yield machine
    for child in machine.running:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
